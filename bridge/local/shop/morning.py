"""The shelves are filled, and the first customers come."""

from bridge.local.shop.writing import KETTLE, MUG, NINE, TEA, put, said, update
from bridge.local.story import Act, Step

SHELVES = Act(
    "The shelves are filled",
    (
        Step(
            "a blue mug goes on sale",
            (put(MUG, "META", sku="MUG-BLUE", name="Blue Mug", status="LIVE", price=1490, tags={"kitchen", "gift"}),),
            (said("product.launched", "MUG-BLUE"),),
        ),
        Step("a kettle is drafted", (put(KETTLE, "META", sku="KETTLE", name="Kettle", status="DRAFT", price=5900),)),
        Step("the kettle goes live", (update(KETTLE, "META", status="LIVE"),), (said("product.launched", "KETTLE"),)),
        Step(
            "a tea joins it",
            (put(TEA, "META", sku="TEA-EARL", name="Earl Grey", status="LIVE", price=1250),),
            (said("product.launched", "TEA-EARL"),),
        ),
        Step(
            "the first delivery is counted",
            (
                put(MUG, "STOCK#LEEDS", sku="MUG-BLUE", onHand=2, reorderAt=10),
                put(TEA, "STOCK#LEEDS", sku="TEA-EARL", onHand=40),
                put(KETTLE, "STOCK#YORK", sku="KETTLE", onHand=8, reorderAt=2),
            ),
        ),
    ),
)

CUSTOMERS = Act(
    "Customers come",
    (
        Step(
            "Ada opens an account",
            (
                put(
                    "CUSTOMER#C-42",
                    "PROFILE",
                    customerId="C-42",
                    name="Ada Lovelace",
                    email="ada@example.com",
                    country="gb",
                    segment="business",
                    referredBy=None,
                    registeredAt=NINE,
                ),
            ),
            (said("customer.registered", "C-42"),),
        ),
        Step(
            "Jean follows, sent by Ada",
            (
                put(
                    "CUSTOMER#C-43",
                    "PROFILE",
                    customerId="C-43",
                    name="Jean Bartik",
                    email="jean@example.com",
                    country="US",
                    referredBy="C-42",
                    registeredAt=NINE + 60,
                ),
            ),
            (said("customer.registered", "C-43"),),
        ),
        Step(
            "Ada's new e-mail stays in the house", (update("CUSTOMER#C-42", "PROFILE", email="countess@example.com"),)
        ),
        Step(
            "Ada moves to Ireland",
            (update("CUSTOMER#C-42", "PROFILE", country="IE"),),
            (said("customer.moved", "C-42"),),
        ),
    ),
)
