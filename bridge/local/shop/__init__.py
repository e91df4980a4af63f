"""The demo's story: a day in the sample shop, with what each change should say to whom.

The expectations are written down, not computed from the rules, so that the story is also a test of the rules.
"""

from bridge.local.shop.evening import EVENING, POISON
from bridge.local.shop.morning import CUSTOMERS, SHELVES
from bridge.local.shop.orders import ORDER, SECOND_THOUGHTS
from bridge.local.shop.writing import ANALYTICS, DOMAIN, FEED, TYPES
from bridge.local.story import Subscriber

__all__ = ["ANALYTICS", "DAY", "DOMAIN", "FEED", "ORDERED", "POISON", "PROJECT", "SUBSCRIBERS", "TABLE", "TYPES"]

PROJECT = "shop"
TABLE = "shop"

DAY = (SHELVES, CUSTOMERS, ORDER, SECOND_THOUGHTS, EVENING, POISON)

SUBSCRIBERS = (
    Subscriber("audit", DOMAIN, (), "envelope"),
    Subscriber("billing", DOMAIN, (f"{TYPES}order.", f"{TYPES}payment."), "function"),
    Subscriber("marketing", DOMAIN, tuple(f"{TYPES}{name}." for name in ("customer", "cart", "product")), "envelope"),
    Subscriber("warehouse", FEED, (), "body"),
    Subscriber("analytics", ANALYTICS, (), "data"),
)

#: The subscriber whose queue is FIFO behind the FIFO topic: it must see each order's events in their order.
ORDERED = "warehouse"
