"""Tests of what decodes compressed pixel data."""
