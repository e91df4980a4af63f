"""Inputs drawn from seeds: what the repository holds, cut, doubled, crossed and salted with the notation's own words.

A plain generator, and not Hypothesis, because of numbers: it draws some ten thousand inputs a second, and a seed is
all that a failure needs. Hypothesis says the laws over well-formed inputs (tests/core).
"""

import time
import traceback
from collections.abc import Iterator
from random import Random

from bridge.errors import BridgeError
from tests.fuzz.targets import Target, corpus

#: CPU seconds that any input of at most 8 KB may take. The usual is under a millisecond.
LONGEST = 2.0
SIZE = 8192


def draw(target: Target, seed: int) -> bytes:
    """The input of a seed, the same on every machine."""
    random = Random(f"{target.name}/{seed}")
    data = random.choice(corpus(target))
    for _ in range(random.choice((1, 1, 2, 3, 5, 9))):
        data = random.choice(_CHANGES)(random, data, target)[:SIZE]
    return data


def _cut(random: Random, data: bytes, target: Target) -> bytes:
    start, stop = sorted(random.randrange(len(data) + 1) for _ in range(2))
    return data[:start] + data[stop:]


def _double(random: Random, data: bytes, target: Target) -> bytes:
    start, stop = sorted(random.randrange(len(data) + 1) for _ in range(2))
    return data[:stop] + data[start:stop] * random.choice((1, 1, 2, 60)) + data[stop:]


def _salt(random: Random, data: bytes, target: Target) -> bytes:
    at = random.randrange(len(data) + 1)
    return data[:at] + random.choice(target.words) * random.choice((1, 1, 1, 2, 200)) + data[at:]


def _swap(random: Random, data: bytes, target: Target) -> bytes:
    """A word of the notation for another, or a byte for any."""
    word, other = random.choice(target.words), random.choice(target.words)
    if word in data:
        return data.replace(word, other, random.choice((1, -1)))
    at = random.randrange(len(data) + 1)
    return data[:at] + bytes([random.randrange(256)]) + data[at + 1 :]


def _cross(random: Random, data: bytes, target: Target) -> bytes:
    other = random.choice(corpus(target))
    return data[: random.randrange(len(data) + 1)] + other[random.randrange(len(other) + 1) :]


_CHANGES = (_cut, _double, _salt, _salt, _swap, _swap, _cross)


def complaint(target: Target, data: bytes) -> str:
    """What is wrong with how an input is read; "" where nothing is."""
    began = time.process_time()
    try:
        target.read(data)
    except BridgeError:
        pass
    except (Exception, RecursionError) as error:  # noqa: BLE001 -- any other is what is looked for
        where = traceback.extract_tb(error.__traceback__)[-1]
        return f"{type(error).__name__} at {where.filename.rpartition('/bridge/')[2]}:{where.lineno}: {error}"[:300]
    took = time.process_time() - began
    return f"took {took:.1f} s of CPU" if took > LONGEST else ""


def failures(target: Target, seeds: range) -> Iterator[tuple[int, str]]:
    """Seeds whose input is read badly, with what is wrong."""
    for seed in seeds:
        if said := complaint(target, draw(target, seed)):
            yield seed, said
