"""Tests of the bench: what measures must be right before its numbers are."""
