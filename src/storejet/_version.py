"""The version of storejet, in one place."""

VERSION = "0.1.0"
