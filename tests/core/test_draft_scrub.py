"""Personal data replaced: nothing of it stays, its form does, the same stays the same and two stay two."""

import re
from decimal import Decimal

import pytest

from bridge.core.draft import scrub
from bridge.core.given import change_of

DOCUMENT = {
    "table": "shop", "region": "us-east-1", "account": "1", "id": "e1", "at": "2026-01-01T00:00:00Z", "sequence": "1",
}  # fmt: skip


def scrubbed(new=None, old=None, keys=None, table="shop"):
    images = {name: image for name, image in (("new", new), ("old", old)) if image is not None}
    kind = "modify" if old is not None else "insert"
    return scrub(change_of({**DOCUMENT, "table": table, "change": kind, "keys": keys or {"pk": "ORDER#7"}, **images}))


def of(name, value, **more):
    return scrubbed({name: value}, **more).new[name]


@pytest.mark.parametrize(
    ("name", "value", "form"),
    [
        ("email", "ada@lovelace.org", r"[a-z]+\.[a-z]+@example\.com"),
        ("contactEmail", "ada@lovelace.org", r"[a-z]+\.[a-z]+@example\.com"),
        ("whatever", "ada@lovelace.org", r"[a-z]+\.[a-z]+@example\.com"),
        ("phone", "+44 20 7946 0018", r"\+[1-9]{2} [1-9]{2} [1-9]{4} [1-9]{4}"),
        ("whatever", "call +44-20-7946-0018", r"call \+[1-9]{2}-[1-9]{2}-[1-9]{4}-[1-9]{4}"),
        ("phone_number", 442079460018, r"[1-9]{12}"),
        ("iban", "GB29 NWBK 6016", r"[A-Z]{2}[1-9]{2} [A-Z]{4} [1-9]{4}"),
        ("postalCode", "SW1Y 4jh", r"[A-Z]{2}[1-9][A-Z] [1-9][a-z]{2}"),
        ("latitude", Decimal("51.5074"), r"[1-9]{2}\.[1-9]{4}"),
        ("fullName", "Ada Lovelace", r"[A-Z][a-z]+ [A-Z][a-z]+"),
        ("firstName", "Ada", r"[A-Z][a-z]+"),
        ("shippingStreet", "12 St James Square", r"[0-9]+ [A-Z][a-z]+ [A-Z][a-z]+"),
        ("street", "St James Square", r"[A-Z][a-z]+ [A-Z][a-z]+"),
        ("city", "London", r"[A-Z][a-z]+"),
        ("birthDate", "1815-12-10", r"19[0-9]{2}-01-01"),
        ("dob", "10.12.1815", r"[1-9]{2}\.[1-9]{2}\.[1-9]{4}"),
        ("sourceIp", "81.2.69.142", r"192\.0\.2\.[0-9]+"),
        ("ip", "2a02:c7f::1", r"2001:db8::[0-9a-f]+"),
        ("licensePlate", "KA-AB 123", r"[A-Z]{2}-[A-Z]{2} [1-9]{3}"),
        ("plate", "KA-AB 123", r"[A-Z]{2}-[A-Z]{2} [1-9]{3}"),
        ("driver", "Ada Lovelace", r"[A-Z][a-z]+ [A-Z][a-z]+"),
        ("diagnosis", "Flu", r"[A-Z][a-z]+"),
        ("note", "Ring twice", r"[A-Z][a-z]+ [a-z]+"),
        ("note", "fragile", r"[a-z]+"),
        ("whatever", "four words are prose", r"[a-z]+ [a-z]+ [a-z]+ [a-z]+"),
    ],
)
def test_what_is_personal_is_replaced_by_something_of_the_same_form(name, value, form):
    made = of(name, value)
    assert type(made) is type(value)
    assert re.fullmatch(form, str(made))
    assert made != value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("status", "PAID"), ("orderId", "7"), ("sku", "MUG-BLUE"), ("total", Decimal("12.50")), ("country", "GB"),
        ("capacity", "large"), ("gift", True), ("gone", None), ("note", 7), ("note", ""), ("zip", ""), ("count", 7),
        ("placedAt", "2026-01-01T00:00:00Z"), ("tags", ["a", "b c"]), ("title", True),
    ],
)  # fmt: skip
def test_identifiers_states_and_numbers_stay(name, value):
    assert of(name, value) == value


@pytest.mark.parametrize(
    ("keys", "way", "person"),
    [
        ({"pk": "CUSTOMER#1"}, (), True),
        ({"pk": "PRODUCT#1"}, (), False),
        ({"pk": "ORDER#1"}, ("shipTo",), True),
        ({"pk": "ORDER#1"}, ("carrier",), False),
    ],
)
def test_a_bare_name_is_a_persons_where_a_person_is_spoken_of(keys, way, person):
    value = {"name": "Blue Mug"}
    for name in way:
        value = {name: value}
    made = scrubbed(value, keys=keys).new
    for name in way:
        made = made[name]
    assert made["name"] == ("Alex Morgan" if person else "Lorem ipsum")


def test_the_same_value_is_the_same_everywhere_also_inside_keys_and_other_texts():
    item = {
        "pk": "CUSTOMER#ada@lovelace.org", "email": "ada@lovelace.org", "name": "Ada Lovelace",
        "label": "for Ada Lovelace", "others": [{"email": "ada@lovelace.org"}], "by": {"ada@lovelace.org": 1},
    }  # fmt: skip
    change = scrubbed(item, old={**item, "name": "Ada King"}, keys={"pk": item["pk"]})
    mail = change.new["email"]
    assert mail.endswith("@example.com")
    assert change.keys == {"pk": f"CUSTOMER#{mail}"}
    assert change.new["pk"] == change.old["pk"] == f"CUSTOMER#{mail}"
    assert change.new["others"] == [{"email": mail}]
    assert change.new["by"] == {mail: 1}
    assert change.new["label"] == f"for {change.new['name']}"
    assert change.new["name"] != change.old["name"]
    assert not re.search("ada|lovelace|king", repr((change.keys, change.new, change.old)), re.IGNORECASE)


def test_names_of_attributes_stay_unless_they_are_made_of_an_address():
    change = scrubbed({"city": "city", "a@b.de": 1}, {"city": "city", "a@b.de": 2})
    assert change.new["city"] != "city"
    assert change.changed == tuple(name for name in change.new if name.endswith("@example.com"))


def test_two_values_stay_two_however_many_there_are():
    names = [{"firstName": f"P{n}", "zip": str(n % 10), "lat": n, "dob": f"{1700 + n}-01-01"} for n in range(400)]
    made = scrubbed({"people": names}).new["people"]
    for name in ("firstName", "lat", "dob"):
        assert len({each[name] for each in made}) == 400
    assert len({each["zip"] for each in made}) == 10
    assert all(each["zip"] != before["zip"] for each, before in zip(made, names, strict=True))


def test_a_short_value_is_not_looked_for_inside_other_texts():
    assert scrubbed({"city": "A1", "sku": "A1-B2"}).new["sku"] == "A1-B2"


def test_scrubbing_twice_from_the_same_change_says_the_same():
    item = {"email": "a@b.de", "note": "please ring at the door", "phone": "0123 456"}
    assert scrubbed(item) == scrubbed(item)


def test_a_change_without_images_keeps_its_form():
    change = scrub(change_of({**DOCUMENT, "change": "insert", "keys": {"pk": "USER#a@b.de"}}))
    assert (change.new, change.keys) == (None, {"pk": "USER#alex.morgan@example.com"})


def test_a_list_is_about_what_its_attribute_is_about():
    made = of("passengers", ["Bob Miller", "Eve"])
    assert len(made) == 2
    assert not {"Bob Miller", "Bob", "Miller", "Eve"} & set(" ".join(made).split())
