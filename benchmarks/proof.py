"""How long the proof takes on a large project: 308 events in 132 rule files, no two schemas alike.

    python benchmarks/proof.py

The project is the sample, 22 times over, each time with other names and other bounds. Prints the time of the first
proof in a process, which is what `lint` pays, and of the worst case: the same project when every item schema is gone
from under its rules (all attributes unknown), so that hundreds of counterexamples are looked for.
"""

import json
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

from bridge.core.proof import prove
from bridge.core.rules import compile_rules
from bridge.core.rules.event import Surroundings
from bridge.core.schemas import compile_schemas

ROOT, COPIES = Path(__file__).parents[1], 22


def project(change: Callable[[str], str] = str):
    """The rules and schemas of the large project; `change` is made to each item schema."""
    rules, schemas = {}, {}
    for copy in range(COPIES):
        for path in sorted((ROOT / "rules").glob("*.yaml")):
            if ".examples" not in path.name and path.stem != "outbox":
                text = re.sub(r"^entity: (\S+)", rf"entity: \1-{copy}", path.read_text(), flags=re.MULTILINE)
                text = re.sub(r"^( *(?:item_schema|schema): )", rf"\g<1>c{copy}/", text, flags=re.MULTILINE)
                rules[f"rules/{path.stem}-{copy}.yaml"] = text.encode()
        for path in sorted((ROOT / "schemas").glob("*/*.json")):
            name = path.relative_to(ROOT / "schemas").as_posix()
            text = path.read_text().replace(".com/shop/", f".com/shop/c{copy}/").replace("000000,", f"{copy:06},")
            schemas[f"c{copy}/{name}"] = (change(text) if name.endswith("item.v1.json") else text).encode()
    compiled = compile_schemas(schemas)
    targets = ["domain-bus", "order-feed", "analytics-bus"]
    return compile_rules(rules, Surroundings(compiled, frozenset(schemas), targets))[0], compiled


def timed(title, rules, schemas):
    """Prove, and say how long it took."""
    began = time.perf_counter()
    proof = prove(rules, schemas)
    took = time.perf_counter() - began
    print(f"{title}: {sum(len(entity.rules) for entity in rules.entities)} events, {proof.summary}, {took:.2f} s")


def unknown(text):
    """An item schema that says nothing."""
    return json.dumps({name: value for name, value in json.loads(text).items() if name.startswith("$")})


if __name__ == "__main__":
    timed("as the sample", *project())
    timed("nothing known of the items", *project(unknown))
    sys.exit(0)
