"""Which values may be personal, told by the names that they stand under and by their own form."""

import re
from collections.abc import Mapping
from typing import Final

from bridge.core.change import Value

EMAIL: Final = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
PHONE: Final = re.compile(r"(?<![\w+])\+[0-9][0-9 ()./-]{5,20}[0-9]")

#: A text of so many words is written by somebody, whatever its attribute is called.
_WORDS_OF_PROSE = 4
#: `shippingStreet` is `shipping` and `street`.
_WORD = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")
#: A bare `name` is a person's inside what is about a person, and a thing's elsewhere.
_PEOPLE = re.compile(
    r"customer|user|person|people|contact|recipient|member|employee|patient|ship-?to|bill-?to|sender|buyer|guest|account",
    re.IGNORECASE,
)

#: By the last words of an attribute's name, joined in lower case.
KINDS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("email", "emailaddress", "mail"), "email"),
    **dict.fromkeys(("phone", "phonenumber", "mobile", "telephone", "tel", "fax", "msisdn", "cell"), "digits"),
    **dict.fromkeys(("iban", "cardnumber", "ssn", "taxid", "vatid", "passport"), "digits"),
    **dict.fromkeys(("plate", "numberplate", "licenceplate", "licenseplate", "registrationplate"), "digits"),
    **dict.fromkeys(("zip", "zipcode", "postalcode", "postcode", "housenumber"), "digits"),
    **dict.fromkeys(("lat", "latitude", "lon", "lng", "longitude"), "digits"),
    **dict.fromkeys(("ip", "ipaddress"), "ip"),
    **dict.fromkeys(("birthdate", "dateofbirth", "dob", "birthday"), "birth"),
    **dict.fromkeys(("firstname", "lastname", "surname", "fullname", "middlename", "givenname"), "name"),
    **dict.fromkeys(("familyname", "customername", "username", "displayname", "contactname", "recipient"), "name"),
    **dict.fromkeys(("nickname", "cardholder", "driver", "passenger", "passengers", "patient", "spouse"), "name"),
    **dict.fromkeys(("diagnosis", "diagnoses", "allergies", "medication", "religion"), "prose"),
    **dict.fromkeys(("street", "streetname", "address", "addressline", "address1", "address2"), "street"),
    **dict.fromkeys(("addressline1", "addressline2", "line1", "line2"), "street"),
    **dict.fromkeys(("city", "town", "suburb", "village"), "city"),
    **dict.fromkeys(("note", "notes", "comment", "comments", "message", "remark", "remarks", "text"), "prose"),
    **dict.fromkeys(("bio", "description", "feedback", "instructions", "greeting", "title"), "prose"),
}
#: What a number may be as well as a text.
_NUMERIC = frozenset({"digits"})


def kind(value: Value, way: tuple[str, ...], about: str) -> str | None:
    """Which kind of personal value this may be, None where it is none. `about` says what the whole item is about."""
    found = _by_name(way, about) if way else None
    if not isinstance(value, str):
        return found if found in _NUMERIC else None
    if found is None or not value:
        prose = value.count(" ") >= _WORDS_OF_PROSE - 1
        return "email" if EMAIL.fullmatch(value) else "prose" if prose else None
    return found


def _by_name(way: tuple[str, ...], about: str) -> str | None:
    words = [word.lower() for word in _WORD.findall(way[-1])]
    if words == ["name"]:
        return "name" if _PEOPLE.search(" ".join((about, *way))) else "prose"
    joined = ("".join(words[-count:]) for count in range(len(words), 0, -1))
    return next((KINDS[each] for each in joined if each in KINDS), None)
