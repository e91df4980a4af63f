"""The rule language and the project file as JSON Schema, for language servers of YAML.

Draft-07, because the servers in most editors know no later draft. What may be written where comes from the tables that
read the files (`rules.notation`, `manifest`, the pattern operators, the functions), so that editor and `lint` agree;
what a project calls its targets, types, schemas and attributes comes from the project.
"""

from collections.abc import Mapping
from typing import Any

from bridge.core.editor.language import rules_schema
from bridge.core.editor.manifest import manifest_schema
from bridge.core.editor.vocabulary import Vocabulary, vocabulary_of

__all__ = ["Vocabulary", "manifest_schema", "rules_schema", "schemas_for", "vocabulary_of"]


def schemas_for(words: Vocabulary) -> Mapping[str, dict[str, Any]]:
    """Every schema by the name of its file."""
    return {"rules.schema.json": rules_schema(words), "bridge.schema.json": manifest_schema()}
