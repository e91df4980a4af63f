"""No result without bounds: what would be larger than the limits is refused before it is made."""

from collections.abc import Sequence

from bridge.core.expression.limits import MAX_TEXT
from bridge.core.expression.values import Refusal


def check_length(length: int) -> None:
    """Raises `Refusal` where a text of so many characters may not be made."""
    if length > MAX_TEXT:
        what = f"the text would have more than {MAX_TEXT:,} characters"
        raise Refusal("X023", what, "take only what is needed before this step")


def bounded_join(glue: str, texts: Sequence[str]) -> str:
    """The texts as one, with glue between."""
    check_length(sum(map(len, texts)) + len(glue) * max(len(texts) - 1, 0))
    return glue.join(texts)


def utf8(text: str) -> bytes:
    """The text's bytes. Raises `Refusal` for half of a surrogate pair, which has none."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        what = "the text has half of a surrogate pair, which UTF-8 cannot write"
        raise Refusal("X021", what, "mend the text where it is stored") from None
