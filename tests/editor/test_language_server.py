"""What an author sees in the editor, over the real yaml-language-server."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.editor.server import SERVER, Server

ROOT = Path(__file__).parents[2]
RULES = sorted((ROOT / "rules").glob("*.yaml"))
ORDER = (ROOT / "rules" / "order.yaml").read_text()
EVENT = "entity: order\nitem_schema: order/item.v1.json\nevents:\n  placed:\n    schema: order/placed.v1.json\n"

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.xdist_group("editor"),
    pytest.mark.skipif(
        shutil.which("npm") is None,
        reason="the editor is tested over yaml-language-server, which needs Node.js 18 or later with npm: install it, then `make test`",
    ),
]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """The server, set up in a copy of the sample as `changebridge editor` says."""
    assert SERVER.exists(), "yaml-language-server is not installed: run `make tests/editor/node_modules/.ready`"
    folder = tmp_path_factory.mktemp("shop").resolve()
    for name in ("rules", "schemas"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "bridge.yaml", folder)
    command = [sys.executable, "-c", "from bridge.cli import main; main()", "editor"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, env={"PYTHONPATH": str(ROOT)})
    settings = json.loads((folder / ".vscode/settings.json").read_text())
    yaml = {"schemas": settings["yaml.schemas"], "validate": True, "completion": True, "hover": True}
    server = Server(folder, {"yaml": yaml | {"schemaStore": {"enable": False}}})
    yield server
    server.stop()


@pytest.mark.parametrize("file", RULES, ids=lambda path: path.name)
def test_every_rule_file_of_the_sample_is_right(server, file):
    assert server.diagnostics(f"rules/{file.name}", file.read_text()) == []


def test_the_project_file_of_the_sample_is_right(server):
    assert server.diagnostics("bridge.yaml", (ROOT / "bridge.yaml").read_text()) == []


def place(text, of):
    """Line and column, counted from 1, of the first occurrence."""
    before = text[: text.index(of)]
    return before.count("\n") + 1, len(before) - before.rfind("\n")


@pytest.mark.parametrize(
    ("old", "new", "at", "says"),
    [
        ("    when:\n", "    wehn:\n", "wehn:", "Property wehn is not allowed."),
        ("events:\n", "evnts:\n", "evnts:", "Property evnts is not allowed."),
        ("change: [modify]", "change: [modified]", "modified", "Value is not accepted. Valid values: "),
        ("[domain-bus, order-feed]", "[domain-bus, order-fed]", "order-fed", "Value is not accepted. Valid values: "),
        ("order/placed.v1.json", "order/plaed.v1.json", "order/plaed.v1.json", "Value is not accepted. Valid values: "),
        ("customerId: ${", "costumerId: ${", "costumerId", "Property costumerId is not allowed."),
        ("anything-but:", "anything-bt:", "anything-bt", "Property anything-bt is not allowed."),
        ("silent: true", "slient: true", "slient", "Property slient is not allowed."),
        ("subject: ${item.orderId}", "subject: [a]", "[a]", 'Incorrect type. Expected "string".'),
    ],
)
def test_a_mistake_is_shown_where_it_stands(server, old, new, at, says):
    text = ORDER.replace(old, new, 1)
    assert text != ORDER
    found = server.diagnostics("rules/order.yaml", text)
    assert [place(text, at)] == [(line, column) for said, line, column in found if said.startswith(says)], found


def test_a_missing_key_is_shown_at_what_lacks_it(server):
    text = ORDER.replace("    type: com.example.shop.order.placed.v1\n", "", 1)
    assert server.diagnostics("rules/order.yaml", text) == [
        ('Missing property "type".', *place(text, "placed:\n")),
    ]
    text = ORDER.replace("entity: order\n", "", 1)
    ((said, _, column),) = server.diagnostics("rules/order.yaml", text)
    assert (said, column) == ('Missing property "entity".', 1)


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        (EVENT + "    |", {"about", "if", "data", "examples", "each"}),
        (EVENT + "    to: [|]", {"domain-bus", "order-feed", "analytics-bus"}),
        ("events:\n  placed:\n    schema: |", {"order/placed.v1.json", "cart/emptied.v1.json"}),
        ("item_schema: |", {"order/item.v1.json"}),
        (EVENT + "    type: |", {"com.example.shop.order.placed.v1", "com.example.shop.payment.captured.v1"}),
        (EVENT + "    data:\n      |", {"orderId", "total", "coupon?", "lines"}),
        (EVENT + "    data:\n      total:\n        |", {"amount", "currency"}),
        (EVENT + "    data:\n      lines:\n        - |", {"$each", "sku", "note?"}),
        (EVENT + "    data:\n      orderId: |", {"${new.orderId}", "${new.shipTo}"}),
        (EVENT + "    data:\n      channel: |", {"web"}),
        (EVENT + "    when:\n      |", {"change", "new", "old", "changed", "$or"}),
        (EVENT + "    when: {change: [|]}", {"insert", "modify", "remove", "expire", "snapshot"}),
        (EVENT + "    when:\n      new:\n        |", {"status", "orderId", "shipTo"}),
        (EVENT + "    when:\n      new:\n        status: [|]", {"DRAFT", "PAID", "SHIPPED", "CANCELLED"}),
        (EVENT + "    when:\n      changed: [|]", {"status", "parcels"}),
        (EVENT + "    when:\n      new:\n        status:\n          - |", {"prefix", "exists", "anything-but"}),
        (EVENT + "    if: |", {"${new.…}", "${default(value, fallback)}", "${became(path, value)}"}),
        (EVENT + "    examples:\n      - |", {"name", "given", "says", "silent"}),
        (EVENT + "    examples:\n      - given:\n          |", {"change", "keys", "new", "old"}),
        (EVENT + "    examples:\n      - says:\n          data:\n            |", {"orderId", "total"}),
        (EVENT + "    extensions:\n      |", {"correlationid?", "traceparent"}),
        ("when:\n  table: [|]", {"shop"}),
        ("|", {"entity", "events", "let"}),
        ("entity: a\nevents:\n  |", {"event"}),
    ],
    ids=lambda each: each.removeprefix(EVENT).strip().replace("\n", " / ") if isinstance(each, str) else "",
)
def test_the_authors_own_names_are_offered(server, text, offered):
    assert offered - server.completions("rules/new.yaml", text + "\n") == set()


def test_a_file_of_examples_is_offered_their_keys(server):
    assert {"name", "given", "says"} <= server.completions("rules/order.examples.yaml", "placed:\n  - |\n")


def test_the_project_file_is_completed(server):
    assert {"targets", "ledger", "give_up"} <= server.completions("bridge.yaml", "|\n")
    assert {"an EventBridge bus", "an SNS topic"} <= server.completions("bridge.yaml", "targets:\n  |\n")
    assert server.completions("bridge.yaml", "tables:\n  shop: {view: |}\n") == {
        "KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES",
    }  # fmt: skip


def test_an_event_is_inserted_with_stops_where_the_author_writes(server):
    text = server.inserted("rules/new.yaml", "entity: a\nevents:\n  |\n", "event")
    assert text.startswith("${1:placed}:\n")
    assert r"\${new.${6:orderId}\}" in text


def test_an_expression_is_inserted_as_it_is_written(server):
    assert server.inserted("rules/new.yaml", EVENT + "    if: |\n", "${upper(text)}") == r"\${upper(${1:text})\}"


def test_what_a_key_is_for_is_told(server):
    assert "comes to true or false" in server.hover("rules/a.yaml", EVENT + "    i|f: ${a}\n")
    assert "if: ${new.price < old.price}" in server.hover("rules/a.yaml", EVENT + "    i|f: ${a}\n")
    assert "The order" in server.hover("rules/a.yaml", EVENT + "    data:\n      order|Id: ${new.a}\n")
