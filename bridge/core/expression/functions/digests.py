"""Digests, identifiers and encodings of text, all by its UTF-8."""

import base64
import binascii
import hashlib
import hmac
import uuid
from collections.abc import Callable
from typing import Final
from urllib.parse import quote

from bridge.core.change import Value
from bridge.core.expression.functions.bounds import check_length, utf8
from bridge.core.expression.functions.table import Call, Closure, entry, string
from bridge.core.expression.nulls import Run
from bridge.core.expression.values import Refusal, type_of

_NAMESPACES: Final = {
    "dns": uuid.NAMESPACE_DNS, "url": uuid.NAMESPACE_URL, "oid": uuid.NAMESPACE_OID, "x500": uuid.NAMESPACE_X500,
}  # fmt: skip


def _sha256(text: str) -> str:
    return hashlib.sha256(utf8(text)).hexdigest()


def _hmac_sha256(call: Call) -> Closure:
    subject, secret, name = call.arguments[0], call.secret, call.nodes[1].value

    def signed(value: Value, run: Run) -> Value:
        text = subject(value, run)
        if text is None:
            return None
        if not isinstance(text, str):
            what = f"hmac_sha256() takes a string for 'text', and got {type_of(text)}"
            raise Refusal("X020", what, "convert it with text(…)", call.at)
        try:
            return hmac.new(_key(name, secret), utf8(text), hashlib.sha256).hexdigest()
        except Refusal as refusal:
            refusal.at = call.at
            raise

    return signed


def _key(name: str, secret: Callable[[str], bytes] | None) -> bytes:
    try:
        if secret is not None:
            return secret(name)
    except KeyError:
        pass
    raise Refusal("X012", f"there is no secret named '{name}' here", "name one that the project file declares")


def _uuid5(namespace: str, name: str) -> str:
    try:
        space = _NAMESPACES.get(namespace) or uuid.UUID(namespace)
    except ValueError:
        what = "the namespace of uuid5() is no UUID"
        raise Refusal("X021", what, f"write a UUID, or one of {', '.join(_NAMESPACES)}") from None
    utf8(name)
    return str(uuid.uuid5(space, name))


def _base64(text: str) -> str:
    check_length(len(text) * 4 // 3)
    return base64.b64encode(utf8(text)).decode()


def _from_base64(text: str) -> str:
    try:
        return base64.b64decode(utf8(text), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        what = "from_base64() takes base64 of a text in UTF-8, and got something else"
        raise Refusal("X021", what, "publish the base64 as it is, or mend it where it is stored") from None


def _uri(text: str) -> str:
    check_length(len(text))
    return quote(utf8(text), safe="")


_TEXT = string("text")

FUNCTIONS = (
    entry("sha256", (_TEXT,), "string", "The SHA-256 digest, 64 hexadecimal digits.",
          ("sha256('abc')", {}, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"), apply=_sha256),
    entry("hmac_sha256", (_TEXT, string("secret", literal=True)), "string",
          "The HMAC-SHA-256 with a secret that the project names, 64 hexadecimal digits: a pseudonym that only the"
          " holders of the secret can recompute.",
          ("hmac_sha256('abc', 'example')", {},
           "cef302952d236fc071f7b1e910ff26a3ded177ff5c0b157aef37fc81c4eac9ce"), build=_hmac_sha256),
    entry("uuid5", (string("namespace"), string("name")), "string",
          "The UUID (version 5) of a name in a namespace: a UUID, or dns, url, oid, x500.",
          ("uuid5('dns', 'python.org')", {}, "886313e1-3b8a-5372-9b90-0c9aee199e5d"), apply=_uuid5),
    entry("base64", (_TEXT,), "string", "The text's UTF-8 in base64.", ("base64('hé')", {}, "aMOp"), apply=_base64),
    entry("from_base64", (_TEXT,), "string", "The text that base64 holds.",
          ("from_base64('aMOp')", {}, "hé"), apply=_from_base64),
    entry("uri", (_TEXT,), "string", "Percent-encoded, all but letters, digits and - . _ ~.",
          ("uri('a b/c')", {}, "a%20b%2Fc"), apply=_uri),
)  # fmt: skip
