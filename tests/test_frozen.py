"""Values are to the code what dataclasses are."""

import copy
import pickle
from dataclasses import asdict, field, fields, is_dataclass, replace

import pytest

from bridge.frozen import frozen, ordered, slotted


@frozen
class Place:
    """A value with all that a field may say."""

    file: str
    line: int = 0
    names: list[str] = field(default_factory=list)
    hidden: str = field(default="h", repr=False, compare=False)
    whole: str = field(init=False)
    seen: set[int] = field(init=False, default_factory=set, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "whole", f"{self.file}:{self.line}")


@ordered
class Version:
    """One that sorts."""

    major: int
    minor: int = 0


@slotted
class Tally:
    """One that changes."""

    count: int = 0


@frozen
class Nothing:
    """One without fields."""


def test_fields_are_given_by_place_or_by_name_or_left_to_their_defaults():
    given = Place("a", hidden="x")
    assert (given.file, given.line, given.names, given.hidden, given.whole, given.seen) == (
        "a",
        0,
        [],
        "x",
        "a:0",
        set(),
    )
    assert Place("a", 1, ["n"]).names == ["n"]


def test_what_a_factory_makes_is_made_anew_each_time():
    assert Place("a").names is not Place("a").names
    assert Place("a").seen is not Place("a").seen


@pytest.mark.parametrize("call", [Place, lambda: Place("a", whole="w"), lambda: Place("a", other=1)])
def test_what_is_missing_or_unknown_is_a_type_error_that_names_the_class(call):
    with pytest.raises(TypeError, match=r"Place\.__init__\(\)"):
        call()


def test_there_is_no_room_for_other_names():
    with pytest.raises(AttributeError):
        Place("a").other = 1


def test_equality_and_hash_go_by_the_fields_that_are_compared():
    assert Version(1) == Version(1, 0) != Version(2)
    assert hash(Version(1)) == hash(Version(1, 0))
    assert Place("a", hidden="x") == Place("a", hidden="y") != Place("b")
    assert Version(1) != (1, 0)
    assert Nothing() == Nothing()
    assert hash(Nothing()) == hash(Nothing())


def test_order_goes_by_the_fields_and_only_among_their_own():
    assert sorted([Version(2), Version(1, 3), Version(1)]) == [Version(1), Version(1, 3), Version(2)]
    with pytest.raises(TypeError):
        _ = Version(1) < (2, 0)


def test_what_changes_is_equal_by_its_fields_and_has_no_hash():
    tally = Tally()
    tally.count += 1
    assert tally == Tally(1) != Tally()
    with pytest.raises(TypeError, match="unhashable"):
        hash(tally)


def test_it_prints_what_would_make_it_without_what_is_hidden():
    assert repr(Version(1)) == "Version(major=1, minor=0)"
    assert repr(Place("a")) == "Place(file='a', line=0, names=[], whole='a:0')"


def test_dataclasses_know_it():
    assert is_dataclass(Version)
    assert replace(Version(1, 2), major=3) == Version(3, 2)
    assert replace(Place("a", 7, hidden="x"), file="b").whole == "b:7"
    assert asdict(Version(1, 2)) == {"major": 1, "minor": 2}
    assert [(each.name, each.init, each.type) for each in fields(Version)] == [
        ("major", True, int),
        ("minor", True, int),
    ]
    with pytest.raises(ValueError, match="whole"):
        replace(Place("a"), whole="w")


def test_it_is_matched_by_place():
    match Version(1, 2):
        case Version(major, minor):
            assert (major, minor) == (1, 2)


def test_it_is_copied_and_pickled():
    for other in (copy.copy(Version(1, 2)), copy.deepcopy(Version(1, 2)), pickle.loads(pickle.dumps(Version(1, 2)))):
        assert other == Version(1, 2)
