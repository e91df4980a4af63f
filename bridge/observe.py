"""What the function says of itself: lines of JSON that are logs, and metrics in CloudWatch's embedded format (EMF).

They are what Powertools for AWS Lambda would write, which is the convention of Python on Lambda, under its variables;
a test holds each line against Powertools' own. It would take 20 ms and 3 MB to import for that, more than any other
library of the function but the signer's.

No item data, ever: only counts, codes, ids of records and outlines of places. A Problem's words are in the quarantine,
beside the record. Ids of events are left out, since under `each` they end in a key of the item.
"""

import json
import sys
import time
from collections.abc import Container, Mapping
from typing import Any, Final

from bridge.core.way import outlined
from bridge.errors import BridgeError
from bridge.frozen import frozen
from bridge.report import Outcome, Report
from bridge.settings import Settings

#: What logs the bodies of calls, items among them, where Lambda's log level is DEBUG.
TALKATIVE = ("boto3", "botocore", "s3transfer", "urllib3")

#: Metrics of one blob, by name, with their unit (CloudWatch `StandardUnit`). A blob has one value for each dimension,
#: hence a blob for each combination; CloudWatch allows 100 metrics and 30 dimensions a blob ("Embedded metric format
#: specification"), and these are ten and three.
Values = Mapping[str, tuple[str, float]]

#: How much a line matters: Python's levels, and what Lambda calls them in its own settings.
_WEIGHTS: Final = {
    "TRACE": 5, "DEBUG": 10, "INFO": 20, "WARN": 30, "WARNING": 30, "ERROR": 40, "FATAL": 50, "CRITICAL": 50,
}  # fmt: skip


@frozen
class Observer:
    """Logs and metrics of one process."""

    settings: Settings

    @classmethod
    def start(cls, settings: Settings) -> "Observer":
        """Names as the settings have them."""
        # Lambda's runtime has imported it, and set it to its level; where nobody has, nobody set it to DEBUG.
        if logging := sys.modules.get("logging"):
            for name in TALKATIVE:
                logging.getLogger(name).setLevel(logging.INFO)
        return cls(settings)

    def batch(self, report: Report) -> None:
        """One summary line, one line per refused record, and the metrics."""
        for outcome in report.outcomes:
            if outcome.state == "refused":
                self._refused(outcome, report.words)
        self._log("INFO", "batch relayed", summary(report))
        self._metrics({}, totals(report))
        for (type_, target), count in report.delivered.items():
            self._metrics({"type": type_, "target": target}, {"Events": ("Count", count)})
        for code, count in report.refused.items():
            self._metrics({"code": code}, {"Refused": ("Count", count)})
        for target, count in report.unavailable.items():
            self._metrics({"target": target}, {"Unavailable": ("Count", count)})

    def failed(self, error: Exception) -> None:
        """The batch as a whole failed. A message that is not ours may quote an item, so only its type is said."""
        ours = isinstance(error, BridgeError)
        codes = [problem.code for problem in error.problems] if isinstance(error, BridgeError) else []
        self._log("ERROR", "batch failed", {"error": type(error).__name__, "codes": codes, "at": _place(error)})
        self._metrics({}, {"BatchesFailed": ("Count", 1), "Bugs": ("Count", 0 if ours else 1)})

    def _refused(self, outcome: Outcome, words: Container[str]) -> None:
        problems = [{"code": each.code, "where": str(outlined(each.where, words))} for each in outcome.problems]
        told = {"record": outcome.record_id, "rule": outcome.rule, "problems": problems}
        self._log("WARNING", "record refused", told)

    def _log(self, level: str, message: str, told: dict[str, Any]) -> None:
        if _WEIGHTS[level] < _WEIGHTS.get(self.settings.level, _WEIGHTS["INFO"]):
            return
        line: dict[str, Any] = {
            "level": level,
            "message": message,
            "timestamp": _timestamp(),
            "service": self.settings.service,
        }
        if self.settings.stage:
            line["stage"] = self.settings.stage
        trace = self.settings.environ.get("_X_AMZN_TRACE_ID")  # another for each invocation
        _write(line | told | ({"xray_trace_id": trace.split(";")[0].removeprefix("Root=")} if trace else {}))

    def _metrics(self, dimensions: Mapping[str, str], values: Values) -> None:
        known = {name: _dimension(value) for name, value in dimensions.items()} | {"service": self.settings.service}
        metrics = [{"Name": name, "Unit": unit} for name, (unit, _) in values.items()]
        directive = {"Namespace": self.settings.namespace, "Dimensions": [[*known]], "Metrics": metrics}
        about = {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [directive]}
        _write({"_aws": about} | known | {name: [float(value)] for name, (_, value) in values.items()})


def totals(report: Report) -> Values:
    """The metrics without dimensions, zeros included, so that a dashboard tells silence from nothing to do."""
    count = "Count"
    overtaken = {"Overtaken": (count, report.overtaken)} if report.overtaken else {}
    return {
        "Records": (count, report.records),
        "Unmatched": (count, report.unmatched),
        "Duplicates": (count, report.duplicates),
        "HeldBack": (count, report.held_back),
        "Quarantined": (count, report.parked),
        "Bugs": (count, report.bugs),
        "LedgerWriteFailures": (count, report.unremembered),
        "PublishMilliseconds": ("Milliseconds", round(report.publish_seconds * 1000, 3)),
        "OldestChangeSeconds": ("Seconds", round(report.oldest_seconds, 3)),
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


def _write(line: Mapping[str, Any]) -> None:
    """A line by itself: in Lambda each write is an entry of the log."""
    sys.stdout.write(json.dumps(line, separators=(",", ":")) + "\n")


def _timestamp() -> str:
    now = time.time()
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(now)) + f",{int(now % 1 * 1000):03}+0000"


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
