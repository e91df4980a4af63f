"""`changebridge schemas check` and `release`, over a small project under git."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bridge.cli import main

ROOT = Path(__file__).parents[2]
PLACED = "schemas/order/placed.v1.json"


class Shop:
    """A copy of the sample project, to be changed."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.capsys = folder, capsys

    def run(self, *arguments: str) -> tuple[int, str, str]:
        self.capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main(["schemas", *arguments, "--project", str(self.folder)])
        told = self.capsys.readouterr()
        return int(left.value.code or 0), told.out, told.err

    def edit(self, file: str, change: Callable[[dict[str, Any]], object]) -> None:
        document = json.loads((self.folder / file).read_text())
        change(document)
        (self.folder / file).write_text(json.dumps(document, indent=2))

    def write(self, file: str, text: str) -> None:
        (self.folder / file).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / file).write_text(text)

    def git(self, *arguments: str) -> None:
        who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-c", "init.defaultBranch=main")
        subprocess.run(["git", "-C", str(self.folder), *who, *arguments], check=True, capture_output=True)


@pytest.fixture
def shop(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shop:
    for name in ("rules", "schemas"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "bridge.yaml", tmp_path)
    return Shop(tmp_path, capsys)


@pytest.fixture
def committed(shop: Shop) -> Shop:
    shop.git("init", "-q")
    shop.git("add", ".")
    shop.git("commit", "-qm", "as it was")
    return shop


def add_value(document: dict[str, Any]) -> None:
    document["properties"]["channel"]["enum"].append("shop")


def test_the_sample_agrees_with_what_it_has_released(shop: Shop) -> None:
    code, out, err = shop.run("check")
    assert (code, err) == (0, "16 schemas against released: no problem\n")
    rows = [line.split()[-2:] for line in out.splitlines()[1:]]
    assert rows == [["safe", "safe"]] * 16


def test_a_breaking_change_is_found_against_a_commit_in_every_format(committed: Shop) -> None:
    committed.edit(PLACED, add_value)
    for form in ("text", "json", "github", "sarif", "junit", "markdown"):
        code, out, _ = committed.run("check", "--against", "HEAD", "--format", form)
        assert code == 1, form
        assert "K001" in out, form
        assert "order.placed" in out, form
    assert (
        "| `order/placed.v1.json` | 2 versions | breaks | safe |"
        in committed.run("check", "--against", "HEAD", "--format", "markdown")[1]
    )


def test_json_has_the_counterexample_and_the_schema_of_all_that_break(committed: Shop) -> None:
    committed.edit(PLACED, add_value)
    _, out, _ = committed.run("check", "--against", "HEAD", "--format", "json")
    told = json.loads(out)
    (verdict,) = [each for each in told["verdicts"] if each["schema"] == "order/placed.v1.json"]
    assert (verdict["subscriber-safe"], verdict["replay-safe"]) == ("breaks", "safe")
    (breaks,) = [each for each in verdict["comparisons"] if each["answer"] == "breaks"]
    assert breaks["counterexample"]["channel"] == "shop"
    assert "shop" in json.dumps(breaks["breaking"])
    (problem,) = [each for each in told["problems"] if each["code"] == "K001"]
    assert problem["path"] == "#/properties/channel/enum"
    text = (committed.folder / PLACED).read_text().splitlines()[problem["line"] - 1]
    assert text.strip().startswith('"enum"')


def test_a_change_of_a_common_schema_is_found_in_each_event_that_refers_to_it(shop: Shop) -> None:
    shop.edit("schemas/common/money.json", lambda document: document["properties"]["amount"].update(minimum=0))
    code, out, _ = shop.run("check", "--format", "json")
    problems = json.loads(out)["problems"]
    assert code == 1
    assert {each["file"] for each in problems} == {"schemas/common/money.json"}
    assert {each["path"] for each in problems} == {"#/properties/amount/minimum"}
    assert any("in payment/captured.v1.json, " in each["what"] for each in problems)


def test_another_folder_is_a_baseline_too(shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> None:
    before = tmp_path_factory.mktemp("before")
    shutil.copytree(shop.folder, before, dirs_exist_ok=True)
    shutil.rmtree(shop.folder / "schemas/released")
    shutil.rmtree(before / "schemas/released")
    shop.edit(PLACED, lambda document: document["properties"].update(gift={"type": "boolean"}))
    code, out, err = shop.run("check", "--against", str(before))
    assert (code, err) == (0, f"16 schemas against {before}: no problem\n")
    assert "1 version " in out


def test_a_new_schema_is_told_as_new(committed: Shop) -> None:
    source = committed.folder / PLACED
    text = source.read_text().replace("placed.v1.json", "placed.v2.json")
    committed.write("schemas/order/placed.v2.json", text)
    _, out, _ = committed.run("check")
    assert "order/placed.v2.json           nothing: new  -                -" in out


def test_a_renamed_type_is_found_against_commit_and_releases(committed: Shop) -> None:
    rules = committed.folder / "rules/order.yaml"
    rules.write_text(rules.read_text().replace("com.example.shop.order.placed.v1", "com.example.shop.orderPlaced.v1"))
    for against in ("HEAD", "released"):
        code, out, _ = committed.run("check", "--against", against, "--format", "json")
        assert code == 1
        assert [each["code"] for each in json.loads(out)["problems"]] == ["K025"]


def test_an_acknowledgement_makes_the_check_pass_and_is_shown(shop: Shop) -> None:
    shop.edit(PLACED, add_value)
    entries = "".join(
        f"  - {{schema: order/placed.v1.json, rule: {rule}, reason: nobody branches over it, until: 2999-12-31}}\n"
        for rule in ("SUBSCRIBER_BREAKS", "ENUM_VALUE_ADDED")
    )
    shop.write("schemas/compatibility.yaml", f"acknowledged:\n{entries}")
    code, out, _ = shop.run("check")
    assert code == 0
    assert "acknowledged until 2999-12-31: SUBSCRIBER_BREAKS in order/placed.v1.json: nobody branches over it" in out
    told = json.loads(shop.run("check", "--format", "json")[1])
    assert len(told["acknowledged"]) == 2
    assert "- acknowledged until" in shop.run("check", "--format", "markdown")[1]


def test_without_any_release_nothing_is_known_to_be_safe(shop: Shop) -> None:
    shutil.rmtree(shop.folder / "schemas/released")
    code, out, _ = shop.run("check")
    assert (code, "K036" in out) == (0, True)
    assert shop.run("check", "--strict")[0] == 1


def schema(text: str) -> Callable[[Shop], None]:
    return lambda shop: shop.write(PLACED, text)


ENDED = "schemas/released/order/placed.v1.jsonl"


def test_an_emptied_file_of_releases_is_a_problem_by_itself(shop: Shop) -> None:
    shop.write(ENDED, "")
    for command in (["check"], ["release", "--yes"]):
        code, out, err = shop.run(*command)
        assert code == 1
        assert f"{ENDED}: K039 this file holds no release any more\n    fix: restore the file" in out + err
    assert (shop.folder / ENDED).read_bytes() == b""


def two_releases(committed: Shop) -> None:
    committed.edit(PLACED, lambda document: document["properties"].update(gift={"type": "boolean"}))
    committed.run("release", "--date", "2027-01-02", "--yes")
    committed.git("commit", "-qam", "a second release")


@pytest.mark.parametrize("against", [[], ["--against", "HEAD"]], ids=["released", "a commit"])
@pytest.mark.parametrize(("lines", "lost"), [(0, 1), (1, 2)])
def test_a_release_that_the_base_has_and_the_folder_has_not_is_lost(
    committed: Shop, against: list[str], lines: int, lost: int
) -> None:
    two_releases(committed)
    file = committed.folder / ENDED
    file.write_bytes(b"".join(file.read_bytes().splitlines(keepends=True)[:lines]))
    if not lines:
        file.unlink()
    code, out, err = committed.run("check", *against)
    assert code == 1
    assert f"{ENDED}: K039 release {lost} of 20" in out
    assert "of order/placed.v1.json, which is recorded at 'HEAD', is not recorded here\n" in out
    assert err.endswith(": 1 problem\n")


def test_a_release_that_the_main_branch_records_meanwhile_is_no_loss_of_another(committed: Shop) -> None:
    committed.git("branch", "-q", "-f", "mine")
    two_releases(committed)
    committed.git("branch", "-q", "-f", "base")
    committed.git("checkout", "-q", "mine")
    assert "K039" not in committed.run("check", "--against", "base")[1]
    (committed.folder / ENDED).unlink()
    committed.git("commit", "-qam", "lost")
    assert "K039 release 1 of 20" in committed.run("check", "--against", "base")[1]


def test_a_line_that_was_written_anew_is_lost_as_it_was(committed: Shop) -> None:
    """Its digest fits: only the base knows another."""
    two_releases(committed)
    (committed.folder / ENDED).unlink()
    for day in ("2026-11-21", "2027-01-02"):
        committed.run("release", "--date", day, "--yes")
    code, out, _ = committed.run("check", "--against", "HEAD", "--format", "json")
    assert (code, [each["code"] for each in json.loads(out)["problems"]]) == (1, ["K039"])


def test_releases_that_are_added_and_schemas_that_are_retired_lose_nothing(committed: Shop) -> None:
    two_releases(committed)
    assert committed.run("check", "--against", "HEAD")[0] == committed.run("check", "--against", "HEAD~1")[0] == 0
    assert committed.run("check")[0] == 0


def test_what_is_restored_is_held_against_a_base_that_lost_it(committed: Shop) -> None:
    before = (committed.folder / ENDED).read_bytes()
    committed.write(ENDED, "")
    committed.git("commit", "-qam", "lost")
    (committed.folder / ENDED).write_bytes(before)
    assert committed.run("check", "--against", "HEAD")[0] == committed.run("check")[0] == 0


def test_a_release_that_was_changed_is_told_against_a_commit_too(committed: Shop) -> None:
    committed.write(ENDED, '{"schema":"order/placed.v1.json"}\n')
    code, out, _ = committed.run("check", "--against", "HEAD")
    assert (code, f"{ENDED}:1:1: K035 " in out) == (1, True)


HEAD = '"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "https://example.com/placed.v1.json"'
BAD = {
    "a file that is no JSON": (schema("{"), "S001"),
    "a schema that is none": (schema(f'{{{HEAD}, "type": "strng"}}'), "S005"),
    "an unknown draft": (schema('{"$schema": "https://json-schema.org/draft/2030-01/schema"}'), "S004"),
    "an unknown format": (schema(f'{{{HEAD}, "format": "datetime"}}'), "S006"),
    "a reference to nothing": (schema(f'{{{HEAD}, "$ref": "../common/mony.json"}}'), "S013"),
    "a reference out of the project": (schema(f'{{{HEAD}, "$ref": "https://elsewhere.example/a.json"}}'), "S014"),
    "a reference that is no URI": (schema(f'{{{HEAD}, "$ref": "https://[elsewhere"}}'), "S013"),
    "an id that is no URI": (schema('{"$id": "https://[elsewhere"}'), "S011"),
    "a reference to itself": (schema(f'{{{HEAD}, "$ref": "#"}}'), "S015"),
    "two schemas with one id": (lambda shop: shop.write("schemas/order/twin.v1.json", (shop.folder / PLACED).read_text()), "S012"),
    "no schemas folder": (lambda shop: shutil.rmtree(shop.folder / "schemas"), "C003"),
    "no project file": (lambda shop: (shop.folder / "bridge.yaml").unlink(), "C001"),
    "a release that was changed": (
        lambda shop: shop.write("schemas/released/order/placed.v1.jsonl", '{"schema":"order/placed.v1.json"}\n'), "K035",
    ),
    "a policy with an unknown rule": (lambda shop: shop.write("schemas/compatibility.yaml", "levels: {NO_SUCH: error}"), "K034"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_read_is_a_problem_with_place_and_fix(shop: Shop, name: str) -> None:
    spoil, wanted = BAD[name]
    spoil(shop)
    command = "release" if wanted in ("S005", "K035") else "check"
    code, out, err = shop.run(command)
    told = err if command == "release" or wanted == "C001" else out
    assert code == 1
    assert f" {wanted} " in told
    assert "fix: " in told
    assert "Traceback" not in err


@pytest.mark.parametrize("form", ["text", "json", "github", "sarif", "junit", "markdown"])
def test_what_cannot_be_read_is_told_in_every_format(shop: Shop, form: str) -> None:
    shop.write("schemas/order/broken.v1.json", "{")
    code, out, err = shop.run("check", "--format", form)
    assert code == 1
    assert "S001" in out
    assert "schemas/order/broken.v1.json" in out
    assert err == "nothing was compared: 1 problem\n"
    if form == "json":
        told = json.loads(out)
        assert (told["verdicts"], told["acknowledged"], told["problems"][0]["line"]) == ([], [], 1)


@pytest.mark.parametrize(
    ("reference", "wanted"),
    [("no-such-branch", "C030"), ("--upload-pack=x", "C030"), ("HEAD:rules", "C030"), ("schemas", "C033")],
)
def test_a_reference_that_is_no_commit_is_a_problem(committed: Shop, reference: str, wanted: str) -> None:
    code, out, err = committed.run("check", f"--against={reference}")
    assert (code, wanted in out, err) == (2, True, "nothing was compared: 1 problem\n")


def test_outside_of_a_repository_only_releases_and_folders_can_be_compared_with(shop: Shop) -> None:
    code, out, _ = shop.run("check", "--against", "main")
    assert (code, " C031 " in out) == (2, True)
    assert shop.run("check")[0] == 0


def test_without_git_the_outside_is_what_is_missing(committed: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    code, out, _ = committed.run("check", "--against", "main", "--format", "json")
    assert (code, json.loads(out)["problems"][0]["code"]) == (3, "C032")
    assert committed.run("check")[0] == 0


def test_what_is_wrong_at_the_baseline_is_told_as_being_there(committed: Shop) -> None:
    committed.write("schemas/order/broken.v1.json", "{")
    committed.git("add", ".")
    committed.git("commit", "-qm", "broken")
    (committed.folder / "schemas/order/broken.v1.json").unlink()
    code, out, _ = committed.run("check", "--against", "HEAD")
    assert code == 1
    assert out.startswith("HEAD:schemas/order/broken.v1.json:1:2: S001 ")


def test_a_release_is_planned_first_and_recorded_with_yes(shop: Shop) -> None:
    shop.edit(PLACED, lambda document: document["properties"].update(gift={"type": "boolean"}))
    file = shop.folder / "schemas/released/order/placed.v1.jsonl"
    before = file.read_bytes()
    code, out, err = shop.run("release", "--date", "2027-01-02")
    assert (code, out) == (0, "2027-01-02  release 2   order/placed.v1.json\n")
    assert (err, file.read_bytes()) == ("nothing recorded yet; to record it: --yes\n", before)
    assert shop.run("release", "--date", "2027-01-02", "--yes")[2] == "1 release recorded\n"
    assert file.read_bytes().startswith(before)
    assert len(file.read_bytes().splitlines()) == 2
    assert "2 versions" in shop.run("check")[1]


def test_a_release_of_nothing_new_records_nothing(shop: Shop) -> None:
    assert shop.run("release", "--yes") == (0, "", "everything that is published has been recorded\n")
    shop.write(PLACED, json.dumps(json.loads((shop.folder / PLACED).read_text())))
    assert shop.run("release", "--yes") == (0, "", "everything that is published has been recorded\n")


def test_what_breaks_is_not_released(shop: Shop) -> None:
    shop.edit(PLACED, add_value)
    code, out, err = shop.run("release", "--yes")
    assert (code, out) == (1, "")
    assert "K037 nothing is recorded before the check passes: 2 findings" in err
    assert len((shop.folder / "schemas/released/order/placed.v1.jsonl").read_bytes().splitlines()) == 1


def test_what_is_gone_is_retired_and_then_no_longer_missed(shop: Shop) -> None:
    (shop.folder / "schemas/stock/ran-out.v1.json").unlink()
    assert "K020" in shop.run("check")[1]
    told = json.loads(shop.run("release", "--yes", "--format", "json", "--date", "2027-01-01")[1])
    assert [(each["schema"], each["does"], each["release"]) for each in told] == [
        ("stock/ran-out.v1.json", "retire", 2)
    ]
    assert "K020" not in shop.run("check")[1]
    assert shop.run("release")[2] == "everything that is published has been recorded\n"


def test_a_release_does_not_go_back_in_time(shop: Shop) -> None:
    shop.edit(PLACED, lambda document: document["properties"].update(gift={"type": "boolean"}))
    code, _, err = shop.run("release", "--date", "2020-01-01")
    assert (code, "K038" in err) == (1, True)


@pytest.mark.parametrize("day", ["tomorrow", "2026-02-30", "20260101"])
def test_a_day_that_is_none_is_a_mistake_of_usage(shop: Shop, day: str) -> None:
    assert shop.run("release", "--date", day)[0] == 2


def test_old_releases_count_as_much_as_the_last(shop: Shop) -> None:
    shop.edit(PLACED, lambda document: document["properties"].update(gift={"type": "boolean"}))
    shop.run("release", "--yes", "--date", "2027-01-01")
    shop.edit(PLACED, lambda document: document["properties"]["gift"].update(deprecated=True))
    shop.run("release", "--yes", "--date", "2027-01-02")
    shop.edit(PLACED, lambda document: document["properties"].pop("gift"))
    assert shop.run("check")[0] == 0
    shop.run("release", "--yes", "--date", "2027-01-03")
    shop.edit(PLACED, lambda document: document["properties"].update(gift={"type": "string"}))
    code, out, _ = shop.run("check", "--format", "json")
    problems = json.loads(out)["problems"]
    assert (code, {each["code"] for each in problems}) == (1, {"K001", "K002"})
    assert all("release 2 of 2027-01-01" in each["what"] for each in problems)


def test_a_schema_that_is_gone_is_told_where_its_release_is_recorded(shop: Shop) -> None:
    (shop.folder / "schemas/cart/emptied.v1.json").unlink()
    code, out, _ = shop.run("check", "--format", "github")
    assert code == 1
    assert "::error file=schemas/released/cart/emptied.v1.jsonl,line=1,col=1,title=K020 SCHEMA_REMOVED::" in out


def test_a_schema_keeps_its_releases_when_its_file_gets_another_name(shop: Shop) -> None:
    text = (shop.folder / PLACED).read_text()
    shop.write("schemas/order/accepted.v1.json", text)
    (shop.folder / PLACED).unlink()
    rules = shop.folder / "rules/order.yaml"
    rules.write_text(rules.read_text().replace("order/placed.v1.json", "order/accepted.v1.json"))
    assert shop.run("check")[0] == 0
    code, out, _ = shop.run("release", "--date", "2027-01-01", "--yes")
    assert (code, out) == (0, "2027-01-01  release 1   order/accepted.v1.json\n")
    shop.edit("schemas/order/accepted.v1.json", lambda document: document["required"].remove("channel"))
    code, out, _ = shop.run("check", "--format", "json")
    (verdict,) = [each for each in json.loads(out)["verdicts"] if each["schema"] == "order/accepted.v1.json"]
    assert verdict["versions"] == 1 + len(
        (shop.folder / "schemas/released/order/placed.v1.jsonl").read_text().splitlines()
    )
    assert (code, verdict["subscriber-safe"]) == (1, "breaks")
    assert shop.run("release", "--date", "2027-01-02")[0] == 1
