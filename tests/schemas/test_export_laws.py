"""What holds of every schema that is exported, over schemas and values drawn by lot."""

import pytest
from jsonschema import Draft4Validator
from jsonschema_rs import RegexOptions, validator_for

from bridge.core.contain import contains
from bridge.core.export.inline import inlined
from bridge.core.export.registry import for_readers
from bridge.core.export.speech import TOLERANT
from bridge.core.export.types import interfaces, shaped
from bridge.core.export.widen import widen
from bridge.core.schema.tolerant import tolerant
from tests.schemas.converting import spelt
from tests.schemas.drawing import documents

#: Each block of schemas is a test of its own, so that both cores are used. Raise it for a night's search.
BLOCKS = [range(start, start + 150) for start in (0, 1_000)]


def judge(document):
    return validator_for(document, validate_formats=True, pattern_options=RegexOptions(), offline=True)


def narrower(reader, writer, values):
    """The values that the writer allows and the reader refuses."""
    reads, writes = judge(reader), judge(writer)
    return [value for value in values if writes.is_valid(value) and not reads.is_valid(value)]


@pytest.mark.parametrize("numbers", BLOCKS, ids=str)
@pytest.mark.parametrize("form", ["jsonschema", "openapi"])
def test_an_export_allows_whatever_the_schema_allows(numbers, form):
    for number, document, values in documents(numbers):
        made = for_readers(document, form)
        assert (number, narrower(made.document, document, values)) == (number, [])
        if all(loss.harmless for loss in made.losses):
            assert (number, narrower(document, made.document, values)) == (number, [])


@pytest.mark.parametrize("numbers", BLOCKS, ids=str)
def test_a_tolerant_reader_takes_whatever_the_schema_allows(numbers):
    for number, document, values in documents(numbers):
        assert (number, narrower(widen(document, TOLERANT).document, document, values)) == (number, [])


@pytest.mark.parametrize("numbers", BLOCKS, ids=str)
def test_what_a_reader_is_given_takes_whatever_the_check_of_compatibility_counts_on(numbers):
    for number, document, values in documents(numbers):
        counted_on = tolerant(document)
        assert (number, narrower(widen(document, TOLERANT).document, counted_on, values)) == (number, [])


@pytest.mark.parametrize("numbers", BLOCKS, ids=str)
@pytest.mark.parametrize("form", ["jsonschema", "openapi"])
def test_older_notations_judge_as_the_schema_that_they_spell(numbers, form):
    for number, document, values in documents(numbers):
        made = for_readers(document, form).document
        spelling, said = Draft4Validator(_without_flags(spelt(made, form))), judge(made)
        differing = [value for value in values if spelling.is_valid(value) != said.is_valid(value)]
        assert (number, [value for value in differing if not _has_a_whole_fraction(value)]) == (number, [])


def _without_flags(schema):
    """OpenAPI 3.0's `nullable` as Draft 4 says it."""
    if isinstance(schema, list):
        return [_without_flags(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    made = {name: _without_flags(value) for name, value in schema.items()}
    return {**made, "type": [made["type"], "null"]} if made.pop("nullable", False) is True else made


def _has_a_whole_fraction(value):
    """Whether a number as 1.0 is in it, which is no integer in Draft 4."""
    return not isinstance(value, str | int | None) and "." in repr(value)


@pytest.mark.parametrize("numbers", BLOCKS, ids=str)
def test_putting_plain_values_where_they_are_used_changes_no_verdict(numbers):
    for number, document, values in documents(numbers):
        made = inlined(document)
        assert (number, narrower(made, document, values), narrower(document, made, values)) == (number, [], [])


@pytest.mark.parametrize("numbers", BLOCKS, ids=str)
def test_types_take_whatever_a_tolerant_reader_takes(numbers):
    for number, document, values in documents(numbers):
        opened = widen(document, TOLERANT).document
        types = shaped(opened, "Whole")
        for form in (types, interfaces(types)):
            assert (number, narrower(_without_decimals(form), opened, values)) == (number, [])


def _without_decimals(schema):
    """The types without the generator's own format."""
    if isinstance(schema, list):
        return [_without_decimals(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {name: _without_decimals(value) for name, value in schema.items() if (name, value) != ("format", "decimal")}


@pytest.mark.parametrize("form", ["jsonschema", "openapi"])
def test_that_an_export_allows_all_is_proved_where_it_can_be(form):
    answers = [
        contains(for_readers(document, form).document, document).answer for _, document, _ in documents(range(60))
    ]
    assert "no" not in answers
    assert answers.count("yes") > len(answers) / 2
