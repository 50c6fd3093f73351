"""Grammar, values, groups, checks and the order in which mistakes are found."""

import shlex

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storejet.cli import argv, console, options
from storejet.errors import UsageError

PARAMETERS = ["localhost", "104", "a.dcm"]


def parse(tool: str, line: str) -> argv.Options:
    """The options of a line, to which peer, port and a file are added."""
    return argv.parse(tool, shlex.split(line) + PARAMETERS)


def complaint(tool: str, line: str) -> UsageError:
    with pytest.raises(UsageError) as caught:
        argv.parse(tool, shlex.split(line))
    return caught.value


# -- grammar ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tool", ["storescu", "dcmsend"])
def test_options_may_stand_anywhere(tool: str) -> None:
    found = argv.parse(tool, ["-v", "peer", "-aet", "ME", "11112", "a", "-nh", "b", "+sd", "c"])
    assert (found.tool, found.exclusive, found.peer, found.port) == (tool, "", "peer", 11112)
    assert found.files == ("a", "b", "c")
    assert found.text("aetitle") == "ME"
    assert found.flag("no-halt") and found.flag("verbose") and found.flag("scan-directories")


def test_what_looks_like_a_number_or_a_lone_sign_is_a_parameter() -> None:
    found = argv.parse("storescu", ["-", "1", "+", "-5", "+5.dcm", ""])
    assert found.peer == "-"
    assert found.files == ("+", "-5", "+5.dcm", "")


def test_an_option_takes_its_arguments_whatever_they_look_like() -> None:
    found = parse("storescu", "-aet -v -aec --call")
    assert found.text("aetitle") == "-v"
    assert found.text("call") == "--call"
    assert not found.flag("verbose")


def test_file_names_keep_their_bytes() -> None:
    name = b"caf\xe9\xff.dcm".decode("utf-8", "surrogateescape")
    found = argv.parse("dcmsend", ["localhost", "104", name])
    assert found.files[0].encode("utf-8", "surrogateescape") == b"caf\xe9\xff.dcm"


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("-zz", "Unknown option -zz"),
        ("--", "Unknown option --"),
        ("--aetitl X p 1 f", "Unknown option --aetitl"),
        ("--aetitle=X p 1 f", "Unknown option --aetitle=X"),
        ("-pwdsecret p 1 f", "Unknown option -pwd***"),
        ("--password:secret p 1 f", "Unknown option --password***"),
        ("-pwd=secret p 1 f", "Unknown option -pwd=***"),
        ("--password=a=b p 1 f", "Unknown option --password=***"),
        ("-VD p 1 f", "Unknown option -VD"),
        ("-qv p 1 f", "Unknown option -qv"),
        ("'-a\nb' p 1 f", "Unknown option -a\\nb"),
        ("p 1 f -aet", "Missing value for option --aetitle"),
        ("p 1 f --max-pdu", "Missing value for option --max-pdu"),
        ("-v", "Missing parameter peer"),
        ("--arguments", "Missing parameter peer"),
        ("p", "Missing parameter port"),
        ("p 1", "Missing parameter dcmfile-in"),
        ("-aet p 1 f", "Missing parameter dcmfile-in"),
    ],
)
@pytest.mark.parametrize("tool", ["storescu", "dcmsend"])
def test_grammar(tool: str, line: str, text: str) -> None:
    error = complaint(tool, "-q " + line)
    assert str(error) == text
    assert not error.quietable


def test_the_first_mistake_in_the_grammar_is_reported() -> None:
    assert str(complaint("storescu", "-zz --aetitle")) == "Unknown option -zz"
    assert str(complaint("storescu", "-yy -zz")) == "Unknown option -yy"


def test_options_of_the_other_tool_are_unknown() -> None:
    for row in (row for _, _, _, rows in options.BLOCKS for row in rows):
        for tool in ("storescu", "dcmsend"):
            if "--" + row[options.LONG] not in options.index(tool):
                assert str(complaint(tool, f"--{row[options.LONG]} p 1 f")) == f"Unknown option --{row[options.LONG]}"


def test_an_option_with_two_arguments_needs_both() -> None:
    assert str(complaint("storescu", "-xf file")) == "Missing value for option --config-file"
    assert str(complaint("storescu", "+tls key")) == "Missing value for option --enable-tls"


# -- values -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "number"), [("1", 1), ("104", 104), ("65535", 65535), (" 104", 104), ("104 ", 104), ("+5", 5), ("007", 7)]
)
def test_ports(value: str, number: int) -> None:
    assert argv.parse("storescu", ["p", value, "f"]).port == number
    assert argv.parse("dcmsend", ["p", value, "f"]).port == number


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("x", "x"),
        ("", ""),
        ("0", "0 (underflow)"),
        ("-1", "-1 (underflow)"),
        ("65536", "65536 (overflow)"),
        ("9" * 30, "9" * 30 + " (overflow)"),
        ("9" * 5000, "9" * 5000 + " (overflow)"),
        ("104x", "104x"),
        ("-1x", "-1x"),
        ("5.7", "5.7"),
        ("0x68", "0x68"),
        ("1_0", "1_0"),
        ("\u0661", "\u0661"),
        ("+", "+"),
        ("1 2", "1 2"),
    ],
)
def test_bad_ports(value: str, shown: str) -> None:
    for tool in ("storescu", "dcmsend"):
        with pytest.raises(UsageError) as caught:
            argv.parse(tool, ["p", value, "f"])
        assert str(caught.value) == f"Invalid parameter value {shown}"
        assert caught.value.quietable == (tool == "dcmsend")


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("-pdu 4095", "--max-pdu (underflow: 4095)"),
        ("-pdu 131073", "--max-pdu (overflow: 131073)"),
        ("-pdu -5", "--max-pdu (-5)"),
        ("-pdu x", "--max-pdu (x)"),
        ("-pdu 16384x", "--max-pdu (16384x)"),
        ("-pdu 0x4000", "--max-pdu (0x4000)"),
        ("-pdu ''", "--max-pdu"),
        ("--max-send-pdu 4095", "--max-send-pdu (underflow: 4095)"),
        ("--max-send-pdu 131073", "--max-send-pdu (overflow: 131073)"),
        ("-to 0", "--timeout (underflow: 0)"),
        ("-to -3", "--timeout (underflow: -3)"),
        ("-to 1.5", "--timeout (1.5)"),
        ("-ta 0", "--acse-timeout (underflow: 0)"),
        ("-td 0", "--dimse-timeout (underflow: 0)"),
    ],
)
@pytest.mark.parametrize("tool", ["storescu", "dcmsend"])
def test_bad_numbers(tool: str, line: str, text: str) -> None:
    error = complaint(tool, line + " p 1 f")
    assert str(error) == "Invalid value for option " + text
    assert error.quietable


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("-ts -2", "--socket-timeout (underflow: -2)"),
        ("--repeat 0", "--repeat (underflow: 0)"),
        ("--repeat -1", "--repeat (-1)"),
        ("+IR 0", "--invent-series (underflow: 0)"),
        ("+IS 0", "--invent-study (underflow: 0)"),
        ("+IP 0", "--invent-patient (underflow: 0)"),
        ("-xd +cl 10", "--compression-level (overflow: 10)"),
        ("-xd +cl -1", "--compression-level (-1)"),
    ],
)
def test_bad_numbers_of_storescu(line: str, text: str) -> None:
    assert str(complaint("storescu", line + " p 1 f")) == "Invalid value for option " + text


@pytest.mark.parametrize("row", [row for _, _, _, rows in options.BLOCKS for row in rows], ids=lambda row: row[2])
def test_the_bounds_of_every_integer(row: "options.Row") -> None:
    tool = "storescu" if "s" in row[options.TOOLS] else "dcmsend"
    for _, kind, low, high in row[options.ARGUMENTS]:
        if kind not in ("unsigned", "seconds"):
            continue
        enable = "-xd " if tool == "storescu" else ""
        name = row[options.LONG]
        for value in (low, high):
            assert parse(tool, f"{enable}--{name} {value}").number(name) == value
        assert "underflow" in str(complaint(tool, f"{enable}--{name} {low - 1} p 1 f")) or low == 0
        if kind == "seconds":
            assert parse(tool, f"{enable}--{name} {high + 1}").number(name) == high
        else:
            assert "overflow" in str(complaint(tool, f"{enable}--{name} {high + 1} p 1 f"))


def test_numbers_and_their_defaults() -> None:
    found = parse("storescu", "-pdu 32768 -to 5")
    assert found.number("max-pdu") == 32768
    assert found.number("timeout") == 5
    assert found.number("dimse-timeout") is None
    assert found.number("max-send-pdu") is None
    assert found.number("acse-timeout") == 30
    assert found.number("socket-timeout") == 60
    assert found.number("repeat") == 1
    assert parse("storescu", "-ts 0").number("socket-timeout") == 0


def test_the_rightmost_value_wins_and_earlier_ones_are_not_looked_at() -> None:
    found = parse("storescu", "--repeat 0 --repeat 2 -aet A -aet B -ll foo -ll info")
    assert found.number("repeat") == 2
    assert found.text("aetitle") == "B"
    assert found.level == console.INFO


@pytest.mark.parametrize("title", ["A", "EXACTLY_16_CHARS", " LEADING", "a b", "~!@#$%^&*()[]{}", "-v"])
def test_titles(title: str) -> None:
    found = argv.parse("dcmsend", ["-aet", title, "-aec", title, *PARAMETERS])
    assert found.text("aetitle") == title
    assert found.text("call") == title


@pytest.mark.parametrize(
    ("title", "rule"),
    [
        ("SEVENTEEN_LETTERS", "at most 16 characters"),
        ("", "empty or all spaces"),
        ("   ", "empty or all spaces"),
        ("A\\B", "backslash"),
        ("A\tB", "control"),
        ("A\x7fB", "control"),
        ("M\u00dcLLER", "non-ASCII"),
        ("\udcff", "non-ASCII"),
    ],
)
def test_bad_titles(title: str, rule: str) -> None:
    for tool in ("storescu", "dcmsend"):
        for name in ("aetitle", "call"):
            with pytest.raises(UsageError) as caught:
                argv.parse(tool, ["--" + name, title, *PARAMETERS])
            assert str(caught.value).startswith(f"Invalid value for option --{name} (")
            assert rule in str(caught.value) and "PS3.5 6.2" in str(caught.value)
            assert "\t" not in str(caught.value)


@pytest.mark.parametrize("tool", ["storescu", "dcmsend"])
def test_log_levels(tool: str) -> None:
    levels = {"fatal": 5, "error": 4, "warn": 3, "info": 2, "debug": 1, "trace": 0, "off": 6, "all": 0}
    for name, level in levels.items():
        assert parse(tool, f"-ll {name}").level == level
        assert parse(tool, f"-ll {name.upper()}").level == level
    assert parse(tool, "").level == console.WARN
    assert parse(tool, "-q").level == console.FATAL
    assert parse(tool, "-v").level == console.INFO
    assert parse(tool, "-v -q -d").level == console.DEBUG
    for bad in ("foo", "warning", "''", "' info'"):
        error = complaint(tool, f"-ll {bad} p 1 f")
        assert str(error) == "Invalid log level for --log-level option"
        assert not error.quietable


# -- exclusive groups -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tool", ["storescu", "dcmsend"])
def test_the_rightmost_member_of_each_group_wins(tool: str) -> None:
    known = {row[options.LONG]: row for _, row in options.index(tool).values()}
    for group, default in options.group_defaults(tool).items():
        assert parse(tool, "").choice(group) == default
        members = [n for n, row in known.items() if row[options.GROUP] == group]
        tls = "" if group == "tls" else "+tls k c +rs f"
        needed = {"dcmsend": f"+sd {tls}", "storescu": f"+sd -usr u {tls}"}[tool]
        values = {n: " ".join([n, *("7" for _ in known[n][options.ARGUMENTS])]) for n in members}
        for first in members:
            for second in members:
                found = parse(tool, f"{needed} --{values[first]} --{values[second]}")
                assert found.choice(group) == second
                assert found.flag(second)
                assert found.given(first)
                assert found.flag(first) == (first == second)


def test_a_default_is_in_force_without_being_given() -> None:
    found = parse("dcmsend", "")
    assert found.flag("read-file-only") and not found.given("read-file-only")
    assert found.choice("ip") == "ipv4"
    assert parse("storescu", "").choice("file-format") == "read-file"


def test_an_overruled_member_is_ignored_with_its_checks() -> None:
    assert parse("storescu", "+r -r").choice("recurse") == "no-recurse"
    assert parse("storescu", "-u +u").choice("new-vr") == "enable-new-vr"
    assert parse("storescu", "+rn -rn").choice("rename") == "no-rename"
    assert parse("dcmsend", "+dly -dn").choice("decompress") == "decompress-never"
    assert parse("storescu", "+tls k c +tla -tls").choice("tls") == "disable-tls"
    assert parse("storescu", "-tls +tla").choice("tls") == "anonymous-tls"


# -- what options demand of each other --------------------------------------------------------------------------------

TLS = "--enable-tls or --anonymous-tls"

BROKEN = [
    ("+sp x", "--scan-pattern only allowed with --scan-directories"),
    ("+r", "--recurse only allowed with --scan-directories"),
    ("+v", "--verbose-pc only allowed with verbose mode"),
    ("+v -q", "--verbose-pc only allowed with verbose mode"),
    ("+v -ll warn", "--verbose-pc only allowed with verbose mode"),
    ("+v -v -q", "--verbose-pc only allowed with verbose mode"),
    ("--progress -q", "--progress not allowed with --quiet, --verbose or --debug"),
    ("-v --progress", "--progress not allowed with --quiet, --verbose or --debug"),
]
BROKEN_STORESCU = [
    *BROKEN,
    ("+cl 5", "--compression-level only allowed with --propose-deflated or --config-file"),
    ("+cl 10", "--compression-level only allowed with --propose-deflated or --config-file"),
    ("+cl 5 -xd -xs", "--compression-level only allowed with --propose-deflated or --config-file"),
    ("-pwd p", "--password only allowed with --user"),
    ("-epw", "--empty-password only allowed with --user"),
    ("-usr u -kt f -pwd p", "--password only allowed with --user"),
    ("-rsp", "--pos-response only allowed with --user, --kerberos, --saml or --jwt"),
    ("-xf a b -xs", "--config-file not allowed with --propose-lossless"),
    ("-xf a b -xs -xd", "--config-file not allowed with --propose-deflated"),
    ("-xf a b -x=", "--config-file not allowed with --propose-uncompr"),
    ("-xf a b -R", "--config-file not allowed with --required"),
    ("-xf a b +C", "--config-file not allowed with --combine"),
    ("-xf a b +C -R -xs", "--config-file not allowed with --propose-lossless"),
    ("+pw x", "--use-passwd only allowed with --enable-tls"),
    ("+pw x +tla", "--use-passwd only allowed with --enable-tls"),
    ("-pw +tls k c -tls", "--null-passwd only allowed with --enable-tls"),
    ("+ps", "--std-passwd only allowed with --enable-tls"),
    ("-pem", f"--pem-keys only allowed with {TLS}"),
    ("-der", f"--der-keys only allowed with {TLS}"),
    ("+cf f", f"--add-cert-file only allowed with {TLS}"),
    ("+cd d", f"--add-cert-dir only allowed with {TLS}"),
    ("+crl f", f"--add-crl-file only allowed with {TLS}"),
    ("+crv", f"--enable-crl-vfy only allowed with {TLS}"),
    ("+cra", f"--enable-crl-all only allowed with {TLS}"),
    ("+pg", f"--profile-8996 only allowed with {TLS}"),
    ("+pm", f"--profile-8996-mod only allowed with {TLS}"),
    ("+py", f"--profile-bcp195-nd only allowed with {TLS}"),
    ("+px", f"--profile-bcp195 only allowed with {TLS}"),
    ("+pz", f"--profile-bcp195-ex only allowed with {TLS}"),
    ("+pb", f"--profile-basic only allowed with {TLS}"),
    ("+pa", f"--profile-aes only allowed with {TLS}"),
    ("+pn", f"--profile-null only allowed with {TLS}"),
    ("+cs n", f"--cipher only allowed with {TLS}"),
    ("+cs n +pz +tla", "--cipher not allowed with --profile-bcp195-ex"),
    ("+dp f", f"--dhparam only allowed with {TLS}"),
    ("+rs f", f"--seed only allowed with {TLS}"),
    ("+ws", f"--write-seed only allowed with {TLS}"),
    ("+ws +tla", "--write-seed only allowed with --seed"),
    ("+wf f", f"--write-seed-file only allowed with {TLS}"),
    ("+wf f +tla", "--write-seed-file only allowed with --seed"),
    ("-rc", f"--require-peer-cert only allowed with {TLS}"),
    ("-vc", f"--verify-peer-cert only allowed with {TLS}"),
    ("-ic", f"--ignore-peer-cert only allowed with {TLS}"),
    ("--verify-host", f"--verify-host only allowed with {TLS}"),
    ("--verify-host +tla -ic", "--verify-host not allowed with --ignore-peer-cert or --no-sni"),
    ("--verify-host +tla --no-sni", "--verify-host not allowed with --ignore-peer-cert or --no-sni"),
]


@pytest.mark.parametrize(("line", "text"), BROKEN_STORESCU)
def test_broken_checks_of_storescu(line: str, text: str) -> None:
    error = complaint("storescu", line + " p 1 f")
    assert str(error) == text
    assert error.quietable


@pytest.mark.parametrize(("line", "text"), BROKEN)
def test_broken_checks_of_dcmsend(line: str, text: str) -> None:
    assert str(complaint("dcmsend", line + " p 1 f")) == text


def test_every_check_of_the_table_is_tried_above() -> None:
    tried = {text.split()[0][2:] for _, text in BROKEN_STORESCU} | {"log-level", "log-config"}
    rows = [row for _, row in options.index("storescu").values()]
    assert {row[options.LONG] for row in rows if row[options.CHECKS]} == tried
    assert {row[options.LONG] for _, row in options.index("dcmsend").values() if row[options.CHECKS]} <= tried


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("-ll info -v", "--log-level not allowed with --verbose, --debug or --quiet"),
        ("-ll foo -q", "--log-level not allowed with --verbose, --debug or --quiet"),
        ("-lc x -d", "--log-config not allowed with --verbose, --debug or --quiet"),
        ("-lc x -ll info", "--log-config not allowed with --log-level"),
        ("-lc x -ll foo", "Invalid log level for --log-level option"),
    ],
)
@pytest.mark.parametrize("tool", ["storescu", "dcmsend"])
def test_mistakes_in_the_log_settings_are_never_quiet(tool: str, line: str, text: str) -> None:
    error = complaint(tool, line + " p 1 f")
    assert str(error) == text
    assert not error.quietable


@pytest.mark.parametrize("line", ["+v -v", "+v -d", "+v -ll info", "+v -ll ALL", "+sd +r +sp '*.dcm'", "+dls"])
def test_fulfilled_checks_of_dcmsend(line: str) -> None:
    assert parse("dcmsend", line).files == ("a.dcm",)


@pytest.mark.parametrize("line", ["-xs -xd", "-tls", "-rn +u", "-R +C -xs", "--abort --repeat 3"])
def test_fulfilled_checks_of_storescu(line: str) -> None:
    assert parse("storescu", line).files == ("a.dcm",)


def test_order_of_mistakes() -> None:
    """One mistake after the other is mended; each time the next one is reported."""
    storescu = [
        ("-ll foo", "Invalid log level for --log-level option"),
        ("+v", "--verbose-pc only allowed with verbose mode"),
        ("+sp x", "--scan-pattern only allowed with --scan-directories"),
        ("+r", "--recurse only allowed with --scan-directories"),
        ("+cl 5", "--compression-level only allowed with --propose-deflated or --config-file"),
        ("-to 0", "Invalid value for option --timeout (underflow: 0)"),
        ("-ts -2", "Invalid value for option --socket-timeout (underflow: -2)"),
        ("-ta 0", "Invalid value for option --acse-timeout (underflow: 0)"),
        ("-td 0", "Invalid value for option --dimse-timeout (underflow: 0)"),
        ("-pdu 1", "Invalid value for option --max-pdu (underflow: 1)"),
        ("--max-send-pdu 1", "Invalid value for option --max-send-pdu (underflow: 1)"),
        ("--repeat 0", "Invalid value for option --repeat (underflow: 0)"),
        ("+IR 0", "Invalid value for option --invent-series (underflow: 0)"),
        ("+pw x", "--use-passwd only allowed with --enable-tls"),
        ("-pem", f"--pem-keys only allowed with {TLS}"),
        ("+rs f", f"--seed only allowed with {TLS}"),
        ("+ws", f"--write-seed only allowed with {TLS}"),
        ("-ic", f"--ignore-peer-cert only allowed with {TLS}"),
        ("+py", f"--profile-bcp195-nd only allowed with {TLS}"),
        ("+cf f", f"--add-cert-file only allowed with {TLS}"),
        ("+cs n", f"--cipher only allowed with {TLS}"),
        ("-pwd p", "--password only allowed with --user"),
        ("-rsp", "--pos-response only allowed with --user, --kerberos, --saml or --jwt"),
    ]
    lines = [line for line, _ in storescu]
    for start, (_, text) in enumerate(storescu):
        assert str(complaint("storescu", " ".join(reversed(lines[start:])) + " p 1 f")) == text


def test_the_port_is_looked_at_first_by_storescu_and_last_by_dcmsend() -> None:
    assert str(complaint("storescu", "-ll foo p 0 f")) == "Invalid parameter value 0 (underflow)"
    assert str(complaint("dcmsend", "-td 0 p 0 f")) == "Invalid value for option --dimse-timeout (underflow: 0)"


# -- options that ask for some text -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tool", "line", "exclusive"),
    [
        ("storescu", "", "help"),
        ("dcmsend", "", "help"),
        ("storescu", "-h", "help"),
        ("storescu", "--version --help", "help"),
        ("storescu", "--list-ciphers -h", "help"),
        ("storescu", "--version", "version"),
        ("storescu", "--version --list-profiles", "version"),
        ("storescu", "p x f -pdu 1 -ll foo -lc x +sp y --version", "version"),
        ("storescu", "-xf a b -xs --help -u", "help"),
        ("dcmsend", "--list-decoders", "list-decoders"),
        ("dcmsend", "--list-decoders -q p", "list-decoders"),
        ("dcmsend", "--list-decoders --version", "version"),
        ("dcmsend", "--arguments --list-decoders", "list-decoders"),
        ("dcmsend", "--list-ciphers", "list-ciphers"),
        ("storescu", "--list-profiles", "list-profiles"),
    ],
)
def test_exclusive_options(tool: str, line: str, exclusive: str) -> None:
    assert argv.parse(tool, shlex.split(line)).exclusive == exclusive


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("--help -zz", "Unknown option -zz"),
        ("-zz --help", "Unknown option -zz"),
        ("--version -pdu", "Missing value for option --max-pdu"),
        ("--list-decoders", "Unknown option --list-decoders"),
    ],
)
def test_mistakes_beside_exclusive_options(line: str, text: str) -> None:
    assert str(complaint("storescu", line)) == text


def test_help_is_no_flag_among_others() -> None:
    found = argv.parse("dcmsend", ["--version", "-h", "peer"])
    assert found.flag("help") and found.flag("version") and not found.flag("list-decoders")
    assert (found.peer, found.port, found.files) == ("peer", 0, ())


# -- Options ----------------------------------------------------------------------------------------------------------


def test_options_are_fixed() -> None:
    found = parse("storescu", "")
    with pytest.raises(AttributeError):
        found.peer = "other"
    with pytest.raises(AttributeError):
        del found.port
    with pytest.raises(AttributeError):
        found.surprise = 1  # type: ignore[attr-defined]
    assert found.peer == "localhost"


def test_an_unknown_name_is_an_error_of_the_caller() -> None:
    found = parse("dcmsend", "")
    for ask in (found.flag, found.text, found.texts, found.number, found.given, found.choice):
        with pytest.raises(KeyError):
            ask("propose-rle")


def test_texts() -> None:
    found = parse("dcmsend", "+sd +sp a +sp b")
    assert found.text("scan-pattern") == "b"
    assert found.texts("scan-pattern") == ("b",)
    assert found.text("create-report-file") == ""
    assert found.texts("create-report-file") == ()
    assert parse("storescu", "").text("aetitle") == "STORESCU"
    assert parse("dcmsend", "").text("aetitle") == "DCMSEND"
    assert parse("dcmsend", "").text("call") == "ANY-SCP"


def test_arguments_of_repeatable_options_add_up() -> None:
    found = argv.Scan("storescu", shlex.split("+cf a -xf f p +cf b -xf g q +cf c"))
    assert found.given["add-cert-file"] == ("a", "b", "c")
    assert found.given["config-file"] == ("g", "q")


# -- nothing else than UsageError -------------------------------------------------------------------------------------

SPELLINGS = sorted({*options.index("storescu"), *options.index("dcmsend")})
ARGUMENTS = st.one_of(
    st.sampled_from(SPELLINGS),
    st.sampled_from(["", "-", "+", "@", "1", "104", "-5", "16384", "info", "localhost", "a.dcm", "9" * 5000]),
    st.integers().map(str),
    st.text(max_size=20),
    st.binary(max_size=12).map(lambda data: data.decode("utf-8", "surrogateescape")),
)


@settings(max_examples=1000, deadline=None)
@given(tool=st.sampled_from(["storescu", "dcmsend"]), line=st.lists(ARGUMENTS, max_size=12))
def test_any_command_line_gives_options_or_a_usage_error(tool: str, line: list[str]) -> None:
    try:
        found = argv.parse(tool, line)
    except UsageError as error:
        assert str(error) and len(str(error).splitlines()) == 1
        return
    if not found.exclusive:
        assert 1 <= found.port <= 65535
        assert found.files
        assert 1 <= len(found.text("aetitle")) <= 16
