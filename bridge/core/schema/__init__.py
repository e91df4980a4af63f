"""From files of JSON Schema to what validates events: read, link, close. `bridge.core.schemas` is the door."""
