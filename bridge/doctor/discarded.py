"""Does anything wait that Lambda discarded, and does the project file say where it lies?"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from bridge.aws.discards import PREFIX, discarded
from bridge.core.manifest import FILE, Setting
from bridge.doctor.asking import Amazon
from bridge.doctor.subject import Subject
from bridge.errors import Problem, Where
from bridge.ports import Discarded


def check(subject: Subject, amazon: Amazon) -> Iterator[Problem]:
    """The bucket of the mapping's on-failure destination."""
    setting = subject.project.manifest.on_failure
    named = subject.expanded(setting) if setting else ""
    bucket = subject.home.failed or named
    if bucket != named:
        yield _other(setting, named, bucket)
    batches = list(_batches(amazon, bucket)) if bucket else []
    if batches:
        yield _waiting(batches, bucket, subject.project.manifest.keep)


def _other(setting: Setting | None, named: str, bucket: str) -> Problem:
    said, where = "does not say where Lambda keeps what it discards", Where(file=FILE)
    if setting:
        said, where = f"names the bucket '{named or setting.text}'", setting.where
    what = f"{FILE} {said}, and the mapping's on-failure destination is '{bucket}'"
    fix = f"name that bucket under `on_failure` in {FILE}: `changebridge quarantine` looks there"
    return Problem(where, "A066", what, fix, "warning")


def _batches(amazon: Amazon, bucket: str) -> Iterator[Discarded]:
    asked = {"Bucket": bucket, "Prefix": PREFIX}
    while True:
        answer = amazon.ask("s3", "list_objects_v2", **asked) or {}
        yield from map(discarded, answer.get("Contents", ()))
        if not answer.get("NextContinuationToken"):
            return
        asked["ContinuationToken"] = answer["NextContinuationToken"]


def _waiting(batches: list[Discarded], bucket: str, keep: int) -> Problem:
    oldest = min(each.at for each in batches)
    until = datetime.fromisoformat(oldest).replace(tzinfo=UTC) + timedelta(seconds=keep)
    many = (
        f"{len(batches)} batches that Lambda discarded wait"
        if len(batches) > 1
        else "a batch that Lambda discarded waits"
    )
    fix = "mend what failed them, then `changebridge quarantine redrive on-failure`"
    if until > datetime.now(UTC):
        fix += f", before {until:%Y-%m-%dT%H:%M:%SZ}: until then the ledger knows what had arrived of them"
    else:
        fix += "; what had arrived of the oldest is said again, with the same ids"
    return Problem(Where(file=f"bucket {bucket}"), "A065", f"{many}, the oldest since {oldest}Z", fix)
