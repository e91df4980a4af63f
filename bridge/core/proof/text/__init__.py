"""Sets of texts: `language` decides about them, `pattern` reads and writes them, `change` follows functions."""
