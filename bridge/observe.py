"""What the function says of itself: structured logs and metrics (EMF), through Powertools.

It takes 20 ms of a cold start to import, and is the convention of Python on Lambda: to write its lines ourselves was
measured, and rejected.

No item data, ever: only counts, codes, ids of records and outlines of places. A Problem's words are in the quarantine,
beside the record. Ids of events are left out, since under `each` they end in a key of the item.
"""

import logging
from collections.abc import Container, Mapping
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

from bridge.core.way import outlined
from bridge.errors import BridgeError
from bridge.frozen import frozen
from bridge.report import Outcome, Report
from bridge.settings import Settings

#: What logs the bodies of calls, items among them, where Lambda's log level is DEBUG.
TALKATIVE = ("boto3", "botocore", "s3transfer", "urllib3")

#: Metrics of one blob, by name. A blob has one value for each dimension, hence a blob for each combination; CloudWatch
#: allows 100 metrics and 30 dimensions a blob (Powertools 29 and its own `service`), and these are nine and two.
Values = Mapping[str, tuple[MetricUnit, float]]


@frozen
class Observer:
    """Logs and metrics of one process."""

    namespace: str
    service: str
    logger: Logger

    @classmethod
    def start(cls, settings: Settings) -> "Observer":
        """Names as the settings have them."""
        for name in TALKATIVE:
            logging.getLogger(name).setLevel(logging.INFO)
        logger = Logger(service=settings.service)
        if settings.stage:
            logger.append_keys(stage=settings.stage)
        return cls(settings.namespace, settings.service, logger)

    def batch(self, report: Report) -> None:
        """One summary line, one line per refused record, and the metrics."""
        for outcome in report.outcomes:
            if outcome.state == "refused":
                self._refused(outcome, report.words)
        self.logger.info("batch relayed", extra=summary(report))
        self._metrics({}, totals(report))
        for (type_, target), count in report.delivered.items():
            self._metrics({"type": type_, "target": target}, {"Events": (MetricUnit.Count, count)})
        for code, count in report.refused.items():
            self._metrics({"code": code}, {"Refused": (MetricUnit.Count, count)})
        for target, count in report.unavailable.items():
            self._metrics({"target": target}, {"Unavailable": (MetricUnit.Count, count)})

    def failed(self, error: Exception) -> None:
        """The batch as a whole failed. A message that is not ours may quote an item, so only its type is said."""
        ours = isinstance(error, BridgeError)
        codes = [problem.code for problem in error.problems] if isinstance(error, BridgeError) else []
        self.logger.error("batch failed", extra={"error": type(error).__name__, "codes": codes, "at": _place(error)})
        self._metrics({}, {"BatchesFailed": (MetricUnit.Count, 1), "Bugs": (MetricUnit.Count, 0 if ours else 1)})

    def _refused(self, outcome: Outcome, words: Container[str]) -> None:
        problems = [{"code": each.code, "where": str(outlined(each.where, words))} for each in outcome.problems]
        extra = {"record": outcome.record_id, "rule": outcome.rule, "problems": problems}
        self.logger.warning("record refused", extra=extra)

    def _metrics(self, dimensions: Mapping[str, str], values: Values) -> None:
        metrics = EphemeralMetrics(namespace=self.namespace, service=self.service)
        for name, value in dimensions.items():
            metrics.add_dimension(name, _dimension(value))
        for name, (unit, value_) in values.items():
            metrics.add_metric(name, unit, value_)
        metrics.flush_metrics()


def totals(report: Report) -> Values:
    """The metrics without dimensions, zeros included, so that a dashboard tells silence from nothing to do."""
    count = MetricUnit.Count
    overtaken = {"Overtaken": (count, report.overtaken)} if report.overtaken else {}
    return {
        "Records": (count, report.records),
        "Unmatched": (count, report.unmatched),
        "Duplicates": (count, report.duplicates),
        "HeldBack": (count, report.held_back),
        "Quarantined": (count, report.parked),
        "Bugs": (count, report.bugs),
        "LedgerWriteFailures": (count, report.unremembered),
        "PublishMilliseconds": (MetricUnit.Milliseconds, round(report.publish_seconds * 1000, 3)),
        "OldestChangeSeconds": (MetricUnit.Seconds, round(report.oldest_seconds, 3)),
        **overtaken,
    }


def summary(report: Report) -> dict[str, Any]:
    """The same for a person who reads the log."""
    delivered = [{"type": kind, "target": target, "count": count} for (kind, target), count in report.delivered.items()]
    return {
        "records": report.records,
        "unmatched": report.unmatched,
        "unfinished": report.count("unfinished"),
        "delivered": delivered,
        "duplicates": report.duplicates,
        "refused": dict(report.refused),
        "unavailable": dict(report.unavailable),
        "held_back": report.held_back,
        "overtaken": report.overtaken,
        "not_begun": report.not_begun,
        "unremembered": report.unremembered,
        "parked": report.parked,
        "publish_milliseconds": round(report.publish_seconds * 1000, 3),
        "oldest_change_seconds": round(report.oldest_seconds, 3),
        "again_from": [failure["itemIdentifier"] for failure in report.response["batchItemFailures"]],
    }


def _dimension(value: str) -> str:
    """As CloudWatch takes it: 1 to 1,024 characters of ASCII (CloudWatch `Dimension`), none of them control."""
    text = value.encode("ascii", "backslashreplace").decode()
    return "".join(char if char.isprintable() else "?" for char in text)[:1024] or "-"


def _place(error: BaseException) -> str:
    """`file:line` of where it was raised; a traceback's other lines add nothing that this and the commit do not."""
    traceback = error.__traceback__
    while traceback and traceback.tb_next:
        traceback = traceback.tb_next
    return f"{traceback.tb_frame.f_code.co_filename}:{traceback.tb_lineno}" if traceback else ""
