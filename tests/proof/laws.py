"""The two laws of the proof, as functions: what is proven never refuses an item, what is refuted does."""

import re
import zlib
from collections import Counter
from dataclasses import replace
from random import Random

from jsonschema_rs import validator_for

from bridge.core.given import ASSUMED, change_of
from bridge.core.match import holds
from bridge.core.proof import prove
from bridge.core.proof.cases import cases
from bridge.core.proof.prove import item_shape
from bridge.core.proof.trial import UNTOLD
from bridge.core.rules.translate import say
from bridge.errors import RecordRefused
from tests.proof.generator import changes


def breaches(rules, schemas, count, seed=0, proof=None):
    """Every breach of a law, as text; and how often each event was said. `count` changes are tried for each event."""
    proof = proof or prove(rules, schemas)
    found, said = [], Counter()
    for entity in rules.entities:
        if not entity.item_schema:
            continue
        schema = schemas.get(entity.item_schema)
        allowed = validator_for(dict(schema.open), validate_formats=True, offline=True)
        item = item_shape(schema)
        for rule in entity.rules:
            verdicts = {each.path: each for each in proof.verdicts if each.rule == rule.name}
            found += _refutations(entity, rule, verdicts, allowed)
            random = Random(zlib.crc32(f"{rule.name}{seed}".encode()))
            worlds = [case.start for case in cases(replace(entity, without=()), rule, item)]
            for world in worlds:
                for change in changes(random, world, allowed, count // len(worlds)):
                    outcome = _outcome(entity, rule, change)
                    said[rule.name] += outcome if isinstance(outcome, int) else 0
                    if not isinstance(outcome, int) and not _is_expected(outcome, verdicts):
                        found.append(f"{rule.name}: {outcome} of {change.kind} {change.new} {change.old}")
    return found, said


def _outcome(entity, rule, change):
    """How many events are said, or the problem that refuses the change."""
    seen = change.without(entity.without) if entity.without else change
    document = seen.document()
    try:
        return len(say(rule, seen, document)) if holds(entity.when, seen, document, entity.where) else 0
    except RecordRefused as error:
        return 0 if error.problems[0].code in UNTOLD else error.problems[0]


def _is_expected(problem, verdicts):
    """Whether a place that is refuted or open lies at the problem: a problem without a path is placed by its line."""
    path = re.sub(r"\[\d+\]", "[*]", problem.where.path)
    doubtful = [each for each in verdicts.values() if each.answer != "proven"]
    near = [path == each.path or path.startswith((each.path + ".", each.path + "[")) for each in doubtful]
    near += [each.path.startswith(path + ".") for each in doubtful if path]
    near += [each.where.line == problem.where.line for each in doubtful if not path.startswith("$.data")]
    return any(near)


def _refutations(entity, rule, verdicts, allowed):
    for verdict in verdicts.values():
        if verdict.counterexample is not None:
            given = {**ASSUMED, **verdict.counterexample.given}
            images = [given[name] for name in ("new", "old") if name in given]
            outcome = _outcome(entity, rule, change_of(given))
            if isinstance(outcome, int) or not all(allowed.is_valid(image) for image in images):
                yield f"{rule.name}: {verdict.path} is not refuted by {given}"
