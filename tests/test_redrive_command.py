"""`changebridge quarantine`, over a bridge in memory."""

import json
from dataclasses import dataclass, field

import pytest
from typer.testing import CliRunner

from bridge.cli.quarantine import app
from bridge.core.digest import digest_of_bytes
from bridge.errors import ObjectWithheld, Problem, UndecodableRecord, Where
from bridge.local.memory import MemoryDiscards, MemoryQuarantine, Trouble
from bridge.wiring import open_stores
from tests.doctor.healthy import ROOT, Answering
from tests.local.world import REFUSED, World, failing, record
from tests.test_discards import document

#: Of the record that has no identity.
DIGEST = digest_of_bytes(b'{"dynamodb":{}}')


@pytest.fixture
def world(monkeypatch):
    world = World()
    monkeypatch.setattr("bridge.wiring.connect", lambda *_: world.bridge)
    monkeypatch.setattr("bridge.wiring.open_stores", lambda *_: (world.quarantine, world.discards))
    world.relay(record(1, poison="yes"), record(2, "B", poison="yes"), {"dynamodb": {}})
    return world


def run(*arguments):
    return CliRunner().invoke(app, [*arguments, "--project", "."], catch_exceptions=False)


def key_of(world, record_id):
    return next(key for key, parcel in world.quarantine.parcels.items() if parcel.record_id == record_id)


def test_list_groups_by_reason(world):
    ran = run("list")
    group = key_of(world, "e1").split("/")[0]
    assert ran.exit_code == 0
    assert f"{group}  2 records  2027-01-15 to 2027-01-15\n    M001 the value comes to null\n" in ran.stdout
    assert ran.stderr == "3 records parked\n"
    told = json.loads(run("list", "--format", "json").stdout)
    assert {each["fingerprint"]: each["records"] for each in told} == {group: 2, key_of(world, DIGEST).split("/")[0]: 1}


def test_what_is_not_ours_or_gone_in_the_meantime_is_passed_over(world):
    first = key_of(world, "e1")
    listed = [*world.quarantine.keys(), "somebody-elses-object"]
    del world.quarantine.parcels[first]
    world.quarantine = Stale(world.quarantine.parcels, listed=listed)
    assert run("list").stderr == "2 records parked\n"
    assert run("show", "e1").stdout == ""


@dataclass(slots=True)
class Stale(MemoryQuarantine):
    """Lists what was there a moment ago."""

    listed: list = field(default_factory=list)

    def keys(self, prefix=""):
        return self.listed


# Objects that are no parcels, and such as cannot be had

FOREIGN = UndecodableRecord(
    Problem(Where("s3://parked/foreign"), "B095", "this is no parcel of the quarantine", "look")
)
WITHHELD = ObjectWithheld(Problem(Where("s3://parked/withheld"), "B030", "it could not be read: AccessDenied", "allow"))


@dataclass(slots=True)
class Strewn(MemoryQuarantine):
    """Among the parcels lie objects that cannot be read."""

    errors: dict = field(default_factory=dict)

    def keys(self, prefix=""):
        return sorted(key for key in [*self.parcels, *self.errors] if key.startswith(prefix))

    def parcel(self, key):
        if key in self.errors:
            raise self.errors[key]
        return self.parcels[key]


def strewn(world, error, name="aaa"):
    """The key of such an object beside the first parcel, before it in order."""
    folder = key_of(world, "e1").rpartition("/")[0]
    world.mended = True
    world.quarantine = Strewn(world.quarantine.parcels, errors={f"{folder}/{name}": error})
    return f"{folder}/{name}"


TROUBLES = pytest.mark.parametrize(("error", "state", "code"), [(FOREIGN, "refused", 1), (WITHHELD, "unfinished", 3)])


def test_an_object_that_is_no_parcel_is_named_and_all_others_are_sent(world):
    key = strewn(world, FOREIGN)
    ran = run("redrive", key.split("/")[0], "--yes")
    assert ran.exit_code == 1
    assert f"refused    {key}\n{FOREIGN}\n" in ran.stdout
    assert ran.stderr == "1 object could not be read: left alone\n"
    assert world.bus.ids == ["e1/a", "e2/a"]
    assert key in world.quarantine.errors


def test_an_object_that_cannot_be_had_is_named_and_nothing_overtakes_it(world):
    """It may be a parcel whose change comes before the others."""
    key = strewn(world, WITHHELD)
    ran = run("redrive", key.split("/")[0], "--yes")
    assert ran.exit_code == 3
    assert ran.stdout == f"unfinished {key}\n{WITHHELD}\n"
    assert ran.stderr == (
        "nothing was sent, so that nothing overtakes what cannot be had; name others to send them\n"
        "1 object could not be read: left alone\n"
    )
    assert world.bus.ids == []
    assert run("redrive", "e2", "--yes").exit_code == 0
    assert world.bus.ids == ["e2/a"]


@TROUBLES
def test_show_names_it_beside_what_it_shows(world, error, state, code):
    key = strewn(world, error)
    ran = run("show", key.split("/")[0])
    assert (ran.exit_code, ran.stderr) == (code, "1 object could not be read: left alone\n")
    assert ran.stdout.count("M001") == 2
    assert ran.stdout.endswith(f"{key}\n{error}\n")
    *parcels, last = json.loads(run("show", key.split("/")[0], "--format", "json").stdout)
    assert (len(parcels), last["key"], last["problems"][0]["file"]) == (2, key, error.problems[0].where.file)


@TROUBLES
def test_list_names_it_and_does_not_count_it(world, error, state, code):
    key = strewn(world, error)
    ran = run("list")
    assert ran.exit_code == code
    assert f"{key.split('/')[0]}  2 records  2027-01-15 to 2027-01-15\n    M001" in ran.stdout
    assert ran.stdout.endswith(f"{error}\n")
    assert ran.stderr == "3 records parked\n1 object could not be read: left alone\n"
    told = json.loads(run("list", "--format", "json").stdout)[-1]
    assert (told["records"], told["problem"]["file"]) == (0, error.problems[0].where.file)


def test_list_reads_some_of_many_and_counts_the_others_by_name(world, monkeypatch):
    monkeypatch.setattr("bridge.cli.quarantine.listing.READ", 1)
    strewn(world, FOREIGN)
    ran = run("list")
    assert (ran.exit_code, ran.stderr) == (1, "3 records parked\n1 object could not be read: left alone\n")


def test_where_a_parcel_of_a_record_is_withheld_all_wait(world):
    """It may know of deliveries, and its record may come before the others."""
    strewn(world, WITHHELD, name="e1")
    world.quarantine.errors = {"f00/2027-01-15/e1": WITHHELD}
    for names in (["--yes"], [key_of(world, "e1"), key_of(world, "e2"), "--yes"]):
        ran = run("redrive", *names)
        assert (ran.exit_code, world.bus.ids) == (3, [])
    assert f"unfinished {key_of(world, 'e1')}\n{WITHHELD}" in ran.stdout


def test_show_says_why_and_with_json_all_of_it(world):
    key = key_of(world, "e1")
    assert run("show", "e1").stdout.startswith(f"{key}\nrules/order.yaml:8:3 record e1 $.lines[3].sku: M001 ")
    (parcel,) = json.loads(run("show", key, "--format", "json").stdout)
    assert parcel["record"] == record(1, poison="yes")


def test_show_says_what_was_delivered(world):
    world.topic.script = failing(REFUSED, e7=-1)
    world.relay(record(7))
    assert run("show", "e7").stdout.endswith("    delivered: e7/a to bus\n")


def test_redrive_is_a_dry_run_first(world):
    world.mended = True
    ran = run("redrive", "e1")
    assert ran.exit_code == 0
    assert ran.stdout == f"ready      {key_of(world, 'e1')}\n    e1/a to bus\n    e1/a to topic\n"
    assert ran.stderr == "dry run: nothing was sent, --yes sends it\n"
    assert world.bus.sent == []


def test_redrive_by_fingerprint_sends_all_of_it(world):
    world.mended = True
    ran = run("redrive", key_of(world, "e1").split("/")[0], "--yes", "--format", "json")
    assert [result["state"] for result in json.loads(ran.stdout)] == ["done", "done"]
    assert (ran.exit_code, world.bus.ids, len(world.quarantine.parcels)) == (0, ["e1/a", "e2/a"], 1)


def test_parcels_are_named_by_the_folder_of_a_day_too(world):
    world.mended = True
    group = key_of(world, "e1").split("/")[0]
    told = json.loads(run("redrive", f"{group}/2027-01-15/", "--format", "json").stdout)
    assert [each["state"] for each in told] == ["ready", "ready"]
    assert run("redrive", f"{group}/2027-01").exit_code == 1


def test_what_is_still_refused_is_a_finding(world):
    ran = run("redrive", "e1", "--yes")
    assert ran.exit_code == 1
    assert "M001" in ran.stdout


def test_what_is_unavailable_is_exit_code_3(world):
    world.mended, world.bus.script = True, failing(e1=-1)
    assert run("redrive", "e1", "--yes").exit_code == 3


def test_a_ledger_that_cannot_be_asked_is_exit_code_3(world):
    world.mended, world.ledger.reading = True, Trouble(-1)
    ran = run("redrive", "e1", "--yes")
    assert (ran.exit_code, world.bus.sent) == (3, [])
    assert "B030" in ran.stdout


def test_a_name_that_nothing_has_is_said(world):
    ran = run("redrive", "e1", "e9")
    assert (ran.exit_code, ran.stdout) == (1, "")
    assert ran.stderr == (
        "nothing waits as e9; see `changebridge quarantine list`, and name the bucket of `on-failure` in bridge.yaml: `on_failure`\n"
    )


def test_names_are_demanded(world):
    assert run("show").exit_code == 2


def test_every_command_has_an_example():
    for command in ("list", "show", "redrive"):
        assert "Example: changebridge quarantine" in run(command, "--help").stdout


# What Lambda discarded, beside what is parked

KEY = "2027-01-16T09:30:00/shard-1/a"
LATER = "2027-01-17T10:00:00/shard-1/b"


@pytest.fixture
def discarded(world):
    """A batch of two records of which one is poison, and a later one that holds nothing."""
    world.discards = MemoryDiscards(
        {
            KEY: document(record(7, "C"), record(8, "D", poison="yes")),
            LATER: document(payload=None),
        }
    )
    return world


def test_list_tells_of_both(discarded):
    ran = run("list")
    assert ran.stdout.splitlines()[-2:] == [
        "on-failure  2 batches  2027-01-16 to 2027-01-17",
        "    B098 Lambda discarded them: the function failed, or was too slow for them, until their time was over",
    ]
    assert ran.stderr == "3 records parked, 2 batches discarded by Lambda\n"
    told = json.loads(run("list", "--format", "json").stdout)[-1]
    assert (told["fingerprint"], told["batches"], told["problem"]["file"]) == ("on-failure", 2, "memory:")


def test_list_where_nothing_waits(discarded):
    discarded.discards, discarded.quarantine.parcels = MemoryDiscards(), {}
    ran = run("list")
    assert (ran.stdout, ran.stderr) == ("", "0 records parked, 0 batches discarded by Lambda\n")


def test_show_says_in_lambdas_words_why(discarded):
    ran = run("show", "on-failure")
    assert ran.stdout.startswith(
        f"{KEY}\n    RetryAttemptsExhausted after 3 invocations: 2 records\n{LATER}\nmemory:{LATER}: D018 "
    )
    first, second = json.loads(run("show", "on-failure", "--format", "json").stdout)
    assert json.loads(first["payload"])["Records"][0] == record(7, "C")
    assert second["problems"][0]["code"] == "D018"


def test_show_of_a_document_that_says_little(discarded):
    discarded.discards.documents = {
        KEY: json.dumps({"Records": [record(7)]}).encode(),
        LATER: document(requestContext={}),
    }
    assert run("show", "on-failure").stdout == f"{KEY}\n    discarded: 1 record\n{LATER}\n    discarded: 0 records\n"


def test_a_document_that_is_withheld_is_named_and_the_others_are_shown(discarded):
    discarded.discards = Withholding(discarded.discards.documents)
    ran = run("show", "on-failure")
    assert ran.exit_code == 3
    assert ran.stdout.startswith(f"{LATER}\nmemory:{LATER}: D018 ")
    assert ran.stdout.endswith(f"{KEY}\n{WITHHELD}\n")


class Withholding(MemoryDiscards):
    """One document cannot be had."""

    def document(self, key):
        if key == KEY:
            raise WITHHELD
        return self.documents[key]


def test_a_document_that_is_none_is_told_in_the_summary(discarded):
    discarded.discards.documents = {KEY: document(record(7, "C")), LATER: b'{"a":1}'}
    ran = run("redrive", "on-failure", "--yes")
    assert (ran.exit_code, ran.stderr) == (1, "1 object could not be read: left alone\n")
    assert f"memory:{LATER}" in ran.stdout
    assert "D010" in ran.stdout
    assert (discarded.bus.ids, [*discarded.discards.documents]) == (["e7/a"], [LATER])


def test_one_that_is_gone_since_it_was_listed_is_not_shown(discarded):
    discarded.discards = Vanishing(discarded.discards.documents)
    assert run("show", "on-failure").stdout == ""


class Vanishing(MemoryDiscards):
    """Somebody else is faster."""

    def document(self, key):
        raise KeyError(key)


def test_redrive_without_names_takes_all_that_waits(discarded):
    discarded.mended = True
    ran = run("redrive")
    assert ran.exit_code == 1
    assert f"ready      {key_of(discarded, 'e1')}\n" in ran.stdout
    assert f"refused    {key_of(discarded, DIGEST)}\n" in ran.stdout
    assert f"ready      {KEY}\n    2 records: 2 ready\n    2 events to bus\n    2 events to topic\n" in ran.stdout
    assert ran.stderr == "1 object could not be read: left alone\ndry run: nothing was sent, --yes sends it\n"
    run("redrive", "--yes")
    assert discarded.bus.ids == ["e1/a", "e2/a", "e7/a", "e8/a"]
    assert list(discarded.discards.documents) == [LATER]


@pytest.mark.parametrize(
    "name", ["on-failure", KEY, "2027-01-16T09:30:00/shard-1", "2027-01-16T09:30:00/", f"memory:{KEY}"]
)
def test_batches_are_named_by_key_folder_or_all_together(discarded, name):
    ran = run("redrive", name, "--until", "2027-01-16", "--yes", "--format", "json")
    (told,) = json.loads(ran.stdout)
    assert (ran.exit_code, told["key"], told["state"], told["problems"]) == (1, KEY, "refused", [])
    assert [(each["record"], each["state"]) for each in told["records"]] == [("e7", "done"), ("e8", "refused")]
    assert discarded.bus.ids == ["e7/a"]
    assert key_of(discarded, "e8")


@pytest.mark.parametrize(
    ("options", "keys"),
    [
        ([], [KEY, LATER]),
        (["--since", "2027-01-17"], [LATER]),
        (["--since", "2027-01-16T09:30"], [KEY, LATER]),
        (["--since", "2027-01-16T09:31Z"], [LATER]),
        (["--until", "2027-01-16"], [KEY]),
        (["--until", "2027-01-17T10", "--since", "2027"], [KEY, LATER]),
        (["--until", "2027-01-16T09:29"], []),
    ],
)
def test_a_time_bounds_it(discarded, options, keys):
    ran = run("redrive", "on-failure", "--format", "json", *options)
    assert [each["key"] for each in json.loads(ran.stdout)] == keys
    assert ("nothing waits" in ran.stderr) is not bool(keys)


def test_of_parcels_the_day_of_the_change_counts(world):
    world.mended = True
    for options, keys in (
        (["--since", "2027-01-15T23"], 2),
        (["--until", "2027-01-14"], 0),
        (["--since", "2027-01-16"], 0),
    ):
        assert len(json.loads(run("redrive", "--format", "json", *options).stdout)) == keys


@pytest.mark.parametrize(
    "given",
    ["yesterday", "2027-1-5", "2027-01-15 09:30", "2027-01-15T09:30+01:00", "2027-13", "2027-02-30", "2027-01-15T24"],
)
def test_what_is_no_time_is_a_mistake_of_usage(world, given):
    ran = run("redrive", "--since", given)
    assert ran.exit_code == 2
    assert f"'{given}' is no time" in " ".join(ran.stderr.replace("│", " ").split())


@pytest.mark.parametrize(
    ("since", "until"),
    [("2026-11-20", "2026-11-19"), ("2027", "2026-12-31T23"), ("2026-11-20T09:30Z", "2026-11-20T09:29")],
)
def test_a_window_that_ends_before_it_begins_is_a_mistake_of_usage(world, since, until):
    ran = run("redrive", "--since", since, "--until", until)
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert f"it ends at {until}, before it begins at {since}" in " ".join(ran.stderr.replace("│", " ").split())


@pytest.mark.parametrize(
    ("since", "until"), [("2027-01-15", "2027-01-15"), ("2027-01-15T09", "2027-01"), ("2027", "2027-01-15T00")]
)
def test_a_window_may_be_written_as_exactly_as_one_likes(world, since, until):
    world.mended = True
    assert run("redrive", "--since", since, "--until", until).stdout.count("ready") == 2


def test_what_is_not_begun_is_told(discarded, monkeypatch):
    monkeypatch.setattr("bridge.discards.TOGETHER", 1)
    discarded.bus.script = failing(e7=-1)
    ran = run("redrive", "on-failure", "--yes")
    assert ran.exit_code == 3
    assert (
        ran.stderr
        == "1 batch not begun, so that nothing overtakes what is unfinished; mend what it names, and run this again\n"
    )


# Of what is deployed


@pytest.fixture
def aws(monkeypatch):
    """A healthy stack, and what the commands open of it."""
    opened = {}

    def connect(folder, settings):
        opened["settings"] = settings
        return World().bridge

    def stores(folder, settings, failed):
        opened["failed"], opened["bucket"] = failed, settings.environ["QUARANTINE_BUCKET"]
        return MemoryQuarantine(), MemoryDiscards()

    monkeypatch.setattr("bridge.doctor.asking.Amazon", Answering)
    monkeypatch.setattr("bridge.wiring.connect", connect)
    monkeypatch.setattr("bridge.wiring.open_stores", stores)
    return opened


@pytest.mark.parametrize("options", [("--stack", "shop"), ("--function", "shop-bridge")])
def test_a_deployed_function_says_by_itself_where_something_waits(aws, monkeypatch, options):
    """Its own variables, and the bucket of its mapping; the credentials are this shell's."""
    monkeypatch.setenv("AWS_PROFILE", "mine")
    for command in (["list"], ["redrive"]):
        assert run(*command, *options).exit_code == 0
        assert (aws.pop("bucket"), aws.pop("failed")) == ("parked", "failed")
    assert (aws["settings"].environ["DOMAIN_BUS"], aws["settings"].environ["AWS_PROFILE"]) == ("domain", "mine")
    assert run("show", "e1", *options).exit_code == 1


def test_a_stack_and_a_function_are_two_ways_to_say_whose(aws):
    ran = run("list", "--stack", "a", "--function", "b")
    assert (ran.exit_code, aws) == (2, {})


def test_a_bucket_that_aws_names_goes_before_that_of_the_project_file(monkeypatch):
    monkeypatch.setenv("QUARANTINE_BUCKET", "parked")
    monkeypatch.delenv("ON_FAILURE_BUCKET", raising=False)
    _, discards = open_stores(ROOT, failed="given")
    assert discards.place() == "s3://given/"
    monkeypatch.setenv("ON_FAILURE_BUCKET", "named")
    assert open_stores(ROOT)[1].place() == "s3://named/"
