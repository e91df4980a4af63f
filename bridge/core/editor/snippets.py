"""What an author may begin with: an entity, an event."""

from collections.abc import Mapping
from typing import Any, Final

_EVENT: Final[Mapping[str, Any]] = {
    "about": "${2:When exactly it is said.}",
    "type": "com.example.${3:shop.order}.${1:placed}.v1",
    "schema": "${4:order}/${1:placed}.v1.json",
    "when": {"change": ["${5:insert}"]},
    "data": {"${6:orderId}": "\\${new.${6:orderId}\\}"},
    "examples": [
        {
            "name": "${7:what it shows, in a sentence}",
            "given": {"change": "${5:insert}", "keys": {"${8:pk}": "$9"}, "new": {"${6:orderId}": "$10"}},
            "says": {"data": {"${6:orderId}": "$10"}},
        }
    ],
}

EVENT_SNIPPETS: Final = (
    {
        "label": "event",
        "description": "one thing that may be said of a change",
        "body": {"${1:placed}": _EVENT},
    },
)
ENTITY_SNIPPETS: Final = (
    {
        "label": "entity",
        "description": "a rule file: which changes are about the entity, and what they say",
        "body": {
            "entity": "${20:order}",
            "about": "${21:What it is.}",
            "source": "/${22:shop}/${20:order}",
            "when": {"table": ["${23:table}"]},
            "to": ["${24:domain-bus}"],
            "events": {"${1:placed}": _EVENT},
        },
    },
)
