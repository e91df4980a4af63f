"""No answer about random pairs of schemas is refuted. `benchmarks/compat_fuzz.py` asks about far more."""

from collections import Counter

from tests.compat.refuting import examine


def test_no_answer_about_random_schemas_is_refuted() -> None:
    told: Counter[str] = sum((examine(seed)[0] for seed in range(300)), Counter())
    assert told["yes"] > 60
    assert told["no, shown"] > 60
    assert told["unknown"] + told["unknown, broken"] <= told.total() / 20
