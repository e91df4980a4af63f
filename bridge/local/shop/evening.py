"""What time, prices and people do; the poison record comes last."""

from bridge.local.shop.writing import ANALYTICS, FEED, MUG, NINE, delete, lines, order, put, said, update
from bridge.local.story import Act, Step

EVENING = Act(
    "Prices, deliveries and a goodbye",
    (
        Step(
            "the mug becomes cheaper",
            (update(MUG, "META", price=1190),),
            (said("product.price-dropped", "MUG-BLUE", ANALYTICS),),
        ),
        Step("and dearer again, which is nobody's news", (update(MUG, "META", price=1490),)),
        Step(
            "new mugs arrive",
            (update(MUG, "STOCK#LEEDS", onHand=24),),
            (said("stock.replenished", "MUG-BLUE@LEEDS"),),
        ),
        Step("Jean asks to be forgotten", (delete("CUSTOMER#C-43", "PROFILE"),), (said("customer.erased", "C-43"),)),
        Step(
            "three orders in one moment",
            tuple(order(number, "PAID", placedAt=NINE + 30000) for number in ("1003", "1004", "1005")),
            tuple(said("order.placed", number, FEED) for number in ("1003", "1004", "1005")),
        ),
        Step(
            "a cart is left alone",
            (
                put(
                    "CART#K-3",
                    "META",
                    cartId="K-3",
                    status="OPEN",
                    customerId="C-42",
                    expiresAt=NINE - 60,
                    lines=lines(("MUG-BLUE", 2, 1490)),
                ),
            ),
        ),
        Step(
            "and expires: this emulator's TTL writes no stream record, so we invoke the function with one made by hand",
            (delete("CART#K-3", "META"),),
            (said("cart.abandoned", "K-3", ANALYTICS),),
            by_hand=True,
        ),
    ),
)

POISON = Act(
    "A poison record",
    (
        Step(
            "an import forgets when its order was placed; the order beside it is none the worse",
            (order("1006", "PAID"), order("1007", "PAID", placedAt=NINE + 36000)),
            (said("order.placed", "1007", FEED),),
            poison=True,
        ),
    ),
)
