"""The tables of schemas/README.md: of changes, out of the corpus, and of rules, out of their pages.

    python -m tests.compat.table

rewrites them.
"""

import re
from pathlib import Path

from bridge.core.compat.rules import RULES
from bridge.core.contain import NO_WITNESS
from bridge.core.wire import write_json
from tests.compat.corpus import ANSWERS, Case, corpus

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "schemas/README.md"


def with_tables(page: str) -> str:
    """The page with its tables as corpus and pages have them."""
    return _placed(_placed(page, "changes", changes()), "rules", rules())


def changes() -> str:
    """A row for each case of the corpus that stands for one."""
    rows = [
        f"| {case.table} | {_cell(case, 'subscribers')} | {_cell(case, 'replay')} |\n"
        for case in corpus()
        if case.table
    ]
    return "| change | subscriber-safe | replay-safe |\n|---|---|---|\n" + "".join(rows)


def rules() -> str:
    """A row for each rule, with the first sentence of its page."""
    pages = (ROOT / "bridge/codes/K.md").read_text()
    found = dict(re.findall(r"^## \w+ ([A-Z_]+)\n\n\*\*What\.\*\* (.*)$", pages, re.MULTILINE))
    rows = [f"| `{name}` | {rule.code} | {rule.level} | {found[name]} |\n" for name, rule in RULES.items()]
    return "| rule | code | level | finds |\n|---|---|---|---|\n" + "".join(rows)


def _cell(case: Case, question: str) -> str:
    found = case.found(question)
    if found.witness is NO_WITNESS:
        return ANSWERS[found.answer]
    return f"**breaks**: `{write_json(found.witness).decode()}`"


def _placed(page: str, name: str, table: str) -> str:
    start, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
    before, _, rest = page.partition(start)
    return f"{before}{start}{table}{end}{rest.partition(end)[2]}"


if __name__ == "__main__":
    PAGE.write_text(with_tables(PAGE.read_text()))
