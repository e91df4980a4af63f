"""Models made once for many schemas, imported as a package."""

import importlib
import sys

from bridge.core.contain.hints import Hints
from bridge.core.contain.samples import Samples
from bridge.core.export.naming import module_names
from bridge.core.export.speech import TOLERANT
from bridge.core.export.widen import widen
from bridge.models import python_models


def opened(document):
    """A bundle as models are made of it."""
    return widen(document, TOLERANT).document


def package(folder, name, documents):
    """The models of bundles by schema's name: what reads JSON text of each."""
    files = python_models(
        {key: opened(document) for key, document in documents.items()}, {key: [key] for key in documents}
    )
    (folder / name).mkdir()
    for file, data in files.items():
        (folder / name / file).write_bytes(data)
    sys.path.insert(0, str(folder))
    try:
        made = importlib.import_module(name)
    finally:
        sys.path.remove(str(folder))
    assert set(module_names(documents).values()) <= set(dir(made))
    return dict(made.MODELS)


def events(document, valid):
    """Values at the edges of a schema that `valid` lets through, at most so many."""
    found = (value for value in Samples(document, Hints.of([document])).of(document) if valid(value))
    return [value for _, value in zip(range(40), found, strict=False)]
