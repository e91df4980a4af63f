"""The official JMESPath compliance suite, whole, through `changebridge eval --batch`."""

import json
from pathlib import Path

from bridge.core.same import same
from bridge.core.wire import read_json

SUITE = Path(__file__).parents[1] / "compliance" / "jmespath"
CASES = [
    (file.stem, group["given"], case)
    for file in sorted(SUITE.glob("*.json"))
    for group in json.loads(file.read_text())
    for case in group["cases"]
]


def test_the_suite_passes_whole(run):
    """Every case that has a result gives it, every case that has an error gives a problem; none is skipped."""
    lines = "\n".join(json.dumps({"expression": case["expression"], "given": given}) for _, given, case in CASES)
    answers = run("eval", "--batch", stdin=lines.encode()).out.splitlines()
    assert len(answers) == len(CASES) > 800
    wrong = [
        (name, case["expression"], answer)
        for (name, _, case), answer in zip(CASES, answers, strict=True)
        if not _right(case, read_json(answer))
    ]
    assert wrong == []


def _right(case, answer):
    if "result" in case:
        return "result" in answer and same(read_json(json.dumps(case["result"])), answer["result"])
    return "bench" in case or answer.get("problem", {}).get("code", "").startswith("X")
