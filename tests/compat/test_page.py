"""What schemas/README.md says of the check is what the check does."""

import re

from bridge.core.compat.policy import read_policy
from bridge.errors import Problem
from tests.compat.table import PAGE, with_tables


def test_the_tables_are_up_to_date() -> None:
    assert PAGE.read_text() == with_tables(PAGE.read_text()), "run: python -m tests.compat.table"


def test_the_policy_that_is_shown_can_be_read() -> None:
    (block,) = re.findall(r"^```yaml policy\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    problems: list[Problem] = []
    policy = read_policy(block.encode(), "schemas/compatibility.yaml", problems)
    assert problems == []
    assert (policy.levels["FORMAT_CHANGED"], len(policy.acknowledged)) == ("error", 1)
