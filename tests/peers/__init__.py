"""Peers for the tests: a scripted storage SCP of our own, and real ones that others wrote."""
