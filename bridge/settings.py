"""What the environment says. Nothing else of the bridge reads it; boto3 and Powertools read their own variables."""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import field
from pathlib import Path

from bridge.errors import Problem, Where, raise_if_any
from bridge.frozen import frozen

_REFERENCE = re.compile(r"\$\{env:(?P<name>[^{}]*)\}")


@frozen
class Settings:
    """The environment, read once."""

    project: str  #: folder or built artifact
    stage: str  #: such as prod; "" where not said
    in_lambda: bool  #: whether this process is a Lambda sandbox
    namespace: str  #: of the metrics
    service: str  #: the metrics' dimension, and of every log line
    environ: Mapping[str, str] = field(repr=False)  #: may hold credentials

    @classmethod
    def read(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """From `environ`, by default this process's own.

        BRIDGE_PROJECT: the project's folder or built artifact, by default the function's root, else the
        working directory. BRIDGE_STAGE: named in every log line. Powertools' own POWERTOOLS_METRICS_NAMESPACE
        and POWERTOOLS_SERVICE_NAME name the metrics.
        """
        environ = os.environ if environ is None else environ
        return cls(
            project=environ.get("BRIDGE_PROJECT") or environ.get("LAMBDA_TASK_ROOT") or str(Path.cwd()),
            stage=environ.get("BRIDGE_STAGE", ""),
            in_lambda=bool(environ.get("AWS_LAMBDA_INITIALIZATION_TYPE")),
            namespace=environ.get("POWERTOOLS_METRICS_NAMESPACE") or "Changebridge",
            service=environ.get("POWERTOOLS_SERVICE_NAME") or "changebridge",
            environ=environ,
        )

    def with_those_of(self, other: "Settings") -> "Settings":
        """The same, but for every variable that the other has: a function's, with this shell's credentials."""
        return Settings.read({**self.environ, **other.environ})

    def expand(self, text: str, where: Where | None = None) -> str:
        """The text with each `${env:NAME}` replaced. Raises `ProjectInvalid` with every name that is not set."""
        names = dict.fromkeys(match["name"] for match in _REFERENCE.finditer(text))
        raise_if_any(_unset(name, where or Where()) for name in names if not self.environ.get(name))
        return _REFERENCE.sub(lambda match: self.environ[match["name"]], text)


def _unset(name: str, where: Where) -> Problem:
    return Problem(
        where, "C020", f"the environment variable '{name}' is not set", f"set {name}, or write the name itself"
    )


@contextmanager
def without_certificates() -> Iterator[None]:
    """Within, OpenSSL and its like find no certificates of the system (`SSL_CERT_FILE`)."""
    name = "SSL_CERT_FILE"
    said = os.environ.get(name)
    os.environ[name] = os.devnull
    try:
        yield
    finally:
        del os.environ[name]
        if said is not None:
            os.environ[name] = said
