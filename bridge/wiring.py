"""Puts a project and the real services together: the one place that knows both.

What only some projects use is imported where they do: it is not to make the start of all others longer.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from bridge.aws.clients import Clients
from bridge.aws.clock import SystemClock
from bridge.aws.eventbridge import EventBridge
from bridge.aws.ledger import DynamoLedger
from bridge.aws.quarantine import S3Quarantine
from bridge.aws.sns import Topic
from bridge.core.manifest import Manifest, Setting, TargetSetting
from bridge.errors import Problem, ProjectInvalid, raise_if_any
from bridge.ports import Carrier, Discards, Ledger, Quarantine
from bridge.project import Project, load_project
from bridge.relay import Bridge
from bridge.settings import Settings, without_certificates

if TYPE_CHECKING:
    from bridge.consignment import Translate
    from bridge.order import Guard

#: What stands for an address that the environment does not give, where nothing is sent.
UNSET = {
    "eventbridge": "unset",
    "eventbridgev2": f"arn:aws:events:us-east-1:000000000000:event-busv2/unset/{'0' * 25}",
    "sns": "arn:aws:sns:us-east-1:000000000000:unset",
}

#: As long as a bucket's name may be (S3 user guide, "Bucket naming rules"): what fits with it fits with any.
UNSET_BUCKET = "unset".ljust(63, "-")


def connect(folder: str | Path | None = None, settings: Settings | None = None) -> Bridge:
    """The bridge of a project on AWS. Raises `ProjectInvalid` with every error, unset variables among them.

    No call is made yet: whether bus, topic, table and bucket exist shows when they are used.
    """
    settings = settings or Settings.read()
    project = load_project(
        Path(folder or settings.project), lambda setting: settings.expand(setting.text, setting.where)
    )
    _demand_set(project, settings)
    clients, clock, manifest = Clients(settings.environ), SystemClock(), project.manifest
    if settings.in_lambda:
        with without_certificates():  # else awscrt reads them, in vain: see `aws/signing.py`
            clients.warm()
    return Bridge(
        translate=_spoken(project, settings),
        wanted=project.rules.plan.wanted,
        targets=_targets(manifest, settings, clients),
        ledger=DynamoLedger(_expand(manifest.ledger, settings), clients, clock, manifest.keep),
        quarantine=S3Quarantine(_expand(manifest.quarantine, settings), clients),
        clock=clock,
        project=project.version,
        give_up=manifest.give_up,
        words=project.rules.words,
        guard=_guard(manifest, settings, clients),
    )


def open_stores(
    folder: str | Path, settings: Settings | None = None, failed: str = ""
) -> tuple[Quarantine, Discards | None]:
    """What is parked, and what Lambda discarded: in the bucket `failed`, else where the project says, else None.

    Raises `ProjectInvalid`; only their variables must be set.
    """
    from bridge.aws.discards import S3Discards  # noqa: PLC0415 -- the function needs it not

    manifest, settings, clients = load_project(Path(folder)).manifest, settings or Settings.read(), Clients()
    named = None if failed else manifest.on_failure
    raise_if_any(_unset([each for each in (manifest.quarantine, named) if each], settings))
    bucket = _expand(named, settings) if named else failed
    discards = S3Discards(bucket, clients, SystemClock()) if bucket else None
    return S3Quarantine(_expand(manifest.quarantine, settings), clients), discards


def open_ledger(project: Project) -> Ledger:
    """The project's ledger alone, for asking it. Raises `ProjectInvalid`; only its own variable must be set."""
    manifest = project.manifest
    return DynamoLedger(_expand(manifest.ledger, Settings.read()), Clients(), SystemClock(), manifest.keep)


def offline_targets(project: Project) -> dict[str, Carrier]:
    """The project's targets for asking what they could carry; an address that is not set is made up."""
    settings, clients = Settings.read(), Clients()
    manifest = project.manifest
    plain = {name: _offline(setting, settings, clients) for name, setting in manifest.targets.items()}
    return _claiming(plain, manifest, UNSET_BUCKET, clients) if manifest.claims else plain


def offline_region(project: Project) -> str:
    """The Region whose changes alone are published; "" where all are, or where its variable is not set.

    Raises `ProjectInvalid` C008 where it can be none.
    """
    from bridge.region import checked  # noqa: PLC0415 -- see the module

    setting, settings = project.manifest.region, Settings.read()
    if setting is None or list(_unset([setting], settings)):
        return ""
    return checked(_expand(setting, settings), setting.where)


def _spoken(project: Project, settings: Settings) -> "Translate":
    translate, region = project.rules.translate, project.manifest.region
    if not region:
        return translate
    from bridge.region import checked, only_in  # noqa: PLC0415 -- see the module

    return only_in(checked(_expand(region, settings), region.where), translate)


def _guard(manifest: Manifest, settings: Settings, clients: Clients) -> "Guard | None":
    if manifest.order is None:
        return None
    from bridge.aws.latest import DynamoLatest  # noqa: PLC0415 -- see the module
    from bridge.order import Guard  # noqa: PLC0415 -- see the module

    return Guard(
        DynamoLatest(_expand(manifest.ledger, settings), clients, SystemClock(), manifest.keep), manifest.order
    )


def _targets(manifest: Manifest, settings: Settings, clients: Clients) -> dict[str, Carrier]:
    plain = {name: _target(setting, settings, clients) for name, setting in manifest.targets.items()}
    if not manifest.claims:
        return plain
    return _claiming(plain, manifest, _expand(manifest.claims, settings), clients)


def _claiming(plain: dict[str, Carrier], manifest: Manifest, bucket: str, clients: Clients) -> dict[str, Carrier]:
    """Targets whose large events go by claim check. Bare data has no place for a reference."""
    from bridge.aws.claims import S3Claims  # noqa: PLC0415 -- see the module
    from bridge.claiming import Claiming  # noqa: PLC0415 -- see the module

    clock = SystemClock()
    claims = S3Claims(bucket, clients, clock)
    return {
        name: target if manifest.targets[name].bare else Claiming(target, claims, clock)
        for name, target in plain.items()
    }


def _offline(setting: TargetSetting, settings: Settings, clients: Clients) -> Carrier:
    try:
        return _target(setting, settings, clients)
    except ProjectInvalid:
        return _made(setting, UNSET[setting.kind], clients)


def _target(setting: TargetSetting, settings: Settings, clients: Clients) -> Carrier:
    try:
        return _made(setting, _expand(setting.address, settings), clients)
    except ProjectInvalid as error:
        raise ProjectInvalid(*(problem.within(setting.address.where) for problem in error.problems)) from None


def _made(setting: TargetSetting, address: str, clients: Clients) -> Carrier:
    if setting.kind == "sns":
        return Topic(setting.name, address, clients, SystemClock())
    if setting.kind == "eventbridgev2":
        from bridge.aws.custombus import CustomBus  # noqa: PLC0415 -- see the module

        return CustomBus(setting.name, address, clients, SystemClock())
    return EventBridge(setting.name, address, clients, SystemClock(), setting.bare)


def _expand(setting: Setting, settings: Settings) -> str:
    return settings.expand(setting.text, setting.where)


def _demand_set(project: Project, settings: Settings) -> None:
    """Every variable that is not set, at once."""
    manifest = project.manifest
    addresses = [target.address for target in manifest.targets.values()]
    settled = [manifest.ledger, manifest.quarantine, manifest.claims, manifest.region]
    raise_if_any(_unset([each for each in [*settled, *addresses] if each], settings))


def _unset(wanted: list[Setting], settings: Settings) -> Iterator[Problem]:
    for setting in wanted:
        try:
            _expand(setting, settings)
        except ProjectInvalid as error:
            yield from error.problems
