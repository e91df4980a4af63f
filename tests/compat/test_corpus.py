"""Every change of the corpus has the verdict that containment of sets demands."""

import pytest
from jsonschema import Draft202012Validator

from bridge.core.contain import NO_WITNESS
from bridge.core.wire import canonical_json
from tests.compat.corpus import ANSWERS, QUESTIONS, Case, corpus
from tests.compat.refuting import plain

FORMATS = Draft202012Validator.FORMAT_CHECKER
BREAKING = [(case, question) for case in corpus() for question in QUESTIONS if case.demanded(question) == "breaks"]


@pytest.mark.parametrize("case", corpus(), ids=lambda case: case.comment)
@pytest.mark.parametrize("question", QUESTIONS)
def test_the_verdict_is_what_containment_demands(case: Case, question: str) -> None:
    assert ANSWERS[case.found(question).answer] == case.demanded(question)


@pytest.mark.parametrize(("case", "question"), BREAKING, ids=lambda value: getattr(value, "comment", value))
def test_what_breaks_is_shown_by_the_smallest_event(case: Case, question: str) -> None:
    witness = case.found(question).witness
    assert witness is not NO_WITNESS
    if case.say is not ...:
        assert canonical_json(witness) == canonical_json(case.say)


@pytest.mark.parametrize(("case", "question"), BREAKING, ids=lambda value: getattr(value, "comment", value))
def test_a_second_validator_agrees_with_each_counterexample(case: Case, question: str) -> None:
    if "of any script" in case.comment:
        pytest.skip("Python's regular expressions know no Unicode properties")
    reader, writer = case.sides[question]
    witness = plain(case.found(question).witness)
    assert Draft202012Validator(plain(writer.said), format_checker=FORMATS).is_valid(witness)
    refused = not Draft202012Validator(plain(reader.read), format_checker=FORMATS).is_valid(witness)
    assert refused or "format" in case.comment or "date" in case.comment or "address" in case.comment  # it knows few


def test_the_corpus_is_large_and_at_most_a_twentieth_of_it_is_not_proven() -> None:
    verdicts = [case.demanded(question) for case in corpus() for question in QUESTIONS]
    assert len(corpus()) >= 80
    assert verdicts.count("not proven") <= len(verdicts) / 20
    assert min(verdicts.count("safe"), verdicts.count("breaks")) >= len(verdicts) / 4
