"""Changes values in the text of a YAML file and leaves everything else as it is: comments, order, quotes, layout.

The file is composed once more by libyaml for the extent of each node, since `yamltree` keeps where a node begins
and not where it ends. Old and new value are walked side by side: what is the same stays untouched to the last blank,
a scalar that differs is replaced where it stands, keys and items come and go one by one in the style of those beside
them. Only where the kind of a value changes it is written anew. Rewriting the whole expectation was rejected, since
it loses what authors wrote into it: their comments, their line breaks, `1.50` where the rule says 1.5.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final

import yaml

from bridge.core.change import Value
from bridge.core.same import same
from bridge.core.yamltext import WIDTH, behind, block, entry, flow, item, scalar
from bridge.core.yamltree import Mapping, Node, Sequence

#: The dash of an item with the blanks and comments that may stand between them.
_DASH: Final = re.compile(r"-\s*(?:#[^\n]*\n\s*)*\Z")
_BREAK: Final = re.compile(r"\r\n|\r|\n")


@dataclass(slots=True)
class Editor:
    """The text of one file, and what is to be changed in it."""

    text: str
    _edits: list[tuple[int, int, str]] = field(default_factory=list)
    _mappings: dict[tuple[int, int], yaml.MappingNode] = field(init=False)
    _break: str = field(init=False)

    def __post_init__(self) -> None:
        self._break = "\r\n" if "\r\n" in self.text else "\n"
        root = yaml.compose(self.text, Loader=yaml.CSafeLoader)
        assert root is not None, "a file with a mapping in it has a root"
        self._mappings = {
            (node.start_mark.line + 1, node.start_mark.column + 1): node
            for node in _nodes(root)
            if isinstance(node, yaml.MappingNode)
        }

    def set(self, mapping: Mapping, old: str, new: str, value: Value) -> None:
        """Let the mapping say `new: value` in the place of its key `old`; at its end where it has no such key."""
        made = self._mappings[mapping.where.line, mapping.where.column]
        index = next((at for at, each in enumerate(mapping.entries) if each.key.value == old), None)
        if index is None:
            self._append(made, [(new, value)], made.value[-1][1], tall=True)
        elif old == new:
            key, was = made.value[index]
            self._value(mapping.entries[index].value, key, was, value, inline=made.flow_style)
        else:
            key, was = made.value[index]
            inline = made.flow_style or not isinstance(value, dict | list)
            lines = [f"{new}: {flow(value)}"] if inline else entry(new, value, key.start_mark.column, tall=True)
            self._replace(key.start_mark.index, self._end(was), lines)

    def result(self) -> str:
        """The text with every change made."""
        parts, at = [], 0
        for start, end, text in sorted(self._edits, key=lambda edit: edit[:2]):
            parts += [self.text[at:start], text]
            at = end
        return "".join([*parts, self.text[at:]])

    # One value

    def _value(self, node: Node, key: yaml.Node, was: yaml.Node, want: Value, *, inline: bool) -> None:
        """The value of a key."""
        if same(node.plain(), want) or self._within(node, was, want):
            return
        indent = key.start_mark.column + 2
        tall = isinstance(was, yaml.CollectionNode) and not was.flow_style
        lines = (
            [f" {flow(want)}"]
            if inline
            else behind(want, indent, self._end(key) + 1 - self._line(self._end(key)), tall=tall)
        )
        between = self.text[self._end(key) : was.start_mark.index]
        if "#" in between and len(lines) == 1:
            self._replace(was.start_mark.index, self._end(was), [lines[0].lstrip(" ")])
        else:
            self._replace(self._end(key) + between.index(":") + 1, self._end(was), lines)

    def _element(self, node: Node, was: yaml.Node, want: Value, *, inline: bool) -> None:
        """An item of a list."""
        if same(node.plain(), want) or self._within(node, was, want):
            return
        column = was.start_mark.column
        fits = inline or column + len(flow(want)) <= WIDTH
        self._replace(was.start_mark.index, self._end(was), [flow(want)] if fits else block(want, column))

    def _within(self, node: Node, was: yaml.Node, want: Value) -> bool:
        """Change a mapping or list from within, where it stays one and keeps something."""
        if isinstance(node, Mapping) and isinstance(was, yaml.MappingNode) and isinstance(want, dict):
            kept = [str(each.key.value) in want for each in node.entries]
            if any(kept):
                self._mapping(node, was, want, kept)
                return True
        if isinstance(node, Sequence) and isinstance(was, yaml.SequenceNode) and isinstance(want, list):
            keeps = bool(node.items and want)
            if keeps:
                self._list(node, was, want)
            return keeps
        return False

    def _mapping(self, node: Mapping, was: yaml.MappingNode, want: dict[str, Value], kept: list[bool]) -> None:
        for each, (key, value), stays in zip(node.entries, was.value, kept, strict=True):
            if stays:
                self._value(each.value, key, value, want[str(each.key.value)], inline=was.flow_style)
        extents = [(key.start_mark.index, self._end(value)) for key, value in was.value]
        self._remove(extents, kept, inline=was.flow_style)
        names = {str(each.key.value) for each in node.entries}
        added = [(name, value) for name, value in want.items() if name not in names]
        last = max(at for at, stays in enumerate(kept) if stays)
        self._append(was, added, was.value[last][1])

    def _list(self, node: Sequence, was: yaml.SequenceNode, want: list[Value]) -> None:
        pairs = list(zip(node.items, was.value, want, strict=False))
        for each, value, wanted in pairs:
            self._element(each, value, wanted, inline=was.flow_style)
        begins = [each.start_mark.index if was.flow_style else self._dash(each) for each in was.value]
        extents = [(begin, self._end(each)) for begin, each in zip(begins, was.value, strict=True)]
        self._remove(extents, [at < len(want) for at in range(len(extents))], inline=was.flow_style)
        column = begins[0] - self._line(begins[0])
        end = self._end(was.value[len(pairs) - 1])
        for value in want[len(pairs) :]:
            self._insert(end, [f", {flow(value)}"] if was.flow_style else item(value, column), column, was)

    # Coming and going

    def _append(
        self, was: yaml.MappingNode, added: Iterable[tuple[str, Value]], last: yaml.Node, *, tall: bool = False
    ) -> None:
        column = was.value[0][0].start_mark.column
        for name, value in added:
            lines = [f", {scalar(name)}: {flow(value)}"] if was.flow_style else entry(name, value, column, tall=tall)
            self._insert(self._end(last), lines, column, was)

    def _insert(self, end: int, lines: list[str], column: int, inside: yaml.CollectionNode) -> None:
        """Behind what ends at `end`: in flow style at once, in block style below its line and the comment there."""
        if inside.flow_style:
            self._replace(end, end, lines)
        else:
            below = self._end_of_line(end)
            self._replace(below, below, ["", " " * column + lines[0], *lines[1:]])

    def _remove(self, extents: list[tuple[int, int]], kept: list[bool], *, inline: bool) -> None:
        """Each run of entries that go; something is kept."""
        for stays, run in groupby(range(len(kept)), key=kept.__getitem__):
            places = list(run)
            if not stays:
                self._remove_run(extents, places[0], places[-1], inline=inline)

    def _remove_run(self, extents: list[tuple[int, int]], first: int, last: int, *, inline: bool) -> None:
        start, end = extents[first][0], extents[last][1]
        follows = last + 1 < len(extents)
        alone = not self.text[self._line(start) : start].strip()
        if not inline and alone:
            self._replace(self._line(start), self._next_line(end), [])
        elif follows:
            self._replace(start, extents[last + 1][0], [])
        else:
            self._replace(extents[first - 1][1], end, [])

    # Places

    def _replace(self, start: int, end: int, lines: list[str]) -> None:
        self._edits.append((start, end, self._break.join(lines)))

    def _end(self, node: yaml.Node) -> int:
        """Where a node ends, without the blank lines and comments that libyaml counts to a block."""
        if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
            last = node.value[-1]
            return self._end(last[1] if isinstance(last, tuple) else last)
        end: int = node.end_mark.index
        if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"):
            end = len(self.text[:end].rstrip())
        return end

    def _dash(self, element: yaml.Node) -> int:
        """Where the `-` of an item stands."""
        found = _DASH.search(self.text, 0, element.start_mark.index)
        assert found is not None, "an item of a block has its dash"
        return found.start()

    def _line(self, at: int) -> int:
        """Where the line begins."""
        return self.text.rfind("\n", 0, at) + 1

    def _end_of_line(self, at: int) -> int:
        found = _BREAK.search(self.text, at)
        return found.start() if found else len(self.text)

    def _next_line(self, at: int) -> int:
        found = _BREAK.search(self.text, at)
        return found.end() if found else len(self.text)


def _nodes(root: yaml.Node) -> Iterator[yaml.Node]:
    """A node and all below. Not recursive."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, yaml.CollectionNode):
            waiting.extend(each for pair in node.value for each in (pair if isinstance(pair, tuple) else (pair,)))
