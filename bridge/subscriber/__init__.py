"""For who receives events, in Python: any Lambda event or message in, `cloudevents` objects out.

```
receive(event)           the events inside, opened, resolved, validated, typed; raises where one is not right
consume(event, handle)   the same message by message, and what a queue is told about those that failed
deduplicated(handle, …)  handle each event once, as far as that can be known (Powertools Idempotency)
Latest                   what was seen last, so that an older event does not overwrite a newer one
Registry                 the schemas that data is validated against, read once
```

```
BridgeError
├── MessageRefused          this message can never be taken as it is: its place is the dead-letter queue
│   ├── UnreadableMessage   nothing that we know how to open, or no CloudEvent inside
│   ├── InvalidData         the data breaks the schema that the event names, or does not fit the model given
│   └── LostClaim           the data lies elsewhere, and cannot be had from there
└── Unavailable
    └── NotNow              a store did not answer, or another invocation is at it: the message comes again
```

Needs neither the command line's libraries nor, before a store is first used, boto3.
"""

from bridge.subscriber.claims import Fetch
from bridge.subscriber.consuming import Response, consume
from bridge.subscriber.errors import InvalidData, LostClaim, MessageRefused, NotNow, UnreadableMessage
from bridge.subscriber.latest import DynamoLatest, Latest, MemoryLatest
from bridge.subscriber.models import Model
from bridge.subscriber.once import deduplicated
from bridge.subscriber.receiving import Bare, Received, receive
from bridge.subscriber.registry import Registry

__all__ = [
    "Bare",
    "DynamoLatest",
    "Fetch",
    "InvalidData",
    "Latest",
    "LostClaim",
    "MemoryLatest",
    "MessageRefused",
    "Model",
    "NotNow",
    "Received",
    "Registry",
    "Response",
    "UnreadableMessage",
    "consume",
    "deduplicated",
    "receive",
]
