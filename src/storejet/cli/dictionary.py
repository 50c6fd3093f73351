"""DCMDICTPATH: names of data dictionary files, joined by colons. Imported only where the variable is set."""

from storejet.errors import UsageError
from storejet.log import printable
from storejet.plan.dictionary import merged, parse
from storejet.plan.paths import encoded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from storejet.plan.dictionary import Entry

#: bytes of a file; DCMTK's own dictionary has about 300 000
LARGEST_DICTIONARY = 1 << 25

#: the kernel numbers them in 16 bits
_MOST_CREATORS = 0xFFFE


def load(path_list: str) -> "list[Entry]":
    """The entries of all files, as ``storejet._core.Lexicon`` takes them: later ones override earlier ones.

    Empty names count for nothing. Raises UsageError for a file that cannot be read, or that is no dictionary.
    """
    entries = merged([parse(_text(name), name) for name in path_list.split(":") if name])
    if len({entry[7] for entry in entries}) > _MOST_CREATORS:
        raise UsageError("the dictionaries of DCMDICTPATH have too many private creators", quietable=True)
    return entries


def _text(name: str) -> str:
    try:
        with open(encoded(name), "rb") as file:
            content = file.read(LARGEST_DICTIONARY + 1)
    except (OSError, ValueError) as error:
        reason = (isinstance(error, OSError) and error.strerror) or str(error)
        raise UsageError(
            f"data dictionary {printable(name)} of DCMDICTPATH cannot be read: {reason}", quietable=True
        ) from None
    if len(content) > LARGEST_DICTIONARY:
        text = f"data dictionary {printable(name)} of DCMDICTPATH has more than {LARGEST_DICTIONARY} bytes"
        raise UsageError(text, quietable=True)
    return content.decode("latin-1")
