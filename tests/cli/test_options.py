"""The option table: complete, consistent, cheap to load."""

import pytest

from storejet.cli import options

TOOLS = ("storescu", "dcmsend")

#: every option of the manual pages and of the newer releases, as "short long", "- long" where there is no short form
BOTH = """
    -h help, - version, - arguments, -q quiet, -v verbose, -d debug, -ll log-level, -lc log-config, +v verbose-pc,
    +f read-file, +fo read-file-only, -f read-dataset, +sd scan-directories, +sp scan-pattern, -r no-recurse,
    +r recurse, -i4 ipv4, -i6 ipv6, -i0 ip-auto, -aet aetitle, -aec call, -to timeout, -ta acse-timeout,
    -td dimse-timeout, -pdu max-pdu, - max-send-pdu, +cl compression-level, -nh no-halt, - strict-exit,
    -tls disable-tls, +tls enable-tls, +tla anonymous-tls, +ps std-passwd,
    +pw use-passwd, -pw null-passwd, -pem pem-keys, -der der-keys, +cf add-cert-file, +cd add-cert-dir,
    +crl add-crl-file, +crv enable-crl-vfy, +cra enable-crl-all, +ph list-profiles, +pg profile-8996,
    +pm profile-8996-mod, +py profile-bcp195-nd, +px profile-bcp195, +pz profile-bcp195-ex, +pb profile-basic,
    +pa profile-aes, +pn profile-null, +cc list-ciphers, +cs cipher, +dp dhparam, - no-sni, - request-sni, +rs seed,
    +ws write-seed, +wf write-seed-file, -rc require-peer-cert, -vc verify-peer-cert, -ic ignore-peer-cert,
    - verify-host,
    - progress, - no-progress
"""
ONLY = {
    "storescu": """
    -rn no-rename, +rn rename, -xf config-file, -x= propose-uncompr, -xe propose-little, -xb propose-big,
    -xi propose-implicit, -xs propose-lossless, -xy propose-jpeg8, -xx propose-jpeg12, -xv propose-j2k-lossless,
    -xw propose-j2k-lossy, -xt propose-jls-lossless, -xu propose-jls-lossy, -xm propose-mpeg2, -xh propose-mpeg2-high,
    -xn propose-mpeg4, -xl propose-mpeg4-bd, -x2 propose-mpeg4-2-2d, -x3 propose-mpeg4-2-3d, -xo propose-mpeg4-2-st,
    -x4 propose-hevc, -x5 propose-hevc10, - propose-htj2k-lossless, - propose-htj2k-rpcl, - propose-htj2k,
    - propose-jpegxl-lossless, - propose-jpegxl-recompression, - propose-jpegxl, -xr propose-rle, -xd propose-deflated,
    -R required, +C combine,
    +u enable-new-vr, -u disable-new-vr, -usr user, -pwd password, -epw empty-password, -kt kerberos, - saml, - jwt,
    -rsp pos-response, -ts socket-timeout, - repeat, - abort, -up uid-padding, +II invent-instance, +IR invent-series,
    +IS invent-study, +IP invent-patient
""",
    "dcmsend": """
    - list-decoders, +rd read-from-dicomdir, -dn decompress-never, +dls decompress-lossless, +dly decompress-lossy,
    -nip no-illegal-proposal, -nuc no-uid-checks, +ma multi-associations, -ma single-association,
    +crf create-report-file
""",
}


def rows(tool: str) -> "list[options.Row]":
    return [row for _, _, _, block in options.BLOCKS for row in block if tool[0] in row[options.TOOLS]]


@pytest.mark.parametrize("tool", TOOLS)
def test_every_option_of_the_manual_pages_is_there(tool: str) -> None:
    expected = {tuple(pair.split()) for pair in f"{BOTH},{ONLY[tool]}".split(",")}
    found = [(row[options.SHORT] or "-", row[options.LONG]) for row in rows(tool)]
    assert set(found) == expected
    assert len(found) == len(expected)


@pytest.mark.parametrize("tool", TOOLS)
def test_spellings_are_unique(tool: str) -> None:
    spellings = [name for row in rows(tool) for name in ("--" + row[options.LONG], row[options.SHORT]) if name]
    assert len(spellings) == len(set(spellings)) == len(options.index(tool))


@pytest.mark.parametrize("tool", TOOLS)
def test_the_default_of_a_group_is_of_it(tool: str) -> None:
    known = {row[options.LONG]: row for row in rows(tool)}
    for group, default in options.group_defaults(tool).items():
        members = [row for row in known.values() if row[options.GROUP] == group]
        assert len(members) > 1, group
        if default:
            assert known[default][options.GROUP] == group


@pytest.mark.parametrize("tool", TOOLS)
def test_every_group_is_declared(tool: str) -> None:
    assert {row[options.GROUP] for row in rows(tool)} - {"", "exit"} == set(options.group_defaults(tool))


@pytest.mark.parametrize("tool", TOOLS)
def test_checks_name_options_of_the_same_tool(tool: str) -> None:
    names = {row[options.LONG] for row in rows(tool)} | {"@" + group for group in options.group_defaults(tool)}
    for row in rows(tool):
        for kind, *needed in row[options.CHECKS]:
            assert kind in ("requires", "excludes", "verbose")
            assert set(needed) <= names, row
            assert bool(needed) == (kind != "verbose")


@pytest.mark.parametrize("tool", TOOLS)
def test_values_and_defaults_fit_their_kind(tool: str) -> None:
    for row in rows(tool):
        kinds = {kind for _, kind, _, _ in row[options.ARGUMENTS]}
        assert kinds <= {"string", "strings", "title", "level", "unsigned", "seconds"}
        default = row[options.DEFAULT]
        if not kinds:
            assert default is None
        if kinds & {"unsigned", "seconds"}:
            (_, _, low, high) = row[options.ARGUMENTS][0]
            assert default is None or (isinstance(default, int) and low <= default <= high)
        else:
            assert default is None or isinstance(default, str)


@pytest.mark.parametrize("tool", TOOLS)
def test_checks_run_in_one_order(tool: str) -> None:
    places = sorted({place for place, _ in options.index(tool).values()})
    assert len(places) == len(rows(tool))


def test_the_table_is_one_constant() -> None:
    """A constant is loaded in one piece; an expression in a row would make Python build the table at each start."""
    with open(options.__file__, encoding="utf-8") as file:
        code = compile(file.read(), "options.py", "exec")
    assert options.BLOCKS in code.co_consts
    assert options.GROUPS in code.co_consts
