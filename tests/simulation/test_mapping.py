"""The simulated mapping does what Lambda was recorded to do, and what its documents say."""

from zlib import crc32

import pytest

from tests.simulation.machine import Machine
from tests.simulation.mapping import Answer, Mapping, Settings, Shard, Streamed, resume_at

#: An item that has a queue of its own beside A's, of two.
OTHER = next(name for name in "BCDEFG" if crc32(name.encode()) % 2 != crc32(b"A") % 2)
ERROR, OK = Answer("error"), Answer("response", {"batchItemFailures": []})


def streamed(number, item="A", written=0.0, age=0.0, size=1):
    return Streamed({"n": number}, str(number), item, written, age, size)


def failing(*numbers):
    return Answer("response", {"batchItemFailures": [{"itemIdentifier": number} for number in numbers]})


def carried(shards, settings, answers=lambda _: OK):
    """The batches that the function saw, with their times, and the mapping afterwards."""
    machine, seen = Machine(), []

    def invoke(records):
        numbers = [int(record.number) for record in records]
        seen.append((machine.now, numbers))
        machine.sleep(0.1)
        return answers(numbers)

    mapping = Mapping(machine, settings, invoke)
    mapping.start(shards)
    machine.run()
    return seen, mapping


def batches(shards, settings, answers=lambda _: OK):
    return [numbers for _, numbers in carried(shards, settings, answers)[0]]


def shard(*numbers):
    return [Shard("s", [streamed(number) for number in numbers])]


# Recorded on AWS by LocalStack: tests/aws/services/lambda_/event_source_mapping, snapshots of full success and failure.


@pytest.mark.parametrize("response", [[], None, {}, {"batchItemFailures": []}, {"batchItemFailures": None}], ids=repr)
def test_these_responses_are_full_success(response):
    assert batches(shard(1, 2), Settings(), lambda _: Answer("response", response)) == [[1, 2]]


@pytest.mark.parametrize(
    "answer",
    [
        failing(""),
        failing(None),
        failing(123),
        failing("unknown"),
        ERROR,
        Answer("response", {"batchItemFailures": [{"foo": 123}]}),
    ],
    ids=repr,
)
def test_these_answers_are_full_failure(answer):
    """The whole batch is sent until its retries are exhausted, then a document tells of it."""
    seen, mapping = carried(shard(1, 2), Settings(retries=1), lambda _: answer)
    assert [numbers for _, numbers in seen] == [[1, 2], [1, 2]]
    (lost,) = mapping.lost
    assert lost.document["requestContext"] == {"condition": "RetryAttemptsExhausted", "approximateInvokeCount": 2}


def test_a_poison_record_at_the_end_is_seen_five_times_with_three_retries():
    """Once in the batch of three, four times alone; the document counts four invocations and one record."""
    seen, mapping = carried(shard(1, 2, 3), Settings(retries=3), lambda numbers: failing("3") if 3 in numbers else OK)
    assert [numbers for _, numbers in seen] == [[1, 2, 3], [3], [3], [3], [3]]
    (lost,) = mapping.lost
    info = lost.document["DDBStreamBatchInfo"]
    assert lost.document["requestContext"]["approximateInvokeCount"] == 4
    assert lost.document["responseContext"]["functionError"] is None
    assert (info["batchSize"], info["startSequenceNumber"], info["endSequenceNumber"]) == (1, "3", "3")


# As documented


def test_of_several_identifiers_the_lowest_is_the_checkpoint():
    answers = iter([failing("3", "2"), OK])
    assert batches(shard(1, 2, 3), Settings(), lambda _: next(answers)) == [[1, 2, 3], [2, 3]]


def test_a_response_says_nothing_unless_the_mapping_reports_batch_item_failures():
    assert resume_at(failing("2"), ["1", "2"], Settings(reports=False)) is None


def test_a_wrong_name_at_the_top_is_success():
    assert batches(shard(1), Settings(), lambda _: Answer("response", {"failedItems": ["1"]})) == [[1]]


def test_an_error_bisects_without_costing_a_retry():
    seen, mapping = carried(
        shard(1, 2, 3, 4), Settings(bisect=True, retries=0), lambda numbers: ERROR if 3 in numbers else OK
    )
    assert [numbers for _, numbers in seen] == [[1, 2, 3, 4], [1, 2], [3, 4], [3], [4]]
    assert [record.number for lost in mapping.lost for record in lost.records] == ["3"]


def test_a_partial_response_bisects_at_the_returned_number():
    answers = iter([failing("3"), OK])
    assert batches(shard(1, 2, 3, 4), Settings(bisect=True), lambda _: next(answers)) == [[1, 2, 3, 4], [3, 4]]


@pytest.mark.parametrize(("halves", "expected"), [(True, [[1, 2], [1], [2]]), (False, [[1, 2], [1, 2]])])
def test_whether_a_batch_that_fails_at_its_first_record_is_halved_is_not_documented(halves, expected):
    answers = iter([failing("1"), OK, OK])
    assert batches(shard(1, 2), Settings(bisect=True, halves_at_first=halves), lambda _: next(answers)) == expected


def test_throttling_costs_no_retry():
    answers = iter([Answer("throttled"), Answer("throttled"), OK])
    seen, mapping = carried(shard(1), Settings(retries=0), lambda _: next(answers))
    assert (len(seen), mapping.lost) == (3, [])


def test_what_is_too_old_is_not_sent():
    seen, mapping = carried([Shard("s", [streamed(1, age=100.0), streamed(2)])], Settings(age=60.0))
    assert [numbers for _, numbers in seen] == [[2]]
    assert [lost.document["requestContext"]["condition"] for lost in mapping.lost] == ["RecordAgeExceeded"]


def test_a_stream_forgets_after_a_day():
    seen, mapping = carried([Shard("s", [streamed(1, age=86_401.0), streamed(2)])], Settings())
    assert [numbers for _, numbers in seen] == [[2]]
    assert [record.number for record in mapping.trimmed] == ["1"]


def test_a_batch_ends_by_size():
    assert batches(shard(1, 2, 3), Settings(batch=2)) == [[1, 2], [3]]


def test_a_batch_ends_by_its_bytes_and_holds_one_record_at_least():
    records = [streamed(1, size=4_000_000), streamed(2, size=3_000_000), streamed(3, size=7_000_000)]
    assert batches([Shard("s", records)], Settings()) == [[1], [2], [3]]


def test_a_batch_waits_for_its_window_unless_it_is_full():
    records = [streamed(1), streamed(2, written=3.0), streamed(3, written=9.0), streamed(4, written=9.5)]
    seen, _ = carried([Shard("s", records)], Settings(window=5.0, batch=2))
    assert seen == [(3.0, [1, 2]), (9.5, [3, 4])]
    assert carried([Shard("s", records[:2])], Settings(window=5.0))[0] == [(5.0, [1, 2])]


def test_a_record_that_is_not_written_yet_is_not_passed_over():
    records = [streamed(1), streamed(2, written=5.0), streamed(3)]
    assert batches([Shard("s", records)], Settings()) == [[1], [2, 3]]


def test_parents_come_before_their_children():
    shards = [
        Shard("child", [streamed(3)], ["left", "right"]),
        Shard("left", [streamed(1)]),
        Shard("right", [streamed(2, written=7.0)]),
    ]
    assert batches(shards, Settings()) == [[1], [2], [3]]


def test_with_a_parallelization_factor_an_item_stays_in_order_and_does_not_wait_for_others():
    records = [streamed(1, "A"), streamed(2, OTHER), streamed(3, "A"), streamed(4, OTHER)]
    stuck = iter([ERROR] * 3)
    seen, _ = carried([Shard("s", records)], Settings(factor=2, batch=1), lambda n: next(stuck, OK) if n[0] % 2 else OK)
    order = [number for _, (number,) in seen]
    assert [number for number in order if number % 2] == [1, 1, 1, 1, 3]
    assert order.index(4) < order.index(3)
