"""Tries random items against what is proven of a project: 10,000 for each event unless another number is given.

    python benchmarks/proven_items.py [COUNT] [PROJECT]

The items satisfy the item schema and the event's `when`; each goes through the rule as it will run. Prints how many
events were said of them, and every item that a proven place refused; exits with 1 where there is one. Every
counterexample that the proof shows is run as well, and must be refused.
"""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bridge.core.proof import prove
from bridge.core.rules import Rules
from bridge.project import load_project
from tests.proof.laws import breaches


def main(count: int = 10_000, folder: str = ".") -> int:
    """Try, and say what was found."""
    project, total = load_project(Path(folder)), 0
    began = time.perf_counter()
    proof = prove(project.rules, project.schemas)
    print(f"{proof.summary} in {time.perf_counter() - began:.2f} s")
    for entity in project.rules.entities:
        found, said = breaches(Rules((entity,)), project.schemas, count, proof=proof)
        total += len(found)
        if entity.item_schema:
            tried = f"{count} items for each of {len(entity.rules)} events"
            print(f"{entity.name}: {tried}, {said.total()} events said, {len(found)} refused")
        for each in found[:10]:
            print(f"  {each}")
    print(f"{total} items refused what is proven, {time.perf_counter() - began:.0f} s")
    return 1 if total else 0


if __name__ == "__main__":
    sys.exit(main(*(int(each) if each.isdigit() else each for each in sys.argv[1:])))
