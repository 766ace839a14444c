"""Reasoning: inference in Prolog, the bridge to it, proofs and their renderings."""
