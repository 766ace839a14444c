"""SPARQL queries of strangers: read, and evaluated where they can do no harm (docs/decisions/0016)."""
