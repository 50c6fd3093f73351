"""Negotiation by profiles, roles and user identity: the command lines of storescu that are given to both tools."""

from __future__ import annotations

import struct

from peers import script
from peers.script import Script

from compat.encode import CT
from compat.observe import Row
from compat.texts import PROFILES

ROLE_ITEM, EXTENDED_ITEM, IDENTITY_RESPONSE_ITEM = 0x54, 0x56, 0x59


def row(name: str, line: str, conduct: Script | None = None) -> Row:
    return Row(f"storescu-{name}", "storescu", line, conduct or Script())


def counted(text: str) -> bytes:
    return struct.pack(">H", len(text)) + text.encode("ascii")


def answer(*items: tuple[int, bytes]) -> Script:
    """Accept with these user information items."""
    return Script(user_items=items)


def roles(scu: int, scp: int) -> tuple[int, bytes]:
    return ROLE_ITEM, counted(CT) + bytes((scu, scp))


ANSWERED = answer((IDENTITY_RESPONSE_ITEM, b"\0\0"))
ANSWERED_WITH_TICKET = answer((IDENTITY_RESPONSE_ITEM, b"\0\x06ticket"))

#: text of PROFILES → another file than the CT that its transfer syntax is made for
FILES = {"ts-opposite": "big"}

ROWS: list[Row] = [
    row(f"xf-{name}", f"-xf {{text:{name}}} P {{to}} {{file:{FILES.get(name, 'ct')}}}") for name in PROFILES
]

# what a profile is called, and where it stands
ROWS += [
    row("xf-name-case", "-xf {text:plain} p {to} {file:ct}"),
    row("xf-name-blanks", "-xf {text:named} ' with roles2 ' {to} {file:ct}"),
    row("xf-name-punctuation", "-xf {text:plain} P. {to} {file:ct}"),
    row("xf-name-empty", "-xf {text:plain} '' {to} {file:ct}"),
    row("xf-name-unknown", "-xf {text:plain} Q {to} {file:ct}"),
    row("xf-name-unknown-no-file", "-xf {text:plain} Q {to} {file:missing}"),
    row("xf-name-unknown-no-halt", "-nh -xf {text:plain} Q {to} {file:missing}"),
    row("xf-latin-1", "-xf {text:latin-1} P {to} {file:ct}"),
    row("xf-missing", "-xf {text:missing} P {to} {file:ct}"),
    row("xf-missing-quiet", "-q -xf {text:missing} P {to} {file:ct}"),
    row("xf-folder", "-xf {dir:nothing} P {to} {file:ct}"),
    row("xf-wrong-and-no-file", "-xf {text:ts-unknown} P {to} {file:missing}"),
    row("xf-rightmost", "-xf {text:ts-unknown} P -xf {text:plain} P {to} {file:ct}"),
    row("xf-implicit", "-xf {text:implicit} P {to} {file:implicit} {file:missing}"),
    row("xf-rle", "-xf {text:rle} P {to} {file:rle}"),
    row("xf-deflated", "-xf {text:deflated} P {to} {file:ct}"),
    row("xf-deflated-level", "-xf {text:deflated} P +cl 9 {to} {file:ct}"),
    row("xf-converted", "-xf {text:implicit} P {to} {file:ct}"),
    row("xf-big", "-xf {text:big} P {to} {file:big}"),
    row("xf-class-not-proposed", "-xf {text:plain} P {to} {file:ct} {file:mr}"),
    row("xf-class-not-proposed-no-halt", "-nh -xf {text:plain} P {to} {file:mr} {file:ct}"),
    row("xf-refused", "-xf {text:plain} P {to} {file:ct}", Script(script.refuse(CT))),
    row("xf-verbose", "-v +v -xf {text:roles-and-extended} P {to} {file:ct}"),
    row("xf-debug", "-d -xf {text:roles-and-extended} P {to} {file:ct}"),
]

# -xf beside other options
ROWS += [
    row("xf-and-x=", "-xf {text:plain} P -x= {to} {file:ct}"),
    row("xf-and-xs", "-xf {text:plain} P -xs {to} {file:ct}"),
    row("xf-and-xi-before", "-xi -xf {text:plain} P {to} {file:ct}"),
    row("xf-and-required", "-xf {text:plain} P -R {to} {file:ct}"),
    row("xf-and-combine", "-xf {text:plain} P +C {to} {file:ct}"),
    row("xf-profile-left-out", "{to} {file:ct} -xf {text:plain}"),
    row("xf-and-identity", "-xf {text:roles-and-extended} P -usr u -pwd p {to} {file:ct}"),
]

# what the peer answers to roles and extended negotiation
ROWS += [
    row("xf-role-both-granted", "-xf {text:role-both} P {to} {file:ct}", answer(roles(1, 1))),
    row("xf-role-both-scu-granted", "-xf {text:role-both} P {to} {file:ct}", answer(roles(1, 0))),
    row("xf-role-both-scp-granted", "-xf {text:role-both} P {to} {file:ct}", answer(roles(0, 1))),
    row("xf-role-both-none-granted", "-xf {text:role-both} P {to} {file:ct}", answer(roles(0, 0))),
    row("xf-role-both-scp-granted-no-halt", "-nh -xf {text:role-both} P {to} {file:ct}", answer(roles(0, 1))),
    row("xf-role-scp-granted", "-xf {text:role-scp} P {to} {file:ct}", answer(roles(0, 1))),
    row("xf-role-scu-granted", "-xf {text:role-scu} P {to} {file:ct}", answer(roles(1, 0))),
    row("xf-role-not-asked-for", "-xf {text:plain} P {to} {file:ct}", answer(roles(0, 1))),
    row("xf-extended-answered", "-xf {text:extended} P {to} {file:ct}", answer((EXTENDED_ITEM, counted(CT) + b"\1\2"))),
]

# user identity
ROWS += [
    row("identity-user", "-usr u {to} {file:ct}"),
    row("identity-user-utf-8", "-usr Jürgen -pwd 'Grüße' {to} {file:ct}"),
    row("identity-user-empty", "-usr '' {to} {file:ct}"),
    row("identity-password", "-usr u -pwd p {to} {file:ct}"),
    row("identity-password-first", "-pwd p -usr u {to} {file:ct}"),
    row("identity-password-empty", "-usr u -pwd '' {to} {file:ct}"),
    row("identity-password-like-option", "-usr -v -pwd -d {to} {file:ct}"),
    row("identity-password-rightmost", "-usr u -pwd a -pwd b {to} {file:ct}"),
    row("identity-no-password", "-usr u -epw {to} {file:ct}"),
    row("identity-no-password-then-password", "-usr u -epw -pwd p {to} {file:ct}"),
    row("identity-password-then-no-password", "-usr u -pwd p -epw {to} {file:ct}"),
    row("identity-long-names", "--user u --password p {to} {file:ct}"),
    row("identity-user-65000", f"-usr {'u' * 65000} {{to}} {{file:ct}}"),
    row("identity-user-65530", f"-usr {'u' * 65530} {{to}} {{file:ct}}"),
    row("identity-rightmost-kerberos", "-usr u -kt {text:token} {to} {file:ct}"),
    row("identity-rightmost-user", "-kt {text:token} -usr u -pwd p {to} {file:ct}"),
    row("identity-overruled-file", "-kt {text:missing} -usr u {to} {file:ct}"),
    row("identity-verbose", "-v +v -usr u -pwd p {to} {file:ct}"),
    row("identity-debug", "-d -usr u -pwd p {to} {file:ct}"),
    row("identity-required", "-R -usr u {to} {file:ct}"),
    row("identity-response-unasked", "-usr u {to} {file:ct}", ANSWERED_WITH_TICKET),
    row("identity-rejected", "-usr u -rsp {to} {file:ct}", Script(on_associate=script.reject(1, 1, 1))),
]
for option, suffix in (("-kt", "kerberos"), ("--saml", "saml"), ("--jwt", "jwt")):
    for text in ("token", "token-binary", "token-empty", "token-65000", "token-65536", "token-large", "missing"):
        ROWS.append(row(f"identity-{suffix}-{text}", f"{option} {{text:{text}}} {{to}} {{file:ct}}"))
    ROWS.append(row(f"identity-{suffix}-folder", f"{option} {{dir:nothing}} {{to}} {{file:ct}}"))
    ROWS.append(row(f"identity-{suffix}-missing-no-file", f"{option} {{text:missing}} {{to}} {{file:missing}}"))
    ROWS.append(row(f"identity-{suffix}-missing-no-halt", f"-nh {option} {{text:missing}} {{to}} {{file:ct}}"))
for option, suffix in (
    ("-usr u", "user"),
    ("-usr u -pwd p", "password"),
    ("-kt {text:token}", "kerberos"),
    ("--saml {text:token}", "saml"),
    ("--jwt {text:token}", "jwt"),
):
    ROWS.append(row(f"identity-{suffix}-response", f"{option} -rsp {{to}} {{file:ct}}", ANSWERED))
    ROWS.append(row(f"identity-{suffix}-response-ticket", f"{option} -rsp {{to}} {{file:ct}}", ANSWERED_WITH_TICKET))
    ROWS.append(row(f"identity-{suffix}-response-none", f"{option} -rsp {{to}} {{file:ct}}"))
    ROWS.append(row(f"identity-{suffix}-response-none-no-halt", f"-nh {option} -rsp {{to}} {{file:ct}}"))

# checks of these options
ROWS += [
    row("identity-usage-password-alone", "-pwd p {to} {file:ct}"),
    row("identity-usage-no-password-alone", "-epw {to} {file:ct}"),
    row("identity-usage-password-with-kerberos", "-kt {text:token} -pwd p {to} {file:ct}"),
    row("identity-usage-password-user-overruled", "-usr u -pwd p --jwt {text:token} {to} {file:ct}"),
    row("identity-usage-response-alone", "-rsp {to} {file:ct}"),
    row("identity-usage-user-left-out", "{to} {file:ct} -usr"),
    row("identity-usage-password-left-out", "-usr u {to} {file:ct} -pwd"),
    row("identity-usage-password-with-xf", "-xf {text:plain} P -pwd p {to} {file:ct}"),
]

# the same classes asked for with --required
ROWS += [
    row("required-unknown-storage-class", "-R {to} {file:unknown-storage-class}"),
    row("required-unknown-standard-class", "-R {to} {file:unknown-standard-class}"),
    row("required-query-class", "-R {to} {file:query-class}"),
    row("required-dicomdir-class", "-R {to} {file:dicomdir}"),
    row("required-invalid-class", "-R {to} {file:invalid-class}"),
    row("required-invalid-class-no-halt", "-R -nh {to} {file:invalid-class} {file:ct}"),
    row("required-query-class-no-halt", "-R -nh {to} {file:query-class} {file:ct}"),
    row("required-dicomdir-class-no-halt", "-R -nh {to} {file:dicomdir}"),
    row("required-private-classes-128", "-R +C {to} {many:private-128}"),
    row("required-private-classes-129", "-R +C {to} {many:private-129}"),
]
