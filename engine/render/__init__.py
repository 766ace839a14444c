"""Proofs and answers in words and pictures. Wording lives in :mod:`engine.render.wording`."""
