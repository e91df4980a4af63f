"""Orders: one that goes well, and second thoughts."""

from bridge.local.shop.writing import FEED, MUG, NINE, delete, lines, message, order, parcel, put, said, update
from bridge.local.story import Act, Step

_TWO_MUGS_AND_TEA = lines(("MUG-BLUE", 2, 1490), ("TEA-EARL", 1, 1250))
_CAPTURED = {"paymentId": "PAY-1", "orderId": "1001", "amount": {"amount": 4230, "currency": "EUR"}, "method": "card"}
_REFUNDED = {
    "paymentId": "PAY-1",
    "orderId": "1001",
    "amount": {"amount": 1490, "currency": "EUR"},
    "reason": "chipped",
}

ORDER = Act(
    "An order, from cart to doorstep and back",
    (
        Step(
            "Ada fills a cart",
            (
                put(
                    "CART#K-1",
                    "META",
                    cartId="K-1",
                    status="OPEN",
                    customerId="C-42",
                    expiresAt=NINE + 7200,
                    lines=_TWO_MUGS_AND_TEA,
                ),
            ),
        ),
        Step("she goes to the checkout", (update("CART#K-1", "META", status="CHECKED_OUT"),)),
        Step(
            "and pays: cart, order, its lines and the payment's message are one transaction",
            (
                delete("CART#K-1", "META"),
                order("1001", "PAID", lines=_TWO_MUGS_AND_TEA, placedAt=NINE + 600, coupon="AUTUMN", parcels=[]),
                put("ORDER#1001", "LINE#1", sku="MUG-BLUE", quantity=2),
                put("ORDER#1001", "LINE#2", sku="TEA-EARL", quantity=1),
                message("PAY-1", "01K8Z5QX3M", "captured", _CAPTURED),
            ),
            (said("order.placed", "1001", FEED), said("payment.captured", "PAY-1", FEED)),
        ),
        Step(
            "the last two mugs leave the shelf",
            (update(MUG, "STOCK#LEEDS", onHand=0),),
            (said("stock.ran-out", "MUG-BLUE@LEEDS"),),
        ),
        Step(
            "two parcels are packed: one change, two events",
            (
                update(
                    "ORDER#1001",
                    "META",
                    parcels=[parcel("P-1", "1.25", ("MUG-BLUE", 2)), parcel("P-2", "0.1", ("TEA-EARL", 1))],
                ),
            ),
            (said("order.parcel-packed", "1001"), said("order.parcel-packed", "1001")),
        ),
        Step(
            "they ship",
            (update("ORDER#1001", "META", status="SHIPPED", shippedAt=NINE + 4500, carrier="Royal Mail"),),
            (said("order.shipped", "1001", FEED),),
        ),
        Step(
            "one mug comes back chipped",
            (update("ORDER#1001", "LINE#1", returned=1, returnReason="chipped"),),
            (said("order-line.returned", "1001/1"),),
        ),
        Step(
            "and is refunded",
            (message("PAY-1", "01K8Z5QX4N", "refunded", _REFUNDED),),
            (said("payment.refunded", "PAY-1", FEED),),
        ),
    ),
)

SECOND_THOUGHTS = Act(
    "Second thoughts",
    (
        Step("Ada drafts another order", (order("1002", "DRAFT", placedAt=NINE + 5000),)),
        Step("a note is added to the draft", (update("ORDER#1002", "META", note="for the office"),)),
        Step("she pays it", (update("ORDER#1002", "META", status="PAID"),), (said("order.placed", "1002", FEED),)),
        Step(
            "and cancels it",
            (update("ORDER#1002", "META", status="CANCELLED", cancelReason="ordered twice"),),
            (said("order.cancelled", "1002", FEED),),
        ),
        Step(
            "a guest fills a cart",
            (put("CART#K-2", "META", cartId="K-2", status="OPEN", expiresAt=NINE + 7200, lines=_TWO_MUGS_AND_TEA),),
        ),
        Step("and throws it away", (delete("CART#K-2", "META"),), (said("cart.emptied", "K-2"),)),
    ),
)
