"""What the services that carry events take: each limit once, with its source."""

from typing import Final

#: Bytes of all entries of a call of EventBridge. PutEvents: "the total entry size must be less than 1MB"; AWS does not
#: say whether a MB is 1,000,000 or 1,048,576 bytes, so less than the smaller.
BUS_ROOM: Final = 999_999
#: Bytes of all entries of a call of a custom event bus (V2), and of each. AWS gives no figure (user guide, "Amazon
#: EventBridge quotas"; botocore 1.44.5, eventbridgev2), hence that of the classic bus.
CUSTOM_BUS_ROOM: Final = BUS_ROOM
#: Characters of `DetailType` (botocore 1.44.5, events PutEvents: "a maximum of 128 characters").
DETAIL_TYPE: Final = 128
#: Characters of `Source` (botocore 1.44.5, pipes `PipeTargetEventBridgeEventBusParameters`; eventbridgev2 PutEvents).
BUS_SOURCE: Final = 256
#: Sources that AWS keeps for itself (EventBridge user guide, PutEvents).
RESERVED_SOURCE: Final = "aws."
#: Bytes of all messages of a call of SNS, and of each: bodies and attributes with names, types and values
#: (botocore 1.44.5, sns PublishBatch: "256 KiB (262,144 bytes)" by default, the topic's MaximumMessageSize).
TOPIC_ROOM: Final = 262_144
#: Attributes of a message. SQS takes at most ten under raw delivery, and discards messages with more
#: (SNS developer guide, "Amazon SNS message attributes").
TOPIC_ATTRIBUTES: Final = 10
