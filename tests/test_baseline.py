"""A project as it was, out of git or another folder."""

import subprocess
from pathlib import Path

import pytest

from bridge.baseline import MAX_BYTES, project_at, said_of
from bridge.errors import BridgeError, Problem, ProjectInvalid, Unavailable, Where


def git(folder: Path, *arguments: str) -> str:
    """Runs git as somebody, whatever the machine's own settings are."""
    somebody = ["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]
    ran = subprocess.run(["git", "-C", str(folder), *somebody, *arguments], check=True, capture_output=True, text=True)
    return ran.stdout


@pytest.fixture
def repository(tmp_path):
    """A repository with a project in its subfolder `shop`, committed once and changed since."""
    shop = tmp_path / "shop"
    (shop / "rules").mkdir(parents=True)
    (shop / "bridge.yaml").write_text("project: first\n")
    (shop / "rules" / "ä b.yaml").write_bytes(b"entity: a\r\n")
    (tmp_path / "other.txt").write_text("not the project's")
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "-m", "first")
    (shop / "bridge.yaml").write_text("project: second\n")
    return tmp_path


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def refusal(reference: str, folder: Path) -> Problem:
    with pytest.raises(BridgeError) as caught, project_at(reference, folder):
        pytest.fail("there is no such project")
    (problem,) = caught.value.problems
    return problem


@pytest.mark.parametrize("reference", ["main", "HEAD", "HEAD~0", "v1"])
def test_the_files_of_a_commit_are_given_byte_for_byte_and_go_away_afterwards(repository, reference):
    git(repository, "tag", "v1")
    with project_at(reference, repository / "shop") as there:
        assert files(there) == {"bridge.yaml": b"project: first\n", "rules/ä b.yaml": b"entity: a\r\n"}
    assert not there.exists()
    assert (repository / "shop/bridge.yaml").read_text() == "project: second\n"


def test_a_project_at_the_root_of_its_repository_is_found_too(repository):
    (repository / "bridge.yaml").write_text("project: root\n")
    git(repository, "add", ".")
    git(repository, "commit", "--quiet", "-m", "root")
    with project_at("HEAD", repository) as there:
        assert files(there)["bridge.yaml"] == b"project: root\n"
        assert files(there)["shop/bridge.yaml"] == b"project: second\n"


def test_attributes_and_index_play_no_part(repository):
    (repository / ".gitattributes").write_text("rules export-ignore\n*.yaml text eol=crlf\n")
    git(repository, "add", ".gitattributes")
    git(repository, "commit", "--quiet", "-m", "attributes")
    git(repository, "rm", "--cached", "--quiet", "-r", "shop/rules")
    with project_at("HEAD", repository / "shop") as there:
        assert set(files(there)) == {"bridge.yaml", "rules/ä b.yaml"}


def test_links_and_what_is_too_large_are_left_behind(repository):
    shop = repository / "shop"
    (shop / "link").symlink_to("bridge.yaml")
    (shop / "large").write_bytes(b" " * (MAX_BYTES + 1))
    (shop / "empty").write_bytes(b"")
    git(repository, "add", ".")
    git(repository, "commit", "--quiet", "-m", "more")
    with project_at("HEAD", shop) as there:
        assert set(files(there)) == {"bridge.yaml", "rules/ä b.yaml", "empty"}


def test_a_folder_with_a_project_is_given_as_it_is(repository):
    with project_at(str(repository / "shop"), Path("nowhere")) as there:
        assert there == repository / "shop"
    assert there.exists()


@pytest.mark.parametrize("reference", ["nowhere", "-h", "--all", "", "a\0b", "main:shop", "HEAD~99"])
def test_what_git_does_not_know_is_a_problem(repository, reference):
    problem = refusal(reference, repository / "shop")
    assert problem.code == "C030"
    assert problem.what == f"git knows no commit {reference!r} here"
    assert problem.fix == "correct it, or fetch it first: a checkout in CI often has only its own commit"


def test_a_folder_outside_of_any_repository_is_a_problem(tmp_path):
    problem = refusal("main", tmp_path)
    assert problem.code == "C031"
    assert problem.what.startswith(f"'{tmp_path}' is in no repository that git can read: fatal: not a git repository")


def test_a_folder_without_a_project_is_a_problem(tmp_path):
    (tmp_path / "empty").mkdir()
    problem = refusal(str(tmp_path / "empty"), tmp_path)
    assert (problem.code, problem.what) == ("C033", f"there is no bridge.yaml in the folder '{tmp_path}/empty'")


def test_a_commit_from_before_the_project_is_a_problem(repository):
    git(repository, "rm", "--quiet", "-r", "--cached", "shop")
    git(repository, "commit", "--quiet", "-m", "none")
    problem = refusal("HEAD", repository / "shop")
    assert problem.code == "C033"
    assert problem.what == "there is no bridge.yaml at 'HEAD' in the folder 'shop/' of the repository"


def test_without_git_there_is_a_problem_and_no_traceback(repository, monkeypatch):
    monkeypatch.setenv("PATH", str(repository))
    assert refusal("HEAD", repository / "shop").code == "C032"
    with pytest.raises(Unavailable), project_at("HEAD", repository / "shop"):
        pytest.fail("git is not there")


def test_problems_of_the_project_as_it_was_are_named_as_git_names_files():
    problem = Problem(Where("rules/a.yaml", 3, 1), "R030", "what", "fix")
    (said,) = said_of("main", ProjectInvalid(problem)).problems
    assert str(said.where) == "main:rules/a.yaml:3:1"
