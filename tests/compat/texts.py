"""Files beside the objects that a command line names: association negotiation profiles, tickets and tokens."""

from __future__ import annotations

#: a file of one profile, P; the arguments of ``profile`` take the places
FRAME = """\
[[TransferSyntaxes]]
[TS]
TransferSyntax1 = {ts}
[[PresentationContexts]]
[PC]
PresentationContext1 = {pc}
{roles}{extended}[[Profiles]]
[P]
PresentationContexts = PC
{more}"""


def profile(
    ts: str = "LittleEndianExplicit", pc: str = "CTImageStorage\\TS", role: str = "", extended: str = "", more: str = ""
) -> str:
    """A negotiation file; ``role`` and ``extended`` are the only entries of lists that the profile names."""
    if role:
        more += "SCPSCURoleSelection = R\n"
    if extended:
        more += "ExtendedNegotiation = E\n"
    return FRAME.format(
        ts=ts,
        pc=pc,
        roles=f"[[SCPSCURoleSelection]]\n[R]\nRole1 = {role}\n" if role else "",
        extended=f"[[ExtendedNegotiation]]\n[E]\nExtendedNegotiation1 = {extended}\n" if extended else "",
        more=more,
    )


def changed(*replacements: tuple[str, str]) -> str:
    """The plain negotiation file with the first occurrence of each text replaced."""
    text = profile()
    for old, new in replacements:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def numbered(key: str, value: str, last: int) -> str:
    """Entries 2 to ``last`` of a list."""
    return "".join(f"{key}{number} = {value.format(number)}\n" for number in range(2, last + 1))


TWO_SYNTAXES = "[TS]\nTransferSyntax2 = LittleEndianImplicit"

#: name → text; each is a command line of its own, with profile P
PROFILES: dict[str, str] = {
    "plain": profile(),
    # lexical rules
    "comment": changed(("[TS]", "# a comment\n[TS]")),
    "comment-indented": changed(("[TS]", "[TS]\n # no comment")),
    "comment-below-value": changed(("LittleEndianExplicit", "LittleEndianExplicit\n # no comment")),
    "comment-behind-value": profile(ts="LittleEndianExplicit # no comment"),
    "comment-behind-heading": changed(("[TS]", "[TS] # no comment")),
    "comment-within-value": changed(("LittleEndianExplicit", "LittleEndianExplicit\n# c\n  x")),
    "comment-before-equals": changed(("TransferSyntax1 =", "TransferSyntax1\n# c\n=")),
    "key-indented": changed(("TransferSyntax1", "  TransferSyntax1")),
    "key-spaced": changed(("TransferSyntax1", "Transfer.Syn tax1")),
    "key-with-hyphen": changed(("TransferSyntax1", "Transfer-Syntax1")),
    "key-case": changed(("TransferSyntax1", "tRANSFERsYNTAX1")),
    "key-twice": changed(("[[Presentation", "TransferSyntax1 = LittleEndianImplicit\n[[Presentation")),
    "key-unknown": changed(("[TS]", "[TS]\nColour = red")),
    "key-before-sections": "Key = value\n" + profile(),
    "key-in-supersection": changed(("[TS]", "TransferSyntax1 = LittleEndianImplicit\n[TS]")),
    "key-missing": changed(("[TS]", "[TS]\n= value")),
    "value-continued": changed(("LittleEndianExplicit", "LittleEndian\n Explicit")),
    "value-on-next-line": changed(("= LittleEndianExplicit", "=\n LittleEndianExplicit")),
    "value-blank-line-below": changed(("LittleEndianExplicit\n", "LittleEndianExplicit\n   \n")),
    "value-trailing-blank": profile(ts="LittleEndianExplicit "),
    "value-quoted": profile(ts='"LittleEndianExplicit"'),
    "value-nul": profile(ts="LittleEndian\0Explicit"),
    "equals-on-next-line": changed(("TransferSyntax1 = ", "TransferSyntax1\n = ")),
    "equals-bare": profile().replace(" = ", "="),
    "equals-tabs": profile().replace(" = ", "\t=\t"),
    "lines-crlf": profile().replace("\n", "\r\n"),
    "lines-cr": profile().replace("\n", "\r"),
    "lines-no-last": profile().rstrip("\n"),
    "bom": "\ufeff" + profile(),
    "heading-blanks": changed(("[[TransferSyntaxes]]", "[ [ transfer Syn.taxes ] ]")),
    "heading-indented": changed(("[TS]", " [TS]")),
    "heading-and-key": changed(("[TS]\n", "[TS] ")),
    "heading-two": changed(("[[TransferSyntaxes]]\n", "[[TransferSyntaxes]] ")),
    "heading-unclosed": changed(("[TS]", "[TS")),
    "heading-half-closed": changed(("[[TransferSyntaxes]]", "[[TransferSyntaxes]")),
    "heading-empty": changed(("[TS]", "[]"), ("\\TS", "\\")),
    "heading-over-lines": changed(("[TS]", "[T\nS]")),
    "heading-punctuation": changed(("[TS]", "[T.S]")),
    "line-lost": changed(("[TS]", "[TS]\nhello world")),
    "line-lost-first": "hello world\n" + profile(),
    "line-lost-last": profile() + "hello world\n",
    "section-twice": changed(("[[Pres", "[TS]\nTransferSyntax1 = LittleEndianImplicit\n[[Pres")),
    "section-before-supersections": "[TS]\nTransferSyntax1 = LittleEndianImplicit\n" + profile(),
    "section-empty": changed(("[TS]", "[U]\n[TS]"), ("[PC]", "[U]\n[PC]")),
    "supersection-twice": changed(
        ("[[Pres", "[[TransferSyntaxes]]\n[T2]\nTransferSyntax1 = 1.2\n[[Pres"), ("\\TS", "\\T2")
    ),
    "supersection-unknown": changed(("[[Profiles]]", "[[Colours]]\n[Red]\nColour1 = x\n[[Profiles]]")),
    # transfer syntaxes
    "ts-uid": profile(ts="1.2.840.10008.1.2.1"),
    "ts-uid-private": profile(ts="1.2.3"),
    "ts-uid-letters": profile(ts="1.2.x"),
    "ts-uid-too-long": profile(ts="1." + "2" * 80),
    "ts-uid-empty-component": profile(ts="1..2"),
    "ts-uid-equals": profile(ts="=1.2.840.10008.1.2.1"),
    "ts-equals": profile(ts="=LittleEndianExplicit"),
    "ts-equals-blank": profile(ts="= LittleEndianExplicit"),
    "ts-equals-alone": profile(ts="="),
    "ts-empty": profile(ts=""),
    "ts-unknown": profile(ts="Nope"),
    "ts-case": profile(ts="littleendianexplicit"),
    "ts-local": profile(ts="LocalEndianExplicit"),
    "ts-opposite": profile(ts="OppositeEndianExplicit"),
    "ts-several": changed(("[[Pres", "TransferSyntax2 = RLELossless\nTransferSyntax3 = JPEGBaseline\n[[Pres")),
    "ts-colon": profile(ts="JPEGLossless:Non-hierarchical-1stOrderPrediction"),
    "ts-twice": changed(("[[Pres", "TransferSyntax2 = LittleEndianExplicit\n[[Pres")),
    "ts-gap": changed(("[[Pres", "TransferSyntax3 = Nope\n[[Pres")),
    "ts-leading-zero": changed(("TransferSyntax1", "TransferSyntax01")),
    "ts-of-another-kind": profile(ts="CTImageStorage"),
    "ts-127": changed(("[[Pres", numbered("TransferSyntax", "1.2.{}", 127) + "[[Pres")),
    "ts-129": changed(("[[Pres", numbered("TransferSyntax", "1.2.{}", 129) + "[[Pres")),
    "ts-129-unused": changed(
        ("[[Pres", "[U]\nTransferSyntax1 = 1.2\n" + numbered("TransferSyntax", "1.2.{}", 129) + "[[Pres")
    ),
    "ts-no-supersection": changed(("[[TransferSyntaxes]]", "[[X]]")),
    "empty": "",
    # presentation contexts
    "pc-uid": profile(pc="1.2.840.10008.5.1.4.1.1.2\\TS"),
    "pc-equals": profile(pc="=CTImageStorage\\TS"),
    "pc-unknown": profile(pc="Nope\\TS"),
    "pc-private": changed(("[[Profiles]]", "PresentationContext2 = 2.25.77\\TS\n[[Profiles]]")),
    "pc-service": changed(("[[Profiles]]", "PresentationContext2 = VerificationSOPClass\\TS\n[[Profiles]]")),
    "pc-query": changed(
        ("[[Profiles]]", "PresentationContext2 = FINDStudyRootQueryRetrieveInformationModel\\TS\n[[Profiles]]")
    ),
    "pc-of-another-kind": profile(pc="LittleEndianExplicit\\TS"),
    "pc-no-backslash": profile(pc="CTImageStorage"),
    "pc-two-backslashes": profile(pc="CTImageStorage\\TS\\X"),
    "pc-blank-before-backslash": profile(pc="CTImageStorage \\TS"),
    "pc-blanks-behind-backslash": profile(pc="CTImageStorage\\ t S "),
    "pc-continued": profile(pc="CTImageStorage\\T\n S"),
    "pc-undefined-list": profile(pc="CTImageStorage\\NONE"),
    "pc-empty-list": profile(pc="CTImageStorage\\"),
    "pc-class-twice": changed(("[[Profiles]]", "PresentationContext2 = CTImageStorage\\TS\n[[Profiles]]")),
    "pc-list-twice": changed(("[[Profiles]]", "[PC]\nPresentationContext1 = MRImageStorage\\TS\n[[Profiles]]")),
    "pc-other-class": profile(pc="MRImageStorage\\TS"),
    "pc-128": changed(("[[Profiles]]", numbered("PresentationContext", "1.2.{}\\TS", 128) + "[[Profiles]]")),
    "pc-129": changed(("[[Profiles]]", numbered("PresentationContext", "1.2.{}\\TS", 129) + "[[Profiles]]")),
    "pc-no-supersection": changed(("[[PresentationContexts]]", "[[X]]")),
    # roles
    "role-scu": profile(role="CTImageStorage\\SCU"),
    "role-scp": profile(role="CTImageStorage\\scp"),
    "role-both": profile(role="CTImageStorage\\Both"),
    "role-both-twice-proposed": profile(role="CTImageStorage\\BOTH").replace(
        "[[SCP", "PresentationContext2 = CTImageStorage\\TS\n[[SCP"
    ),
    "role-unknown": profile(role="CTImageStorage\\DEFAULT"),
    "role-empty": profile(role="CTImageStorage\\"),
    "role-blank": profile(role="CTImageStorage\\ SCU"),
    "role-trailing-blank": profile(role="CTImageStorage\\SCU "),
    "role-no-backslash": profile(role="CTImageStorage"),
    "role-unknown-class": profile(role="Nope\\SCU"),
    "role-not-proposed": profile(role="MRImageStorage\\SCU"),
    "role-twice": profile(role="CTImageStorage\\SCU\nRole2 = CTImageStorage\\SCP"),
    "role-undefined": profile(more="SCPSCURoleSelection = R\n"),
    "role-undefined-empty": profile(more="SCPSCURoleSelection =\n"),
    "role-unused": profile(role="MRImageStorage\\SCU").replace("SCPSCURoleSelection = R\n", ""),
    "role-unused-wrong": profile(role="Nope\\SCU").replace("SCPSCURoleSelection = R\n", ""),
    # extended negotiation
    "extended": profile(extended="CTImageStorage\\020003000000"),
    "extended-case": profile(extended="CTImageStorage\\aAfF"),
    "extended-empty": profile(extended="CTImageStorage\\"),
    "extended-odd": profile(extended="CTImageStorage\\020"),
    "extended-letters": profile(extended="CTImageStorage\\xx"),
    "extended-blank": profile(extended="CTImageStorage\\02 03"),
    "extended-trailing-blank": profile(extended="CTImageStorage\\0203  "),
    "extended-no-backslash": profile(extended="CTImageStorage"),
    "extended-unknown-class": profile(extended="Nope\\02"),
    "extended-not-proposed": profile(extended="MRImageStorage\\02"),
    "extended-twice": profile(extended="CTImageStorage\\02\nExtendedNegotiation2 = CTImageStorage\\03"),
    "extended-undefined": profile(more="ExtendedNegotiation = E\n"),
    "extended-1023": profile(extended="CTImageStorage\\" + "5a" * 1023),
    "extended-1024": profile(extended="CTImageStorage\\" + "5a" * 1024),
    "extended-1025": profile(extended="CTImageStorage\\" + "5a" * 1025),
    "roles-and-extended": profile(role="CTImageStorage\\SCU", extended="CTImageStorage\\01"),
    # profiles
    "profile-no-contexts": changed(("PresentationContexts = PC", "X = PC")),
    "profile-undefined-contexts": changed(("PresentationContexts = PC", "PresentationContexts = PX")),
    "profile-blanks-in-name": changed(("PresentationContexts = PC", "PresentationContexts = p c  ")),
    "profile-twice": profile() + "[P]\nPresentationContexts = PC\n",
    "profile-unused-wrong": profile() + "[U]\nPresentationContexts = NONE\n",
    "profile-unused-empty": profile() + "[U]\n",
    "profile-no-supersection": changed(("[[Profiles]]", "[[X]]")),
}

SECRET = "eyJhbGciOi-token"

#: name → content of ``{text:…}``
TEXTS: dict[str, bytes] = {
    **{name: text.encode("utf-8") for name, text in PROFILES.items()},
    "named": profile().replace("[P]", "[With  Roles 2]").encode(),
    "implicit": profile(ts="LittleEndianImplicit").encode(),
    "big": profile(ts="BigEndianExplicit").encode(),
    "deflated": profile(ts="DeflatedLittleEndianExplicit").encode(),
    "rle": profile(ts="RLELossless", pc="MRImageStorage\\TS").encode(),
    "latin-1": profile().replace("[TS]", "[TS\u00e4]").encode("latin-1"),
    "token": SECRET.encode() + b"\n",
    "token-binary": bytes(range(256)),
    "token-empty": b"",
    "token-65000": b"x" * 65000,
    "token-65536": b"x" * 65536,
    "token-large": b"x" * 300000,
}
