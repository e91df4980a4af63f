"""`make deploy-local` says what is wrong with a project or a template before it starts anything, and never as a traceback."""

import pytest

from bridge.errors import ProjectInvalid, Unavailable
from infra import local


@pytest.fixture
def template(tmp_path, monkeypatch):
    """The template, to be broken."""
    path = tmp_path / "template.yaml"
    path.write_text(local.TEMPLATE.read_text())
    monkeypatch.setattr(local, "TEMPLATE", path)
    return path


def broken(path, good, bad):
    text = path.read_text()
    assert good in text
    path.write_text(text.replace(good, bad, 1))


def test_yaml_that_cannot_be_read_is_told_with_its_line(template):
    broken(template, "  StreamArn:\n", "  StreamArn\n")
    with pytest.raises(ProjectInvalid, match=r"A084 no template can be read: .*, line "):
        local.main()


def test_rules_that_are_wrong_are_told_before_anything_is_packed(tmp_path, monkeypatch):
    monkeypatch.setattr(local, "ROOT", tmp_path)
    with pytest.raises(ProjectInvalid, match="C002"):
        local.main()


def test_what_sam_cannot_translate_is_quoted(template):
    broken(template, "      Handler: bridge.handler.handle\n", "      Handlr: bridge.handler.handle\n")
    with pytest.raises(ProjectInvalid, match=r"E004 AWS SAM cannot translate the template: .*Handlr"):
        local.translated({})


class Refusing:
    """An embedded AWS whose CloudFormation takes no template."""

    def client(self, _):
        return self

    def create_bucket(self, **_):
        """S3's."""

    def put_object(self, **_):
        """S3's."""

    def create_stack(self, **_):
        raise ValueError


def test_a_stack_that_is_refused_is_a_problem_with_its_fix():
    with pytest.raises(
        Unavailable, match=r"E004 the stack was refused: ValueError\n    fix: correct infra/template.yaml"
    ):
        local.deploy(Refusing(), "shop", {}, b"", {})
