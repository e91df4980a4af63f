"""The ledger on DynamoDB: many deliveries in one item, found again from the record alone.

A delivery is remembered as 16 bytes, the digest of its event's id and its target, in a binary set: `ADD` is idempotent
and commutes, so that two invocations may write one item at once and lose nothing. An item is bounded by 1,015
digests (17 KB) at any rate, and no call ever costs more write units than the deliveries that it writes.

The table has the text key `pk` and the TTL attribute `expires` (epoch seconds), as the form of one item for each
delivery had, which it replaces; `tests/aws/plain_ledger.py` keeps that form as the oracle.

# Where a delivery lies

A retry must find it whatever the borders of its batch, so its place follows from the record alone: from the second of
the change, and the digest. But a second may hold one change or 40,000, an hour's backlog comes in one batch, and an
`ADD` is charged by the whole item. No one width of bucket fits: a minute of 100 changes a second costs 0.5 units for
each in batches of 1,000 (it is rewritten at each batch), a second of one change in ten seconds costs 1.
Hence a trie, of which every digest has its path:

```
256 s ─ 16 s ─ 1 s ─ 1 s and a bit of the digest ─ two bits ─ three bits ─ …
```

Where the record tells no time, as of a snapshot, there is the digest alone: twelve bits, thirteen, ….
A delivery may lie in any item of its path. One law makes it found: **nothing lies below an item of less than `FULL`
digests** (56, just under 1 KB). The reader goes down while items are full; sets only grow, so that what is full stays
so. The writer, who has just read the path, writes into the first item where that costs no more than to go below
(`plan.py`); to go below one that is not full yet, it fills it. In quiet times everything lies in the first item; in
busy ones each batch finds an item of its own further down, and what all must read stays small.

Weighed against it:

- One width and fan-out for the project, in bridge.yaml, as the design has it: what suits one rate does not suit one
  ten times above or below it, which bursts and backlogs are; and after each change there are two layouts to read.
- A chain of items, each opened when the one before it is full: the cheapest to write. But all of a second must be
  read each time: at 40,000 a second 156 read units for a batch, however small.
- Items of a second side by side, by the digest, as many as its rate needs: all of the second is rewritten with each of
  its batches, which at 10,000 a second in batches of 1,000 comes to 0.09 units a record; the trie to 0.05.
- Four items in place of one at each level below a second: less of a path to read, but a batch lies thinner in them, and
  costs half as much again (0.07 units a record, 0.10 where ten shards race; with two 0.05 and 0.07).
- Sequence numbers as the place, since a batch is a run of them: their form is not documented, and the change
  records of Kinesis have none.
- A flag "there is more below": the size says the same, in the same write, and cannot be lost.

`benchmarks/LEDGER.md` shows units and sizes over rates and batch sizes. Seconds are the finest time there is on
DynamoDB Streams. What bounds the rate is the first item of the moment, which every invocation reads: 3,000 reads a
second, while a mapping polls each shard four times a second for each of its up to ten parallel batches.

# Races

Every write says how large the item may be (`size(ids) <= :most`), so that what others added meanwhile neither costs
more than was planned nor swells an item: whoever is refused reads again and plans again.

# Expiry

`keep` counts from the write. TTL deletes days late, so expiry is compared here. An item lives until an hour's end
that lies at least `keep` and a quarter of an hour after its last write, hence an id never shorter than `keep` and
up to 75 minutes longer, or as long as others go on being added to its item. That only absorbs repeats for longer:
an id that is to be said again gets another name. What lies below an item lives no longer than that item: whoever
writes below renews what would expire before. The quarter of an hour covers clocks that differ and a write that was
long on its way, which set back the time by as much; the whole hours let nearly every writer find nothing to renew.
"""

from bridge.aws.ledger.store import DynamoLedger

__all__ = ["DynamoLedger"]
