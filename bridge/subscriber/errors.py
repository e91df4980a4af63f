"""What can go wrong for a subscriber. No problem holds a value of the data, so all may be logged."""

from bridge.errors import BridgeError, Unavailable


class MessageRefused(BridgeError):
    """The message can never be taken as it is: its place is the dead-letter queue."""


class UnreadableMessage(MessageRefused):
    """Nothing that we know how to open, or no CloudEvent inside. Codes U001 to U004, and D of JSON itself."""


class InvalidData(MessageRefused):
    """The data breaks the schema that the event names, or does not fit the model given. Codes U010 to U013."""


class LostClaim(MessageRefused):
    """The data lies elsewhere, and cannot be had from there. Codes U020 and U021."""


class NotNow(Unavailable):
    """Something outside did not answer; the same message may succeed later. Codes U022, U030 to U032."""
