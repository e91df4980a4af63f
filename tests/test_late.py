"""Regular expressions that are compiled late are like all others."""

import re

import pytest

from bridge.late import late


def test_it_is_compiled_with_its_first_use(monkeypatch):
    compiled = []
    monkeypatch.setattr(re, "compile", lambda *said: compiled.append(said) or re._compile(*said))
    made = late(r"(?P<a>.)b", re.DOTALL)
    assert compiled == []
    assert (made.fullmatch("\nb")["a"], made.fullmatch("b")) == ("\n", None)
    assert compiled == [(r"(?P<a>.)b", re.DOTALL)]


def test_it_has_all_that_a_pattern_has():
    made = late("a+")
    assert (made.pattern, made.sub("-", "caat"), made.findall("aba")) == ("a+", "c-t", ["a", "a"])
    with pytest.raises(AttributeError):
        _ = made.other
