"""The subcommands, one module each theme; :mod:`api.cli` loads only the one that is asked for."""
