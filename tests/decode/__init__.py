"""Compressed objects as a peer sees them that takes only what is not compressed."""
