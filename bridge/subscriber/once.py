"""Handles each event once, as far as that can be known: Powertools Idempotency, keyed by source and id.

What is promised. While its entry in the store lasts (`keep`), an event that was handled to the end is not handled
again, however often and wherever it is delivered. One whose handling failed is handled again when it comes again.
Two invocations never handle it at the same time: the later one is told `NotNow`, and its message comes again.

What is not. Handling and remembering are two steps. Where the process stops between them, or the store does not take
the second, the event is handled again as soon as its "in progress" entry runs out, which is when the invocation
would have. Who needs more makes the handling itself idempotent, or its effect and its mark one transaction.

Each handler has keys of its own (the function's name, module and qualified name, or `name`), so several may share
a store. Renaming one forgets what it has handled. What a handler returns is not kept, so no data is.
"""

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from bridge.errors import Problem, Where
from bridge.subscriber.errors import NotNow
from bridge.subscriber.receiving import Received

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.idempotency import BasePersistenceLayer

#: Seconds for which a handled event is remembered: as long as SQS keeps a message at most (14 days), so that no
#: redelivery comes later.
KEEP = 14 * 24 * 3600


class Context(Protocol):
    """Of Lambda's context, what is needed: how long the handling may take."""

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds."""


def deduplicated(
    handle: Callable[[Received], object],
    store: "BasePersistenceLayer",
    context: Context,
    *,
    keep: int = KEEP,
    name: str = "",
) -> Callable[[Received], None]:
    """`handle` for events that are not remembered as handled; others are passed over in silence.

    `store` is a persistence layer of Powertools, used for this alone: it keeps its first configuration.
    `context` is Lambda's. Elsewhere, an object that says how long the handling may take: an event whose handling was
    cut off is handled again after that time.
    `name` takes the place of the handler's own name in the keys.
    The returned function raises what `handle` raises, and `NotNow`: U030 in progress elsewhere, U031 the store.
    """
    # Powertools loads boto3 with this package.
    from aws_lambda_powertools.utilities.idempotency import IdempotencyConfig, idempotent_function  # noqa: PLC0415
    from aws_lambda_powertools.utilities.idempotency import exceptions as told  # noqa: PLC0415

    config: Any = IdempotencyConfig(expires_after_seconds=keep, hash_function="sha256")
    config.register_lambda_context(context)

    @functools.wraps(handle)
    def handled(received: Received, *, event: dict[str, str]) -> None:  # noqa: ARG001 -- Powertools' key
        handle(received)

    once = idempotent_function(
        handled, data_keyword_argument="event", persistence_store=store, config=config, key_prefix=name or None
    )

    def only_once(received: Received) -> None:
        where = Where(record=received.id)
        try:
            once(received, event={"source": received.source, "id": received.id})
        except told.IdempotencyAlreadyInProgressError as error:
            fix = "nothing: the message comes again when the other one is done or has run out of time"
            raise NotNow(Problem(where, "U030", "another invocation is handling this event", fix)) from error
        except (told.IdempotencyPersistenceLayerError, told.IdempotencyInconsistentStateError) as error:
            fix = "nothing while it passes; else see to the table and to what the role may do with it"
            raise NotNow(Problem(where, "U031", "the store of handled events did not answer", fix)) from error

    return only_once
