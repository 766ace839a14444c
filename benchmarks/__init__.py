"""Measurements of what a user waits for; no test, and no part of the package."""
