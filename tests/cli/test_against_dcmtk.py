"""The same command lines to DCMTK's tools and to our parser: the same verdict, the same words.

No line reaches a network: the input file does not exist, so a tool that accepts the line stops there.
"""

import shlex
import subprocess
from pathlib import Path

import pytest
from peers import found

from storejet.cli import argv, console, options, render
from storejet.errors import UsageError

TLS = "--enable-tls or --anonymous-tls"

#: Where we differ from release 3.6.7 on purpose: (tool, line) → (our text or "" if we accept it, why)
DIFFERENT = {
    ("storescu", "p -1 f"): ("Invalid parameter value -1 (underflow)", "negative numbers are too small, not too large"),
    ("dcmsend", "p -7 f"): ("Invalid parameter value -7 (underflow)", "negative numbers are too small, not too large"),
    ("storescu", "p -1x f"): ("Invalid parameter value -1x", "no number"),
    ("storescu", "p 104x f"): ("Invalid parameter value 104x", "no number"),
    ("dcmsend", "p 5.7 f"): ("Invalid parameter value 5.7", "no number"),
    ("storescu", "p 0x3 f"): ("Invalid parameter value 0x3", "no decimal number"),
    ("storescu", "-pdu 16384x p 1 f"): ("Invalid value for option --max-pdu (16384x)", "no number"),
    ("storescu", "-pdu 0x5000 p 1 f"): ("Invalid value for option --max-pdu (0x5000)", "no decimal number"),
    ("dcmsend", "-to 5.7 p 1 f"): ("Invalid value for option --timeout (5.7)", "no integer"),
    ("dcmsend", "-td -1 p 1 f"): (
        "Invalid value for option --dimse-timeout (underflow: -1)",
        "storescu's words, for the options are the same",
    ),
    ("storescu", "-ts -1x p 1 f"): ("Invalid value for option --socket-timeout (-1x)", "no number"),
    ("storescu", "--repeat 9999999999999999999 p 1 f"): (
        "Invalid value for option --repeat (overflow: 9999999999999999999)",
        "more than anybody can count",
    ),
    ("storescu", "-aet SEVENTEEN_LETTERS p 1 f"): (
        "Invalid value for option --aetitle (SEVENTEEN_LETTERS): an AE title has at most 16 characters (PS3.5 6.2)",
        "not cut: the peer would see another title",
    ),
    ("dcmsend", "-aec '' p 1 f"): (
        "Invalid value for option --call (): an AE title must not be empty or all spaces (PS3.5 6.2)",
        "said at once, not by the network",
    ),
    ("dcmsend", "-aet 'a\\b' p 1 f"): (
        "Invalid value for option --aetitle (a\\b): "
        "an AE title has no backslash, control or non-ASCII characters (PS3.5 6.2)",
        "said at once, not by the peer",
    ),
    ("storescu", "-usr u -pwd p -epw p 1 f"): ("", "the rightmost password option wins"),
    ("storescu", "-xf a b -x= p 1 f"): (
        "--config-file not allowed with --propose-uncompr",
        "the default is a member of its group like any other",
    ),
    ("storescu", "-rsp p 1 f"): (
        "--pos-response only allowed with --user, --kerberos, --saml or --jwt",
        "all four are meant",
    ),
    ("storescu", "+pa p 1 f"): (f"--profile-aes only allowed with {TLS}", "the option that was typed is named"),
    ("storescu", "-pem -der p 1 f"): (f"--der-keys only allowed with {TLS}", "the winner of the group is named"),
    ("storescu", "+ws +wf f p 1 f"): (f"--write-seed-file only allowed with {TLS}", "the winner of the group is named"),
    ("storescu", "+pw x -pw +tla p 1 f"): (
        "--null-passwd only allowed with --enable-tls",
        "the winner of the group is named",
    ),
    ("storescu", "+px +pz p 1 f"): (
        f"--profile-bcp195-ex only allowed with {TLS}",
        "the winner of the group is named",
    ),
    ("storescu", "-lc /nonexistent p 1 f"): (
        "Specified --log-config file does not exist: /nonexistent",
        "the file is named",
    ),
    ("storescu", "-i4 p 1 f"): ("", "newer than 3.6.7"),
    ("dcmsend", "-i6 -i0 p 1 f"): ("", "newer than 3.6.7"),
    ("dcmsend", "-tls p 1 f"): ("", "DCMTK's dcmsend has no TLS"),
    ("dcmsend", "+tls k c p 1 f"): ("", "DCMTK's dcmsend has no TLS"),
    ("dcmsend", "+pw x p 1 f"): ("--use-passwd only allowed with --enable-tls", "DCMTK's dcmsend has no TLS"),
}

#: lines for both tools; peer, port and file are added
BOTH = r"""
-zz
--
-zz --aetitle
--aetitl X
--aetitle=X
-VD
-qv
-A
+
+x
+5
-5
-
''
-v
-d
-q
-nh
-ll info
-ll INFO
-ll ALL
-ll trace
-ll foo
-ll warning
-ll ''
-ll foo -ll info
-ll info -ll foo
-ll info -v
-ll info -d
-ll foo -q
-q -ll foo
-lc x -v
-lc x -d -ll info
-lc x -ll info
-lc x -ll foo
-ll info -lc x -v
-q -v -lc x
+v
+v -q
+v -v
+v -d
+v -v -q
+v -q -v
+v -ll warn
+v -ll info
+v -ll Debug
+f
+fo
-f
+f -f +fo
+sd
-r
+r
+r -r
-r +r
+sd +r
+sp x
+sp x +r
+sp '*' +sd
+sp a +sp b
+sp a +sp b +sd
-aet A
-aet A -aet B
-aet ' A'
-aet -v
-aet 1234567890123456
-aec A
-to 1
-to 0
-to 4294967296
-ta 99999999999
-to ' 3'
-to '3 '
-to +3
-to '+ 3'
-to x
-to ''
-to 0 -to 1
-to 1 -to 0
-ta 0
-ta 5
-td 0
-td x
-td 5
-to 0 -ta 0 -td 0
-td 0 -ta 0 -to 0
-pdu 4096
-pdu 4095
-pdu 131072
-pdu 131073
-pdu 99999999999999999999
-pdu -5
-pdu ' -5'
-pdu x
-pdu ''
-pdu -x
-pdu 1 -pdu 5000
-pdu 5000 -pdu 1
-pdu 0016384
--max-send-pdu 4096
--max-send-pdu 4095
--max-send-pdu 131073
--max-send-pdu ''
--max-send-pdu 1 -pdu 1
-pdu 1 +sp x
-q -pdu 1
-q +sp x
-q +r
-v -q -td 0
-q -v -td 0
-ll fatal -pdu 1
-ll error -pdu 1
-ll off -pdu 1
--arguments
--arguments -pdu 1
--help
-h
--version
--help --version
--version -pdu 1 -ll foo
--version -h +sp x
--help -zz
--version -aet
--arguments --help
--arguments --version
-q --help
-lc x --version
"""

#: lines for one tool, complete
STORESCU = r"""
-to -3 p 1 f
-td -1 p 1 f
p
p 1
p x f
p '' f
p 0 f
p 65536 f
p 99999999999999999999 f
p ' 1' f
p '1 ' f
p +5 f
p + f
p 1 ''
-q p 0 f
-q p x f
-q p 1
-q -zz
-q -pdu
-ll foo p 0 f
--arguments
--arguments -q p 0 f
--arguments -zz p 1 f
--list-decoders
--create-report-file x p 1 f
-dn p 1 f
-nuc p 1 f
+ma p 1 f
+cl 5 p 1 f
+cl 10 p 1 f
+cl 10 -xd p 1 f
+cl -1 -xd p 1 f
+cl x -xd p 1 f
+cl 5 -xd p 1 f
+cl 5 -xd -xs p 1 f
+cl 5 -xs -xd p 1 f
+cl 5 -xd -x= p 1 f
+cl 5 -xf a b -xs p 1 f
-x= p 1 f
-xe -xb -xi p 1 f
-xs -R +C p 1 f
-xz p 1 f
-xf a b -xs p 1 f
-xf a b -xs -xd p 1 f
-xf a b -R p 1 f
-xf a b +C p 1 f
-xf a b -R -xs +C p 1 f
-xf a b +C -R p 1 f
-xf a
-xf a b
-xf a p 1 f
+u p 1 f
-u +u p 1 f
-rn p 1 f
+rn -rn p 1 f
-pwd p p 1 f
-epw p 1 f
-epw -pwd p p 1 f
-usr u -kt f -pwd p p 1 f
-kt f -epw p 1 f
-ts -1 p 1 f
-ts 0 p 1 f
-ts -2 p 1 f
-ts -x p 1 f
-ts 3000000000 p 1 f
-ts 99999999999999999999999 p 1 f
-ts -99999999999999999999999 p 1 f
--repeat 0 p 1 f
--repeat -0 p 1 f
--repeat -1 p 1 f
--repeat '' p 1 f
--repeat 3 --repeat 1 p 1 f
--repeat 4294967296 p 1 f
--abort p 1 f
+IR 0 p 1 f
+IS 0 p 1 f
+IP 0 p 1 f
+IR x p 1 f
+IR 0 +IR y p 1 f
-tls p 1 f
-tls +tla -tls p 1 f
-tls +tla -tls +cf x p 1 f
+tls a p
+tls a p 1
+pw x p 1 f
+pw x +tla p 1 f
-pw +tla p 1 f
-pw +tls k c -tls p 1 f
+ps p 1 f
-pem p 1 f
-der p 1 f
+cf f p 1 f
+cd f p 1 f
+crl f p 1 f
+crv p 1 f
+cra p 1 f
+py p 1 f
+px p 1 f
+pz p 1 f
+pn p 1 f
+cs f p 1 f
+cs f +pz +tla p 1 f
+rs f p 1 f
+ws p 1 f
+ws +tla p 1 f
+wf f p 1 f
+wf f +tla p 1 f
-rc p 1 f
-ic p 1 f
-ic +cf f +cs n +rs f p 1 f
+cf f -pem p 1 f
-pwd x +cf f p 1 f
-pwd x -to 0 p 1 f
-usr u -rsp -pdu 1 p 1 f
-q -pwd x p 1 f
-q +cf f p 1 f
--list-ciphers
--list-ciphers -zz
--list-ciphers --version
-xf /nonexistent b p 1 f
-usr u p 1 f
-usr u -pwd p -rsp p 1 f
-u p 1 f
+rn p 1 f
-up +II +IR 1 p 1 f
+tla p 1 f
+tls k c +pw x p 1 f
"""
DCMSEND = r"""
p
p 1
p x f
p '' f
p 0 f
p 65536 f
p +5 f
-q p 0 f
-q p x f
-q p 1
-q -zz
-ll foo p 0 f
-td 0 p 0 f
--arguments p 0 f
--arguments -q p 0 f
--list-decoders
--list-decoders p
--list-decoders -v
--list-decoders --version
--list-decoders --help
--list-decoders -zz
--list-decoders -pdu 1
-xs p 1 f
-xf a b p 1 f
-R p 1 f
--repeat 2 p 1 f
--abort p 1 f
-ts 5 p 1 f
-usr u p 1 f
+rn p 1 f
+II p 1 f
-up p 1 f
+cl 0 p 1 f
+cl 9 p 1 f
+cl 10 p 1 f
+cl -1 p 1 f
+cl x p 1 f
+cl
+cl 10 -pdu 1 p 1 f
-dn p 1 f
+dls p 1 f
+dly -dn p 1 f
-nip -nuc p 1 f
+ma -ma p 1 f
-ma +ma p 1 f
+crf
-ll Off p 1 f
+crf x p 1 f
+dly p 1 f
+rd p 1 f
-dn +dly p 1 f
"""


#: a missing value is tried with these and all other options; these are not in every release
NOT_IN_367 = ("+dp", "--dhparam", "--request-sni")


TLS_BLOCKS = [block for block in options.BLOCKS if block[1].startswith("transport layer security")]


def lines_for(tool: str) -> list[str]:
    own = {"storescu": STORESCU, "dcmsend": DCMSEND}[tool]
    # DCMTK's dcmsend has none of them
    tls = {
        spelling
        for *_, rows in TLS_BLOCKS
        for row in rows
        for spelling in (row[options.SHORT], "--" + row[options.LONG])
    }
    both = [f"{line} localhost 1 /nonexistent/f" for line in BOTH.strip("\n").split("\n")]
    missing = [
        f"p 1 f {name}{' x' * (len(row[options.ARGUMENTS]) - 1)}"
        for name, (_, row) in options.index(tool).items()
        if row[options.ARGUMENTS] and name not in NOT_IN_367 and not (tool == "dcmsend" and name in tls)
    ]
    return ["", *both, *own.strip("\n").split("\n"), *missing, *(line for name, line in DIFFERENT if name == tool)]


LINES = [(tool, line) for tool in ("storescu", "dcmsend") for line in lines_for(tool)]


def verdict(tool: str, code: int, out: str, err: str) -> tuple[str, str]:
    """What a tool made of its command line ("help", "mistake", "accepted" ...), and in which words."""
    if out.startswith("$"):
        assert code == 0
        signs = {"usage:": "help", "External libraries used:": "version", "supported natively:": "list-decoders"}
        return next((kind for sign, kind in signs.items() if sign in out), "list"), ""
    lines = [line for line in err.splitlines() if not line.startswith(("I: ", "D: "))]
    mistakes = [line.removeprefix("error: ") for line in lines if line.startswith("error: ")]
    if mistakes:
        assert code == 1
        assert lines[0].startswith("$") and lines[2].startswith(f"{tool}: ")
        assert lines[1:] == ["", lines[2], "error: " + mistakes[0]]
        return "mistake", mistakes[0]
    if code == 1 and not lines:
        return "hidden mistake", ""
    return "accepted", ""


def theirs(program: Path, tool: str, line: str) -> tuple[str, str]:
    command = [str(program), *shlex.split(line)]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=30, check=False)
    return verdict(tool, done.returncode, done.stdout, done.stderr)


def ours(tool: str, line: str) -> tuple[str, str]:
    arguments = shlex.split(line)
    try:
        exclusive = argv.parse(tool, arguments).exclusive
    except UsageError as error:
        return verdict(tool, 1, "", render.usage_error(tool, arguments, error))
    return verdict(tool, 0, render.exclusive(tool, exclusive), "") if exclusive else ("accepted", "")


@pytest.mark.parametrize(("tool", "line"), LINES)
def test_same_verdict(tool: str, line: str) -> None:
    program = found.dcmtk(tool)
    mine, their = ours(tool, line), theirs(program, tool, line)
    if (tool, line) in DIFFERENT:
        text, _why = DIFFERENT[tool, line]
        assert mine == (("mistake", text) if text else ("accepted", ""))
        if found.says(program, "v3.6.7"):
            assert their != mine, "no difference after all"
    else:
        assert mine == their


def test_enough_lines_of_each_kind() -> None:
    verdicts = [ours(tool, line)[0] for tool, line in LINES]
    assert verdicts.count("mistake") >= 150
    assert verdicts.count("hidden mistake") >= 10
    assert verdicts.count("accepted") >= 50
    assert min(verdicts.count(kind) for kind in ("help", "version", "list-decoders")) >= 3
    assert len(set(LINES)) == len(LINES)


COMMAND_FILES = [
    'h "1" /nonexistent',
    "h 1",
    "-v\t-aet\rA\n\nh 1 /nonexistent\r\n",
    'h 1 ab"c d"ef ""',
    "h '1' \"unterminated\n",
    'ab""1 x',
    "# h 1",
    "h x'y' z",
    '"-zz"',
    "@x 1",
    'h 1 "-aet"',
    "",
    "  \n",
    '""',
    '"',
]


@pytest.mark.parametrize("text", COMMAND_FILES)
def test_command_files(text: str, tmp_path: Path) -> None:
    """The record of --arguments shows how a tool took a command file apart; DCMTK's omits empty arguments in it."""
    program = found.dcmtk("storescu")
    file = tmp_path / "arguments"
    file.write_text(text)
    before = ["--arguments", f"@{file}"]
    for line in (before, [*before, "h", "1", "/nonexistent"], [f"@{file}"], [f"@{file}", "1", "/nonexistent"]):
        done = subprocess.run([str(program), *line], capture_output=True, text=True, timeout=30, check=False)
        expanded = argv.expand(line)
        assert ours("storescu", shlex.join(expanded)) == verdict("storescu", done.returncode, done.stdout, done.stderr)
        if done.stderr.startswith("I: calling"):
            record = console.record(console.INFO, console.arguments_record("storescu", expanded)).replace(" '' ", " ")
            record = record.replace(" '' ", " ")
            record = record.replace("\\n", "\nI: ")  # a line end in an argument makes no line of ours
            assert done.stderr.replace(str(program), "storescu").startswith(record)


def test_a_command_file_that_is_not_there(tmp_path: Path) -> None:
    file = f"@{tmp_path}/missing"
    their = theirs(found.dcmtk("dcmsend"), "dcmsend", f"--help {file}")
    with pytest.raises(UsageError) as caught:
        argv.expand(["--help", file])
    assert their == ("mistake", str(caught.value))
