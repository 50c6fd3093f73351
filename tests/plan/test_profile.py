"""Negotiation files: what their text says, and where it is wrong."""

import re
from pathlib import Path

import pytest
from compat.texts import PROFILES, changed, numbered, profile

from storejet.errors import UsageError
from storejet.plan.contexts import Proposal
from storejet.plan.profile import Profiles
from storejet.plan.sections import Text
from storejet.tables import services, sopclasses, uids

DOC = Path(__file__).resolve().parents[2] / "docs" / "profiles.md"
CT = "1.2.840.10008.5.1.4.1.1.2"
MR = "1.2.840.10008.5.1.4.1.1.4"
IMPLICIT, EXPLICIT, BIG = "1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2"


def proposed(text: str, name: str = "P") -> Proposal:
    return Profiles(text, "f.cfg").proposal(name)


def error(text: str) -> str:
    with pytest.raises(UsageError) as raised:
        Profiles(text, "f.cfg")
    assert str(raised.value).startswith("reading config file: ")
    return str(raised.value).removeprefix("reading config file: ")


def notes(text: str) -> tuple[str, ...]:
    return Profiles(text, "f.cfg").notes


def test_the_example_of_the_documentation_proposes_what_it_says_there() -> None:
    example = re.search(r"```ini\n(.*?)```", DOC.read_text(encoding="utf-8"), re.DOTALL)
    assert example
    profiles = Profiles(example[1], "archive.cfg")
    assert profiles.names == ("OLDARCHIVE", "NEWARCHIVE")
    assert profiles.notes == ()
    new, old = profiles.proposal("newarchive"), profiles.proposal("Old  Archive")
    native = (EXPLICIT, IMPLICIT)
    lossless = ("1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.80")
    assert new.contexts == old.contexts == ((1, CT, native), (3, CT, lossless), (5, MR, native))
    assert new.roles == ((CT, True, False),)
    assert new.extended == ((CT, bytes([2, 0, 1, 0, 0, 0])),)
    assert old.roles == old.extended == ()


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("ts-unknown", "not a valid transfer syntax UID: Nope", 3),
        ("ts-uid-letters", "not a valid transfer syntax UID: 1.2.x", 3),
        ("ts-uid-empty-component", "not a valid transfer syntax UID: 1..2", 3),
        ("ts-empty", "not a valid transfer syntax UID: ", 3),
        ("ts-of-another-kind", "not a valid transfer syntax UID: CTImageStorage", 3),
        (
            "value-continued",
            "not a valid transfer syntax UID: LittleEndian\\nExplicit; an indented line continues the value above it",
            3,
        ),
        ("pc-unknown", "not a valid abstract syntax UID: Nope", 6),
        ("pc-no-backslash", "syntax error: missing '\\' in entry PRESENTATIONCONTEXT1 in config file", 6),
        ("pc-undefined-list", "transfer syntax key undefined: NONE", 6),
        ("pc-129", "presentation context list too long (> 128 entries): PC", 134),
        ("role-unknown", "syntax error: unknown role key in entry ROLE1 in config file: DEFAULT", 9),
        ("role-no-backslash", "syntax error: missing '\\' in entry ROLE1 in config file", 9),
        ("role-twice", "role selection defined twice for abstract syntax UID: CTImageStorage", 10),
        (
            "role-not-proposed",
            "abstract syntax defined in role selection list 'R' but not in presentation context list 'PC': " + MR,
            11,
        ),
        ("role-undefined", "role selection key undefined: R", 10),
        ("role-unused-wrong", "not a valid abstract syntax UID: Nope", 9),
        (
            "extended-empty",
            "Illegal call, perhaps wrong parameters: no extended negotiation data in entry EXTENDEDNEGOTIATION1 in "
            "config file",
            9,
        ),
        (
            "extended-blank",
            "parse error in extended negotiation data in entry EXTENDEDNEGOTIATION1 in config file",
            9,
        ),
        ("extended-twice", "extended negotiation defined twice for abstract syntax UID: CTImageStorage", 10),
        ("extended-undefined", "extended negotiation key undefined: E", 10),
        ("profile-no-contexts", "no PRESENTATIONCONTEXTS  entry in section P in config file", 8),
        ("profile-undefined-contexts", "presentation context key undefined: PX", 9),
        ("profile-twice", "two profiles defined for key: P", 10),
        ("profile-unused-wrong", "presentation context key undefined: NONE", 11),
        ("heading-unclosed", "syntax error: heading without its closing bracket: [TS", 2),
        ("heading-half-closed", "syntax error: heading without its closing bracket: [[TransferSyntaxes]", 1),
        ("heading-empty", "Illegal call, perhaps wrong parameters: heading without a name", 2),
        ("comment-indented", "syntax error: neither a heading nor Key = Value: # no comment", 3),
        ("comment-behind-heading", "syntax error: neither a heading nor Key = Value: # no comment", 2),
        ("line-lost", "syntax error: neither a heading nor Key = Value: hello world", 3),
        ("line-lost-last", "syntax error: neither a heading nor Key = Value: hello world", 10),
    ],
)
def test_an_error_names_file_and_line(name: str, text: str, line: int) -> None:
    assert error(PROFILES[name]) == f"{text} (f.cfg, line {line})"


@pytest.mark.parametrize("part", ["TransferSyntaxes", "PresentationContexts", "Profiles"])
def test_a_part_that_is_missing_belongs_to_the_file(part: str) -> None:
    text = changed((f"[[{part}]]", "[[X]]"))
    assert error(text) == f"cannot find section [[{part.upper()}]] in config file (f.cfg)"


def test_a_line_counts_however_it_ends() -> None:
    for end in ("\n", "\r\n", "\r"):
        assert error(PROFILES["ts-unknown"].replace("\n", end)).endswith("(f.cfg, line 3)")


def test_the_first_mistake_is_reported_in_the_order_of_the_parts() -> None:
    wrong = profile(pc="Nope\\TS", role="Nope\\SCU", extended="Nope\\01")
    assert error(wrong).startswith("not a valid abstract syntax UID: Nope (f.cfg, line 6)")
    assert error(wrong.replace("LittleEndianExplicit", "No")).startswith("not a valid transfer syntax")


def test_a_profile_that_is_not_there() -> None:
    with pytest.raises(UsageError, match=re.escape("profile key undefined: Q (f.cfg has P)")) as raised:
        proposed(profile(), "q")
    assert raised.value.code == "0006:0426"


def test_a_list_of_transfer_syntaxes_is_too_long_once_it_is_used() -> None:
    text = PROFILES["ts-129"] + "[Q]\nPresentationContexts = PC\n"
    with pytest.raises(UsageError, match="cannot handle more than 128 entries: TS") as raised:
        proposed(text, "Q")
    assert raised.value.code == "0006:042b"
    assert len(proposed(PROFILES["ts-127"]).contexts[0][2]) == 127
    assert proposed(PROFILES["ts-129-unused"]).contexts == ((1, CT, (EXPLICIT,)),)


def test_contexts_are_numbered_in_the_order_of_their_list() -> None:
    text = changed(("[[Profiles]]", numbered("PresentationContext", "1.2.{}\\TS", 128) + "[[Profiles]]"))
    contexts = proposed(text).contexts
    assert [number for number, _, _ in contexts] == list(range(1, 256, 2))
    assert [abstract for _, abstract, _ in contexts][:3] == [CT, "1.2.2", "1.2.3"]


@pytest.mark.parametrize(("word", "scu", "scp"), [("SCU", 1, 0), ("scp", 0, 1), ("bOTH", 1, 1)])
def test_roles(word: str, scu: int, scp: int) -> None:
    assert proposed(profile(role=f"CTImageStorage\\{word}")).roles == ((CT, bool(scu), bool(scp)),)


def test_a_role_is_proposed_once_for_a_class_with_several_contexts() -> None:
    found = proposed(PROFILES["role-both-twice-proposed"])
    assert len(found.contexts) == 2
    assert found.roles == ((CT, True, True),)


@pytest.mark.parametrize("digits", ["0 ", "+1", "0_", "0x", "\u0661\u0662"])
def test_extended_negotiation_has_hexadecimal_digits_and_nothing_else(digits: str) -> None:
    assert "parse error in extended negotiation" in error(profile(extended=f"CTImageStorage\\00{digits}00"))


def test_blanks_at_the_end_of_a_value_do_not_count() -> None:
    text = profile("LittleEndianExplicit \t", "CTImageStorage\\TS ", "CTImageStorage\\SCU\v", "CTImageStorage\\0203 \f")
    found = proposed(text)
    assert (found.contexts, found.roles) == (((1, CT, (EXPLICIT,)),), ((CT, True, False),))
    assert found.extended == ((CT, b"\2\3"),)


def test_every_symbol_of_the_tables_is_a_name() -> None:
    def one(ts: str, pc: str) -> tuple[str, str]:
        ((_, abstract, (syntax,)),) = proposed(profile(ts=ts, pc=f"{pc}\\TS")).contexts
        return abstract, syntax

    for row in uids.TRANSFER_SYNTAXES:
        for name in (row[uids.SYMBOL], row[uids.KEYWORD], "=" + row[uids.SYMBOL]):
            assert one(name, "CTImageStorage") == (CT, row[uids.UID])
    for uid, symbol in [(row[0], row[1]) for row in sopclasses.STORAGE_CLASSES] + list(services.SERVICE_CLASSES):
        assert one("LittleEndianExplicit", symbol) == (uid, EXPLICIT)
    assert one("LocalEndianExplicit", "CTImageStorage")[1] != one("OppositeEndianExplicit", "CTImageStorage")[1]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("plain", ()),
        ("key-twice", ("f.cfg, line 4: a second TRANSFERSYNTAX1 in [TS] is ignored",)),
        ("key-unknown", ("f.cfg, line 3: COLOUR is ignored",)),
        ("key-missing", ("f.cfg, line 3: an entry without a key is ignored",)),
        ("ts-gap", ("f.cfg, line 4: TRANSFERSYNTAX3 is ignored, for there is no TRANSFERSYNTAX2",)),
        ("key-before-sections", ("f.cfg, line 1: KEY stands outside of any [section], and is ignored",)),
        # an entry below it belongs to that heading
        (
            "section-before-supersections",
            ("f.cfg, line 1: [TS] stands outside of any [[section]] that counts, and is ignored",),
        ),
    ],
)
def test_what_has_no_effect_is_noted(name: str, expected: tuple[str, ...]) -> None:
    assert notes(PROFILES[name]) == expected


def test_nothing_in_a_file_or_its_name_can_forge_a_log_line() -> None:
    for text in (profile(ts="x\x1b[2J\u2028y"), "[a\x07", "\x1b\n"):
        with pytest.raises(UsageError) as raised:
            Profiles(text, "f\n.cfg")
        assert str(raised.value).isprintable()
    assert all(note.isprintable() for note in Profiles(PROFILES["key-unknown"], "f\n.cfg").notes)


def test_a_file_takes_time_in_proportion_to_its_length() -> None:
    """A quadratic reader would need minutes for these."""
    for text in (
        "[" * 1_000_000,
        "[a]" * 300_000,
        "[[a]]x=1\n" + " y\n" * 300_000,
        "[[a]]\n[b]\n" + "c = 1\n" * 150_000,
    ):
        with pytest.raises(UsageError):
            Profiles(text, "f.cfg")


def test_sections_keep_their_lines() -> None:
    text = Text("\n[[ One ]] [a-b_c]\nK1 = v\n  w  \n\n# c\n x\nK2\n=y", "f.cfg")
    (section,) = text.supersections["ONE"]
    assert (section.name, section.line) == ("A-B_C", 2)
    assert [(entry.key, entry.value, entry.line) for entry in section.entries] == [("K1", "v\nw\nx", 3), ("K2", "y", 8)]
