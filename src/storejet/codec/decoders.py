"""Transfer syntax → what decodes its frames (PS3.5 8.2, annex A.4), and whether that is installed here.

A decoder is made for one image, from its Image Pixel attributes and its first frame, and then decodes frame after
frame, on any thread. The modules of the decoders are imported where one is wanted: they are on no other path.
"""

from storejet.errors import InputError, MissingPlugin
from storejet.tables import uids

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    from storejet.codec.image_pixel import ImagePixel

    class Decoder(Protocol):
        """Decodes the frames of one image.

        ``native``: how they come out, which is how the data set is to be labelled; ``lossy``: the stream itself says
        that what is in it was compressed with loss.
        """

        native: ImagePixel
        lossy: bool

        def decode(self, stream: bytes) -> bytes:
            """One frame: ``native.frame_bytes`` bytes, little endian, laid out as ``native`` says; bits of one-bit
            pixels packed from the least significant one on. May be called from several threads at a time. Raises
            InputError for a frame that cannot be decoded whole, MissingPlugin."""


#: how the text of an error begins that says why an image cannot be decoded
CANNOT_DECODE = "its pixel data cannot be decoded: "

#: decoder (see uids.py) → module of this package
_MODULES = {
    "rle": "rle",
    "jpegls": "jpegls",
    "jpeg": "jpeg",
    "jpeg2000": "jpeg2000",
    "deflate-frame": "plain",
    "uncompressed": "plain",
}
#: decoder → (module that must be there, package to install for it)
_PLUGINS = {"jpeg": ("_libjpeg", "pylibjpeg-libjpeg"), "jpeg2000": ("_openjpeg", "storejet[jpeg2000]")}


def kind_of(syntax: str) -> str:
    """The decoder for a transfer syntax, as uids.py names it; "" where there is none."""
    for row in uids.TRANSFER_SYNTAXES:
        if row[uids.UID] == syntax:
            return row[uids.DECODER]
    return ""


def missing(kind: str) -> str:
    """The package that a decoder wants and that is not installed, or ""."""
    if kind not in _PLUGINS:
        return ""
    # not importlib.util: this is asked before any import that is slow
    from importlib.machinery import PathFinder

    module, package = _PLUGINS[kind]
    return "" if PathFinder.find_spec(module) is not None else package


def decoder_for(syntax: str, stored: "ImagePixel", first: bytes) -> "Decoder":
    """The decoder for an image, from its Image Pixel attributes as stored and its first frame.

    Raises InputError for what cannot be decoded, MissingPlugin where a package is not installed.
    """
    from importlib import import_module

    kind = kind_of(syntax)
    if kind not in _MODULES:
        raise InputError(f"{CANNOT_DECODE}there is no decoder for {syntax}")
    package = missing(kind)
    if package:
        raise MissingPlugin(f"{CANNOT_DECODE}the package {package} is not installed").advising(f"pip install {package}")
    decoder: Decoder = import_module(f"storejet.codec.{_MODULES[kind]}").open_decoder(syntax, stored, first)
    return decoder
