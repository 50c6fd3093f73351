"""The version of storejet and the day that its manual pages show, in one place."""

VERSION = "0.1.0"
DATE = "2026-11-25"
