"""storejet: sends DICOM objects to a storage SCP. The public API is the commands, ``errors`` and ``__version__``."""

from storejet._version import VERSION as __version__

__all__ = ["__version__"]
