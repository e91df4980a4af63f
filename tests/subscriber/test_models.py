"""Data becomes the subscriber's own types."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Optional

import pydantic
import pytest

from bridge.subscriber import InvalidData, receive
from tests.subscriber.deliveries import BODY, event

TYPE = "com.example.shop.order.placed.v1"
DATA = {
    "orderId": "7",
    "total": Decimal("12.50"),
    "buyer": {"name": "Ada", "vip": True},
    "lines": [{"sku": "MUG", "count": 2, "gift": None}, {"sku": "CUP", "count": 1, "gift": {"text": "hi"}}],
    "addedLater": 1,
}


@dataclass(frozen=True)
class Buyer:
    name: str


@dataclass(frozen=True)
class Gift:
    text: str


@dataclass(frozen=True)
class Line:
    sku: str
    count: int
    gift: Gift | None = None


@dataclass(frozen=True)
class Order:
    orderId: str  # noqa: N815 -- as the event spells it
    total: Decimal
    buyer: Buyer
    lines: list[Line]
    note: str = "none"
    tags: tuple[str, ...] = field(default_factory=tuple)
    made: str = field(default="here", init=False)


def typed(model, data=DATA):
    return receive(event(data=data), models={TYPE: model})[0].data


def refusal(model, data=DATA):
    with pytest.raises(InvalidData) as refused:
        typed(model, data)
    return str(refused.value)


def test_a_dataclass_takes_what_it_has_and_leaves_the_rest():
    assert typed(Order) == Order(
        "7", Decimal("12.50"), Buyer("Ada"), [Line("MUG", 2), Line("CUP", 1, Gift("hi"))]
    )  # fmt: skip


def test_the_events_own_data_stays_as_it_was():
    (received,) = receive(event(data=DATA), models={TYPE: Order})
    assert received.event.get_data() == DATA


def test_a_dataclass_that_lacks_a_field_names_it():
    assert refusal(Order, {"orderId": "7"}) == (
        "record 7de3/order.placed $.data: U013 the data does not fit Order: 'total' of Order is missing\n"
        "    fix: let the model take what the schema allows; `changebridge schemas models` makes one that does"
    )
    assert "'sku' of Line is missing" in refusal(Order, DATA | {"lines": [{}]})


@dataclass
class Loose:
    either: Optional["Buyer"] = None
    many: tuple[Gift, ...] = ()
    pair: tuple[int, str] = (0, "")
    mixed: int | str = 0
    named: dict[str, int] = field(default_factory=dict)


def test_a_dataclass_takes_optional_and_repeated_parts_and_leaves_other_kinds_as_they_are():
    data = {"either": {"name": "Ada"}, "many": [{"text": "a"}], "pair": [1, "a"], "mixed": "x", "named": {"a": 1}}
    assert typed(Loose, data) == Loose(Buyer("Ada"), (Gift("a"),), [1, "a"], "x", {"a": 1})
    assert typed(Loose, {"either": None, "many": "none"}) == Loose(None, "none")


@pytest.mark.parametrize("data", [[], "text", None, Decimal("1.5")])
def test_a_dataclass_takes_an_object_only(data):
    assert "U013 the data does not fit Order: TypeError" in refusal(Order, data)


class Pydantic:
    """Behaves as a pydantic model does, the only part of it that is used."""

    class Invalid(ValueError):
        def errors(self, *, include_url, include_input):
            assert (include_url, include_input) == (False, False)
            return [
                {"loc": ("total",), "type": "decimal_parsing", "msg": "secret"},
                {"loc": ("lines", 0), "type": "missing"},
            ]

    @classmethod
    def model_validate(cls, data):
        if "orderId" not in data:
            raise cls.Invalid("input_value='secret'")
        return ("model", data["total"])


def test_a_pydantic_model_gets_exact_numbers():
    assert typed(Pydantic) == ("model", Decimal("12.50"))


def test_a_pydantic_models_reasons_are_told_without_its_input():
    said = refusal(Pydantic, {"total": "secret"})
    assert "$.data.total: U013 the data does not fit Pydantic: decimal_parsing" in said
    assert "$.data.lines[0]: U013 the data does not fit Pydantic: missing" in said
    assert "secret" not in said


class Real(pydantic.BaseModel):
    total: Decimal
    lines: list[dict[str, object]]


def test_a_model_of_pydantics_own_keeps_numbers_exact_and_leaves_what_it_does_not_know():
    assert typed(Real) == Real(total=Decimal("12.50"), lines=DATA["lines"])
    assert str(typed(Real).total) == "12.50"


def test_what_pydantic_itself_finds_is_told_without_its_input():
    said = refusal(Real, {"total": "secret", "lines": [1]})
    assert "$.data.total: U013 the data does not fit Real: decimal_parsing" in said
    assert "$.data.lines[0]: U013 the data does not fit Real: dict_type" in said
    assert "secret" not in said


def test_anything_that_takes_the_data_is_a_model():
    assert typed(lambda data: data["total"] * 2) == Decimal(25)


def test_what_a_model_raises_of_the_data_is_a_refusal_without_its_words():
    def picky(data):
        raise KeyError("secret")

    said = refusal(picky)
    assert "U013 the data does not fit picky: KeyError" in said
    assert "secret" not in said


def test_a_model_of_another_type_is_not_asked():
    assert receive(BODY, models={"com.example.other": Order})[0].data["orderId"] == "7"
