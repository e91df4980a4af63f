"""What the README shows of the proof is what lint says."""

from bridge.core.given import ASSUMED, change_of
from bridge.project import load_project
from bridge.review import review
from tests.test_documents import _copy, only


def test_the_refutation_in_the_readme_is_what_lint_finds_and_its_mending_mends(tmp_path):
    folder = _copy(tmp_path)
    rule = folder / "rules/review.yaml"
    named = "source: /shop/reviews\nitem_schema: review/item.v1.json\n"
    rule.write_text(only("README.md", "yaml first-rule").replace("source: /shop/reviews\n", named))
    (folder / "schemas/review").mkdir()
    (folder / "schemas/review/written.v1.json").write_text(only("README.md", "json first-schema"))
    (folder / "schemas/review/item.v1.json").write_text(only("README.md", "json item-schema"))
    assert "".join(f"{problem}\n" for problem in review(folder).problems) == only("README.md", "text refuted")
    mended = only("README.md", "yaml fragment mended").strip()
    rule.write_text(rule.read_text().replace("when: {change: [insert]}", mended.replace("\n", "\n    ")))
    assert review(folder).problems == []
    assert [said(folder, *stars) for stars in [(None, 0), (0, 5), (None, 5), (5, 4), (0, 0)]] == [0, 1, 1, 0, 0]


def said(folder, before, after):
    """How many events the review's rule says where its stars change so."""
    keys = {"pk": "PRODUCT#MUG-BLUE", "sk": "REVIEW#1"}
    images = {name: {"sku": "MUG-BLUE", "stars": stars} for name, stars in (("old", before), ("new", after))}
    given = {"change": "modify", **images} if before is not None else {"change": "insert", "new": images["new"]}
    change = change_of({**ASSUMED, "table": "shop", "keys": keys, **given})
    return len(load_project(folder).rules.translate(change).events)
