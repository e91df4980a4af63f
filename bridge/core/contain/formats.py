"""Texts of each format, and some of them at the edge of a neighbouring one."""

from collections.abc import Mapping
from typing import Final

FORMATS: Final[Mapping[str, tuple[str, ...]]] = {
    "date-time": (
        "2026-01-31T12:00:00Z",
        "2026-01-31T12:00:00.5+02:00",
        "2026-01-31T12:00:00+02:00",
        "1999-12-01t00:00:00z",
    ),
    "date": ("2026-01-31", "1999-12-01"),
    "time": ("12:00:00Z", "12:00:00.5+02:00", "23:59:60Z"),
    "duration": ("P1D", "PT1H"),
    "email": ("a@example.com",),
    "idn-email": ("ä@example.com", "a@example.com"),
    "hostname": ("example.com",),
    "idn-hostname": ("bücher.example", "example.com"),
    "ipv4": ("192.0.2.1",),
    "ipv6": ("2001:db8::1",),
    "uri": ("https://example.com/a", "urn:a:b"),
    "uri-reference": ("a", "/a", "https://example.com/a"),
    "iri": ("https://example.com/ä", "https://example.com/a"),
    "iri-reference": ("ä", "a"),
    "uri-template": ("https://example.com/{a}", "a"),
    "uuid": ("00000000-0000-4000-8000-000000000000", "ABCDEF01-2345-1789-ABCD-EF0123456789"),
    "json-pointer": ("/a", ""),
    "relative-json-pointer": ("0", "1/a"),
    "regex": ("a", "^a$"),
}
