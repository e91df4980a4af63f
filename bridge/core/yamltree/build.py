"""Builds the tree from libyaml's events, and finds what YAML allows and a rule file does not."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, cast

import yaml

from bridge.core.yamltree.nodes import Entry, Mapping, Node, Scalar, Sequence
from bridge.core.yamltree.origins import Span
from bridge.core.yamltree.quoting import is_open, quoting
from bridge.core.yamltree.scalars import NotANumberError, plain_value
from bridge.core.yamltree.source import MAX_DEPTH, MAX_NODES, Source, read_source
from bridge.core.yamltree.spelling import quoted
from bridge.core.yamltree.syntax import COLON, COMMENT, QUOTE, syntax_problem
from bridge.errors import Aside, Edit, Problem, ProjectInvalid, Where

#: A comment behind a scalar, and one that looks as if it were meant as text: `order #${item.orderId}`.
_COMMENT = re.compile(r"\s+(#)")
_MEANT_AS_TEXT = re.compile(r"[ \t]+(#)\$\{")


def build(data: bytes, file: str, problems: list[Problem]) -> Node | None:
    """The tree of a file as far as libyaml can read; the problems join those given."""
    try:
        builder = _Builder(read_source(data, file), problems)
    except ProjectInvalid as error:
        problems.extend(error.problems)
        return None
    try:
        for event in yaml.parse(builder.source.text, Loader=yaml.CSafeLoader):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        problems.append(syntax_problem(error, builder.source))
        return None
    except ProjectInvalid as limit:
        problems.extend(limit.problems)
        return None
    return Scalar(None, "", builder.source.where(0)) if builder.root is None else builder.root


@dataclass(slots=True)
class _Open:
    """A mapping or list whose end has not come yet."""

    start: int
    items: list[Node] | None  # None in a mapping
    entries: list[Entry] = field(default_factory=list)
    firsts: dict[str, Where] = field(default_factory=dict)  # where each key was first written
    key: Scalar | None = None


@dataclass(slots=True)
class _Builder:
    source: Source
    problems: list[Problem]
    root: Node | None = None
    _open: list[_Open] = field(default_factory=list)
    _nodes: int = 0
    _documents: int = 0

    def take(self, event: yaml.Event) -> None:
        """Build on. Raises `ProjectInvalid` beyond a limit."""
        act = _ACTS.get(type(event))
        if act is not None:
            act(self, event)

    def document(self, event: Any) -> None:
        self._documents += 1
        if self._documents > 1:
            what = "a second document begins here; a file holds one"
            self._stop(event, "R013", what, "move it to a file of its own, or remove the `---`")

    def alias(self, event: Any) -> None:
        what = f"`*{event.anchor}` is an alias of YAML, which copies what is written elsewhere"
        self._say(event, "R009", what, f"write the value out, use `let`, or, where text is meant, {QUOTE}")
        self._add(Scalar(f"*{event.anchor}", f"*{event.anchor}", self._where(event)))

    def scalar(self, event: Any) -> None:
        self._bare(event)
        style = event.style or None
        span = Span(self.source, event.start_mark.index, event.end_mark.index)
        value = self._plain(event) if style is None and event.tag is None else event.value
        self._add(Scalar(value, event.value, self._where(event), style, span))

    def begin(self, event: Any) -> None:
        self._bare(event)
        if len(self._open) == MAX_DEPTH:
            what = f"values are nested more than {MAX_DEPTH} deep"
            self._stop(event, "R004", what, "flatten the mapping, or quote the text")
        is_list = isinstance(event, yaml.SequenceStartEvent)
        self._open.append(_Open(event.start_mark.index, [] if is_list else None))

    def end(self, _: Any) -> None:
        done = self._open.pop()
        where = self.source.where(done.start)
        self._add(Mapping(tuple(done.entries), where) if done.items is None else Sequence(tuple(done.items), where))

    def _add(self, node: Node) -> None:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            problem = Problem(node.where, "R005", f"the file holds more than {MAX_NODES} values", "split the file")
            raise ProjectInvalid(problem)
        if not self._open:
            self.root = node
            return
        inside = self._open[-1]
        if inside.items is not None:
            inside.items.append(node)
        elif inside.key is None:
            inside.key = self._key(node, inside)
        else:
            inside.entries.append(Entry(inside.key, node))
            inside.key = None

    def _key(self, node: Node, inside: _Open) -> Scalar:
        if not isinstance(node, Scalar) or not isinstance(node.value, str):
            kind = _KINDS.get(type(node), "null, a number or true or false")
            fix = "write the key as text, in quotes where it looks like something else"
            edit = node.rewritten(quoted(node.text)) if isinstance(node, Scalar) and node.text else None
            self.problems.append(Problem(node.where, "R011", f"a key is {kind}, not text", fix, edit=edit))
            return Scalar("", "", node.where)
        if node.style is None and node.value == "<<":
            fix = "write the keys out, or quote the key"
            self.problems.append(Problem(node.where, "R012", "`<<` is the merge key of YAML 1.1", fix))
        elif node.style is None and is_open(node.value):
            end = node.place(len(node.text))
            self.problems.append(Problem(end, *COLON, edit=quoting(self.source, self.source.offset(end))))
        elif node.value in inside.firsts:
            first = inside.firsts[node.value]
            what = f"the key '{node.value}' is written twice, first written at line {first.line}"
            also = Aside(first, "first written here")
            self.problems.append(Problem(node.where, "R008", what, "keep one of them", also=also))
        inside.firsts.setdefault(node.value, node.where)
        return node

    def _plain(self, event: Any) -> Any:
        comment = _COMMENT if is_open(event.value) else _MEANT_AS_TEXT
        behind = comment.match(self.source.text, event.end_mark.index)
        if behind:
            edit = quoting(self.source, behind.start(1))
            self.problems.append(Problem(self.source.where(behind.start(1)), *COMMENT, edit=edit))
        try:
            return plain_value(event.value)
        except NotANumberError as error:
            where, (code, what, fix) = self._where(event), error.args
            edit = Edit(where, len(event.value), quoted(event.value)) if code == "R014" else None
            self.problems.append(Problem(where, code, what, fix, edit=edit))
            return event.value

    def _bare(self, event: Any) -> None:
        """No anchor and no tag."""
        if event.anchor is not None:
            what = f"`&{event.anchor}` is an anchor of YAML, which names a value for copies"
            self._say(event, "R009", what, f"remove it, or, where text is meant, {QUOTE}")
        if event.tag is not None:
            what = "`!` begins a tag of YAML, which names the type of a value"
            self._say(event, "R010", what, f"remove it, or, where text is meant, {QUOTE}")

    def _where(self, event: Any) -> Any:
        return self.source.where(event.start_mark.index)

    def _say(self, event: Any, code: str, what: str, fix: str) -> None:
        self.problems.append(Problem(self._where(event), code, what, fix))

    def _stop(self, event: Any, code: str, what: str, fix: str) -> None:
        raise ProjectInvalid(Problem(self._where(event), code, what, fix))


_KINDS: Final = {Sequence: "a list", Mapping: "a mapping"}

#: What each event of libyaml does; those of the stream and of a document's end do nothing.
_ACTS: Final = cast(
    "dict[type[yaml.Event], Callable[[_Builder, yaml.Event], None]]",
    {
        yaml.DocumentStartEvent: _Builder.document,
        yaml.AliasEvent: _Builder.alias,
        yaml.ScalarEvent: _Builder.scalar,
        yaml.SequenceStartEvent: _Builder.begin,
        yaml.MappingStartEvent: _Builder.begin,
        yaml.SequenceEndEvent: _Builder.end,
        yaml.MappingEndEvent: _Builder.end,
    },
)
