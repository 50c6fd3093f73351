"""The option table of both tools: parser, help text and tests are made from these rows.

Everything here is a literal, so that Python loads it from the compiled file in one piece. The option names, their
short forms, headings and order are those of DCMTK's storescu and dcmsend (3.6.0 to 3.7.0), which these tools replace.

A block is ``(rank, section, subsection, rows)``. Blocks stand in the order of the help text; their checks run in the
order of ``rank``, then of the table, which decides which of several mistakes is reported.

A row is ``(tools, short, long, arguments, group, default, checks, help)``:

``tools``
    ``s`` storescu, ``d`` dcmsend, ``sd`` both.
``short``, ``long``
    ``short`` may be empty; ``long`` stands without its two dashes.
``arguments``
    one ``(name, kind, low, high)`` for each; ``low`` and ``high`` bound the integers. Kinds: ``string``; ``strings``
    (each occurrence counts, not the rightmost alone); ``title`` (an application entity title); ``level`` (a log level);
    ``unsigned`` (an integer that takes no minus sign); ``seconds`` (a longer time than ``high`` counts as ``high``).
    An argument that is called ``filename``, ``... file`` or ``directory`` names one: shells complete it so.
``group``
    name of the exclusive group, of which the rightmost member wins, or empty. ``exit`` is no such group: its members
    print something and end the program; of several, the first one in the table does.
``default``
    value of an option with an argument when it is absent, or None. Defaults of groups: GROUPS.
``checks``
    ``("requires", a, b)`` is fulfilled by any one of these options, ``("excludes", a, b)`` broken by any one; an option
    that its group overrules counts as absent. ``@group`` stands for the winner of a group. ``("verbose",)``: only while
    informational messages are logged.
``help``
    lines of the help text. Argument names, constants, ranges, defaults and most checks are added by the renderer.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    Argument = tuple[str, str, int, int]
    Check = tuple[str, ...]
    Row = tuple[str, str, str, tuple[Argument, ...], str, str | int | None, tuple[Check, ...], tuple[str, ...]]
    Block = tuple[int, str, str, tuple[Row, ...]]

#: columns of a row
TOOLS: "Final" = 0
SHORT: "Final" = 1
LONG: "Final" = 2
ARGUMENTS: "Final" = 3
GROUP: "Final" = 4
DEFAULT: "Final" = 5
CHECKS: "Final" = 6
HELP: "Final" = 7

#: (tool, description)
DESCRIPTIONS: "tuple[tuple[str, str], ...]" = (
    ("storescu", "DICOM storage (C-STORE) SCU"),
    ("dcmsend", "Simple DICOM storage SCU (sender)"),
)

#: (name, help) of the parameters; the last one may be repeated
PARAMETERS: "tuple[tuple[str, str], ...]" = (
    ("peer", "host name or address of the DICOM peer"),
    ("port", "TCP port number of the peer (1..65535)"),
    ("dcmfile-in", "DICOM file or directory to be sent"),
)

#: (exclusive group, default member in storescu, in dcmsend); "" = none, None = the tool has no such group
GROUPS: "tuple[tuple[str, str | None, str | None], ...]" = (
    ("log", "", ""),
    ("file-format", "read-file", "read-file-only"),
    ("recurse", "no-recurse", "no-recurse"),
    ("rename", "no-rename", None),
    ("decompress", None, "decompress-lossless"),
    ("ip", "ipv4", "ipv4"),
    ("progress", "", ""),
    ("associations", None, "multi-associations"),
    ("propose", "propose-uncompr", None),
    ("new-vr", "enable-new-vr", None),
    ("identity", "", None),
    ("identity-password", "", None),
    ("tls", "disable-tls", "disable-tls"),
    ("key-password", "std-passwd", "std-passwd"),
    ("key-format", "pem-keys", "pem-keys"),
    ("security-profile", "profile-8996", "profile-8996"),
    ("sni", "no-sni", "no-sni"),
    ("seed-output", "", ""),
    ("peer-certificate", "require-peer-cert", "require-peer-cert"),
)

BLOCKS: "tuple[Block, ...]" = (
    (0, "general options", "", (
        ("sd", "-h", "help", (), "exit", None, (), ("show this text and exit",)),
        ("sd", "", "version", (), "exit", None, (), ("show version and build, and exit",)),
        ("d", "", "list-decoders", (), "exit", None, (), ("show what can be decompressed, and exit",)),
        ("sd", "", "arguments", (), "", None, (), ("log the command line as it was understood",)),
        ("sd", "-q", "quiet", (), "log", None, (), ("log nothing but fatal errors",)),
        ("sd", "-v", "verbose", (), "log", None, (), ("log each step",)),
        ("sd", "-d", "debug", (), "log", None, (), ("log each step with its inner details",)),
        ("sd", "-ll", "log-level", (("level", "level", 0, 0),), "", "warn",
         (("excludes", "verbose", "debug", "quiet"),), ("log what is at least as grave as l",)),
        ("sd", "-lc", "log-config", (("filename", "string", 0, 0),), "", None,
         (("excludes", "verbose", "debug", "quiet"), ("excludes", "log-level")),
         ("take the log settings from file f",)),
        ("sd", "+v", "verbose-pc", (), "", None, (("verbose",),),
         ("in verbose mode, also log the presentation", "contexts")),
    )),
    (0, "input options", "input file format", (
        ("sd", "+f", "read-file", (), "file-format", None, (), ("accept files with and without meta header",)),
        ("sd", "+fo", "read-file-only", (), "file-format", None, (), ("accept files with meta header only",)),
        ("sd", "-f", "read-dataset", (), "file-format", None, (), ("files are data sets without meta header",)),
    )),
    (0, "input options", "input files", (
        ("d", "+rd", "read-from-dicomdir", (), "", None, (), ("send what a DICOMDIR refers to",)),
        ("sd", "+sd", "scan-directories", (), "", None, (), ("search dcmfile-in directories for files",)),
        ("sd", "+sp", "scan-pattern", (("pattern", "string", 0, 0),), "", "", (("requires", "scan-directories"),),
         ("search for file names that match p (wildcards)",)),
        ("sd", "-r", "no-recurse", (), "recurse", None, (), ("do not search subdirectories",)),
        ("sd", "+r", "recurse", (), "recurse", None, (("requires", "scan-directories"),),
         ("search subdirectories, too",)),
        ("s", "-rn", "no-rename", (), "rename", None, (), ("leave the names of sent files alone",)),
        ("s", "+rn", "rename", (), "rename", None, (), ("rename each file to *.done or *.bad",)),
    )),
    (0, "processing options", "transfer syntax conversion", (
        ("d", "-dn", "decompress-never", (), "decompress", None, (), ("never decompress",)),
        ("d", "+dls", "decompress-lossless", (), "decompress", None, (),
         ("if the peer needs it, decompress what was", "compressed without loss")),
        ("d", "+dly", "decompress-lossy", (), "decompress", None, (),
         ("if the peer needs it, decompress anything",)),
    )),
    (0, "processing options", "deflate compression level", (
        ("d", "+cl", "compression-level", (("level", "unsigned", 0, 9),), "", 6, (),
         ("0 = none, 1 = fastest, 9 = smallest; for what", "is deflated anew: a deflated object that the",
          "peer takes deflated goes out as stored")),
    )),
    (0, "processing options", "other processing options", (
        ("d", "-nh", "no-halt", (), "", None, (), ("go on after an invalid file or a failed store",)),
        ("d", "-nip", "no-illegal-proposal", (), "", None, (),
         ("propose the default transfer syntax for every", "SOP class, or do not send the instance")),
        ("d", "-nuc", "no-uid-checks", (), "", None, (), ("accept UIDs that the standard does not list",)),
    )),
    (0, "network options", "IP protocol version", (
        ("sd", "-i4", "ipv4", (), "ip", None, (), ("connect by IPv4 only",)),
        ("sd", "-i6", "ipv6", (), "ip", None, (), ("connect by IPv6 only",)),
        ("sd", "-i0", "ip-auto", (), "ip", None, (), ("connect by what the name lookup finds",)),
    )),
    (0, "network options", "application entity titles", (
        ("s", "-aet", "aetitle", (("aetitle", "title", 1, 16),), "", "STORESCU", (), ("calling AE title",)),
        ("d", "-aet", "aetitle", (("aetitle", "title", 1, 16),), "", "DCMSEND", (), ("calling AE title",)),
        ("sd", "-aec", "call", (("aetitle", "title", 1, 16),), "", "ANY-SCP", (),
         ("called AE title, the peer's",)),
    )),
    (0, "network options", "association handling", (
        ("d", "+ma", "multi-associations", (), "associations", None, (),
         ("open one association after the other if one", "cannot carry all presentation contexts")),
        ("d", "-ma", "single-association", (), "associations", None, (), ("open one association, no more",)),
    )),
    (0, "network options", "association negotiation profile from configuration file", (
        ("s", "-xf", "config-file", (("filename", "string", 0, 0), ("profile", "string", 0, 0)), "", None,
         (("excludes", "@propose"), ("excludes", "required"), ("excludes", "combine")),
         ("negotiate by profile p of file f",)),
    )),
    (0, "network options", "proposed transmission transfer syntaxes (not with --config-file)", (
        ("s", "-x=", "propose-uncompr", (), "propose", None, (),
         ("explicit VR in the byte order of this machine", "first, then the other uncompressed ones")),
        ("s", "-xe", "propose-little", (), "propose", None, (),
         ("explicit VR little endian first, then the", "other uncompressed ones")),
        ("s", "-xb", "propose-big", (), "propose", None, (),
         ("explicit VR big endian first, then the other", "uncompressed ones")),
        ("s", "-xi", "propose-implicit", (), "propose", None, (), ("implicit VR little endian alone",)),
        ("s", "-xs", "propose-lossless", (), "propose", None, (),
         ("JPEG lossless (process 14, selection value 1)", "and uncompressed")),
        ("s", "-xy", "propose-jpeg8", (), "propose", None, (), ("JPEG baseline (8 bit) and uncompressed",)),
        ("s", "-xx", "propose-jpeg12", (), "propose", None, (), ("JPEG extended (12 bit) and uncompressed",)),
        ("s", "-xv", "propose-j2k-lossless", (), "propose", None, (), ("JPEG 2000 lossless and uncompressed",)),
        ("s", "-xw", "propose-j2k-lossy", (), "propose", None, (), ("JPEG 2000 and uncompressed",)),
        ("s", "-xt", "propose-jls-lossless", (), "propose", None, (), ("JPEG-LS lossless and uncompressed",)),
        ("s", "-xu", "propose-jls-lossy", (), "propose", None, (), ("JPEG-LS near-lossless and uncompressed",)),
        ("s", "-xm", "propose-mpeg2", (), "propose", None, (), ("MPEG2 Main Profile / Main Level alone",)),
        ("s", "-xh", "propose-mpeg2-high", (), "propose", None, (), ("MPEG2 Main Profile / High Level alone",)),
        ("s", "-xn", "propose-mpeg4", (), "propose", None, (), ("H.264 High Profile / Level 4.1 alone",)),
        ("s", "-xl", "propose-mpeg4-bd", (), "propose", None, (), ("H.264 BD-compatible / Level 4.1 alone",)),
        ("s", "-x2", "propose-mpeg4-2-2d", (), "propose", None, (), ("H.264 High / Level 4.2 for 2D alone",)),
        ("s", "-x3", "propose-mpeg4-2-3d", (), "propose", None, (), ("H.264 High / Level 4.2 for 3D alone",)),
        ("s", "-xo", "propose-mpeg4-2-st", (), "propose", None, (), ("H.264 Stereo High / Level 4.2 alone",)),
        ("s", "-x4", "propose-hevc", (), "propose", None, (), ("H.265 Main Profile / Level 5.1 alone",)),
        ("s", "-x5", "propose-hevc10", (), "propose", None, (), ("H.265 Main 10 Profile / Level 5.1 alone",)),
        ("s", "", "propose-htj2k-lossless", (), "propose", None, (), ("HTJ2K lossless and uncompressed",)),
        ("s", "", "propose-htj2k-rpcl", (), "propose", None, (),
         ("HTJ2K lossless, progression order RPCL, and", "uncompressed")),
        ("s", "", "propose-htj2k", (), "propose", None, (), ("HTJ2K and uncompressed",)),
        ("s", "", "propose-jpegxl-lossless", (), "propose", None, (), ("JPEG XL lossless and uncompressed",)),
        ("s", "", "propose-jpegxl-recompression", (), "propose", None, (),
         ("JPEG XL recompressed JPEG and uncompressed",)),
        ("s", "", "propose-jpegxl", (), "propose", None, (), ("JPEG XL and uncompressed",)),
        ("s", "-xr", "propose-rle", (), "propose", None, (), ("RLE lossless and uncompressed",)),
        ("s", "-xd", "propose-deflated", (), "propose", None, (),
         ("deflated explicit VR little endian and", "uncompressed")),
        ("s", "-R", "required", (), "", None, (),
         ("propose the SOP classes of the files alone", "(default: a fixed list of storage classes)")),
        ("s", "+C", "combine", (), "", None, (),
         ("one presentation context for all transfer", "syntaxes of a SOP class (default: one for the",
          "preferred syntax, one for the others)")),
    )),
    (0, "network options", "post-1993 value representations", (
        ("s", "+u", "enable-new-vr", (), "new-vr", None, (), ("send every value representation as it is",)),
        ("s", "-u", "disable-new-vr", (), "new-vr", None, (), ("send OB in place of newer representations",)),
    )),
    (0, "network options", "deflate compression level (only with --propose-deflated or --config-file)", (
        ("s", "+cl", "compression-level", (("level", "unsigned", 0, 9),), "", 6,
         (("requires", "propose-deflated", "config-file"),),
         ("0 = none, 1 = fastest, 9 = smallest",)),
    )),
    (8, "network options", "user identity negotiation", (
        ("s", "-usr", "user", (("user name", "string", 0, 0),), "identity", None, (),
         ("identify as user u",)),
        ("s", "-pwd", "password", (("password", "string", 0, 0),), "identity-password", None, (("requires", "user"),),
         ("with password p",)),
        ("s", "-epw", "empty-password", (), "identity-password", None, (("requires", "user"),),
         ("with an empty password",)),
        ("s", "-kt", "kerberos", (("filename", "string", 0, 0),), "identity", None, (),
         ("identify by the Kerberos ticket in file f",)),
        ("s", "", "saml", (("filename", "string", 0, 0),), "identity", None, (),
         ("identify by the SAML assertion in file f",)),
        ("s", "", "jwt", (("filename", "string", 0, 0),), "identity", None, (),
         ("identify by the JSON web token in file f",)),
        ("s", "-rsp", "pos-response", (), "", None, (("requires", "user", "kerberos", "saml", "jwt"),),
         ("insist on an answer to the identity",)),
    )),
    (0, "network options", "other network options", (
        ("sd", "-to", "timeout", (("seconds", "seconds", 1, 2147483647),), "", None, (),
         ("limit for connecting (default: unlimited)",)),
        ("s", "-ts", "socket-timeout", (("seconds", "seconds", -1, 2147483647),), "", 60, (),
         ("limit for a silent connection (0 = none)",)),
        ("sd", "-ta", "acse-timeout", (("seconds", "seconds", 1, 2147483647),), "", 30, (),
         ("limit for opening and closing an association",)),
        ("sd", "-td", "dimse-timeout", (("seconds", "seconds", 1, 2147483647),), "", None, (),
         ("limit for each response (default: unlimited)",)),
        ("sd", "-pdu", "max-pdu", (("number of bytes", "unsigned", 4096, 131072),), "", 16384, (),
         ("largest PDU that the peer may send",)),
        ("sd", "", "max-send-pdu", (("number of bytes", "unsigned", 4096, 131072),), "", None, (),
         ("send no PDU larger than n, even if the peer", "accepts it")),
        ("s", "", "repeat", (("number", "unsigned", 1, 9223372036854775807),), "", 1, (),
         ("send each file n times",)),
        ("s", "", "abort", (), "", None, (), ("end with an abort instead of a release",)),
        ("s", "-nh", "no-halt", (), "", None, (), ("go on after a failed store",)),
        ("s", "-up", "uid-padding", (), "", None, (), ("mend UIDs that hold spaces",)),
        ("s", "+II", "invent-instance", (), "", None, (),
         ("give each instance new identifiers of its own,", "its series, study and patient")),
        ("s", "+IR", "invent-series", (("number", "unsigned", 1, 9223372036854775807),), "", 100, (),
         ("a new series UID after n images", "(implies --invent-instance)")),
        ("s", "+IS", "invent-study", (("number", "unsigned", 1, 9223372036854775807),), "", 50, (),
         ("a new study UID after n series", "(implies --invent-instance)")),
        ("s", "+IP", "invent-patient", (("number", "unsigned", 1, 9223372036854775807),), "", 25, (),
         ("a new patient ID and name after n studies", "(implies --invent-instance)")),
    )),
    (0, "transport layer security (TLS) options", "transport protocol stack", (
        ("sd", "-tls", "disable-tls", (), "tls", None, (), ("plain TCP, no TLS",)),
        ("sd", "+tls", "enable-tls", (("private key file", "string", 0, 0), ("certificate file", "string", 0, 0)),
         "tls", None, (), ("TLS, this side with a certificate",)),
        ("sd", "+tla", "anonymous-tls", (), "tls", None, (), ("TLS, this side without a certificate",)),
    )),
    (1, "transport layer security (TLS) options", "private key password (only with --enable-tls)", (
        ("sd", "+ps", "std-passwd", (), "key-password", None, (("requires", "enable-tls"),),
         ("ask for the password on the terminal",)),
        ("sd", "+pw", "use-passwd", (("password", "string", 0, 0),), "key-password", None,
         (("requires", "enable-tls"),), ("the password is p",)),
        ("sd", "-pw", "null-passwd", (), "key-password", None, (("requires", "enable-tls"),),
         ("the password is empty",)),
    )),
    (2, "transport layer security (TLS) options", "key and certificate file format", (
        ("sd", "-pem", "pem-keys", (), "key-format", None, (("requires", "enable-tls", "anonymous-tls"),),
         ("keys and certificates are PEM files",)),
        ("sd", "-der", "der-keys", (), "key-format", None, (("requires", "enable-tls", "anonymous-tls"),),
         ("keys and certificates are DER files",)),
    )),
    (6, "transport layer security (TLS) options", "certification authority", (
        ("sd", "+cf", "add-cert-file", (("filename", "strings", 0, 0),), "", None,
         (("requires", "enable-tls", "anonymous-tls"),), ("trust the certificates in file f",)),
        ("sd", "+cd", "add-cert-dir", (("directory", "strings", 0, 0),), "", None,
         (("requires", "enable-tls", "anonymous-tls"),), ("trust the certificates in directory d",)),
        ("sd", "+crl", "add-crl-file", (("filename", "strings", 0, 0),), "", None,
         (("requires", "enable-tls", "anonymous-tls"),),
         ("distrust the certificates that file f revokes", "(implies --enable-crl-vfy)")),
        ("sd", "+crv", "enable-crl-vfy", (), "", None, (("requires", "enable-tls", "anonymous-tls"),),
         ("look for the peer's certificate among them",)),
        ("sd", "+cra", "enable-crl-all", (), "", None, (("requires", "enable-tls", "anonymous-tls"),),
         ("look for every certificate of the chain",)),
    )),
    (5, "transport layer security (TLS) options", "security profile", (
        ("sd", "+ph", "list-profiles", (), "exit", None, (), ("show the profiles and exit",)),
        ("sd", "+pg", "profile-8996", (), "security-profile", None, (("requires", "enable-tls", "anonymous-tls"),),
         ("BCP 195 RFC 8996 profile",)),
        ("sd", "+pm", "profile-8996-mod", (), "security-profile", None,
         (("requires", "enable-tls", "anonymous-tls"),), ("modified BCP 195 RFC 8996 profile",)),
        ("sd", "+py", "profile-bcp195-nd", (), "security-profile", None,
         (("requires", "enable-tls", "anonymous-tls"),), ("non-downgrading BCP 195 profile",)),
        ("sd", "+px", "profile-bcp195", (), "security-profile", None,
         (("requires", "enable-tls", "anonymous-tls"),), ("BCP 195 profile",)),
        ("sd", "+pz", "profile-bcp195-ex", (), "security-profile", None,
         (("requires", "enable-tls", "anonymous-tls"),), ("extended BCP 195 profile",)),
        ("sd", "+pb", "profile-basic", (), "security-profile", None,
         (("requires", "enable-tls", "anonymous-tls"),), ("basic profile (retired)",)),
        ("sd", "+pa", "profile-aes", (), "security-profile", None,
         (("requires", "enable-tls", "anonymous-tls"),), ("AES profile (retired)",)),
        ("sd", "+pn", "profile-null", (), "security-profile", None,
         (("requires", "enable-tls", "anonymous-tls"),), ("authentication without encryption",)),
    )),
    (7, "transport layer security (TLS) options", "ciphersuite", (
        ("sd", "+cc", "list-ciphers", (), "exit", None, (), ("show the ciphersuites and exit",)),
        ("sd", "+cs", "cipher", (("ciphersuite name", "strings", 0, 0),), "", None,
         (("requires", "enable-tls", "anonymous-tls"), ("excludes", "profile-bcp195-ex")),
         ("offer this ciphersuite, too",)),
        ("sd", "+dp", "dhparam", (("filename", "string", 0, 0),), "", None,
         (("requires", "enable-tls", "anonymous-tls"),), ("take Diffie-Hellman parameters from file f",)),
    )),
    (9, "transport layer security (TLS) options", "server name indication", (
        ("sd", "", "no-sni", (), "sni", None, (), ("do not tell the peer which name was dialled",)),
        ("sd", "", "request-sni", (("server name", "string", 0, 0),), "sni", None, (),
         ("tell the peer that s was dialled",)),
    )),
    (3, "transport layer security (TLS) options", "pseudo random generator", (
        ("sd", "+rs", "seed", (("filename", "string", 0, 0),), "", None,
         (("requires", "enable-tls", "anonymous-tls"),), ("seed the generator with file f",)),
        ("sd", "+ws", "write-seed", (), "seed-output", None,
         (("requires", "enable-tls", "anonymous-tls"), ("requires", "seed")),
         ("write the seed back to its file",)),
        ("sd", "+wf", "write-seed-file", (("filename", "string", 0, 0),), "seed-output", None,
         (("requires", "enable-tls", "anonymous-tls"), ("requires", "seed")), ("write the seed to file f",)),
    )),
    (4, "transport layer security (TLS) options", "peer authentication", (
        ("sd", "-rc", "require-peer-cert", (), "peer-certificate", None,
         (("requires", "enable-tls", "anonymous-tls"),), ("the peer must have a valid certificate",)),
        ("sd", "-vc", "verify-peer-cert", (), "peer-certificate", None,
         (("requires", "enable-tls", "anonymous-tls"),), ("a certificate of the peer must be valid",)),
        ("sd", "-ic", "ignore-peer-cert", (), "peer-certificate", None,
         (("requires", "enable-tls", "anonymous-tls"),), ("any certificate of the peer will do, or none",)),
        ("sd", "", "verify-host", (), "", None,
         (("requires", "enable-tls", "anonymous-tls"), ("excludes", "ignore-peer-cert", "no-sni")),
         ("its certificate must be for the host that was", "dialled, or for that of --request-sni; the",
          "peer is told that name")),
    )),
    (0, "output options", "general", (
        ("d", "+crf", "create-report-file", (("filename", "string", 0, 0),), "", "", (),
         ("write a report on the transfer to file f,", "whether it comes to its end or not")),
    )),
    (0, "output options", "progress", (
        ("sd", "", "progress", (), "progress", None,
         (("excludes", "quiet", "verbose", "debug"), ("excludes", "log-config")),
         ("show how far a long run is; where stderr is no", "terminal, by a line every ten seconds")),
        ("sd", "", "no-progress", (), "progress", None, (),
         ("show no progress (default: on a terminal, while", "warnings are logged, but nothing less)")),
    )),
    (0, "output options", "exit code", (
        ("sd", "", "strict-exit", (), "", None, (),
         ("0 only if every instance was stored; else 81:", "some were, 82: none was, 83: an association",
          "was lost in the middle")),
    )),
)  # fmt: skip


def index(tool: str) -> "dict[str, tuple[int, Row]]":
    """Each spelling of an option that ``tool`` knows, with its place in the order of checks and its row."""
    letter = tool[0]
    found: dict[str, tuple[int, Row]] = {}
    place = 0
    for rank, _section, _subsection, rows in BLOCKS:
        for row in rows:
            if letter in row[TOOLS]:
                place += 1
                entry = (rank * 1000 + place, row)
                found["--" + row[LONG]] = entry
                if row[SHORT]:
                    found[row[SHORT]] = entry
    return found


def group_defaults(tool: str) -> "dict[str, str]":
    """The exclusive groups of ``tool`` with the long name of their default member, or an empty name."""
    column = 1 if tool == "storescu" else 2
    return {row[0]: default for row in GROUPS if (default := row[column]) is not None}
