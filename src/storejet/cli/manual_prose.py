"""What the manual pages say beside the tables: description, notes, environment, files, examples. Words alone.

Backticks stand around what is typed or printed as it is. A block is ``("text", paragraph)``, ``("sub", heading)``,
``("term", term, text)`` or ``("example", text, command line)``.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    Block = tuple[str, ...]

STORESCU: "Final[tuple[Block, ...]]" = (
    (
        "text",
        "`storescu` sends DICOM objects to the storage SCP of a peer, such as an archive, over one association. It "
        "proposes the SOP classes and transfer syntaxes that its options or a profile say, sends the files in the "
        "order in which they are named, and waits for the answer to each.",
    ),
    (
        "text",
        "An object whose transfer syntax the peer accepts goes out as it is stored, not a byte changed. One that is "
        "not compressed is converted where the peer accepts another uncompressed transfer syntax, or the deflated "
        "one. Compressed pixel data is never altered: an object for which the peer accepts nothing that fits is "
        "reported and not sent.",
    ),
    (
        "text",
        "Options, messages and exit codes are those of the program of this name in DCMTK.",
    ),
)

DCMSEND: "Final[tuple[Block, ...]]" = (
    (
        "text",
        "`dcmsend` sends DICOM objects to the storage SCP of a peer, such as an archive. It looks at all files "
        "first, proposes what they need, and opens one association after the other where one cannot carry it all.",
    ),
    (
        "text",
        "An object whose transfer syntax the peer accepts goes out as it is stored, not a byte changed. Otherwise "
        "it is converted, or decompressed as far as the options allow. An object for which the peer accepts nothing "
        "that fits is reported and not sent.",
    ),
    (
        "text",
        "Options, messages and exit codes are those of the program of this name in DCMTK.",
    ),
)

STOREJET: "Final[tuple[Block, ...]]" = (
    (
        "text",
        "`storejet` has the tools of the package under names that no other package can shadow (several install a "
        "`storescu` of their own), and what helps to set them up.",
    ),
)

NOTES: "Final[tuple[Block, ...]]" = (
    (
        "sub",
        "Command line",
    ),
    (
        "text",
        "Options may stand anywhere between the parameters. What begins with `+` or `-` and goes on with anything "
        "but a digit is an option; it takes as many arguments as it has, whatever they look like. Names are neither "
        "abbreviated nor joined, and there is no `--name=value`. Of options that exclude each other, and of an "
        "option that is given twice, the rightmost counts. Without any argument the help text is shown.",
    ),
    (
        "sub",
        "Files and directories",
    ),
    (
        "text",
        "A directory is searched with `--scan-directories` alone, in sorted order, and its subdirectories with "
        "`--recurse` besides. `--scan-pattern` goes by the names of files in directories; files that are named on "
        "the command line are always taken.",
    ),
    (
        "sub",
        "Log",
    ),
    (
        "text",
        "Records go to stderr, each line behind the letter of its level: `F:` `E:` `W:` `I:` `D:`. Warnings and "
        "worse are shown unless an option says otherwise. Each instance that was not stored has a line of its own "
        "that says why. What is a secret (passwords, tickets, tokens) is in no record.",
    ),
)

COMMAND_FILES: "Final[tuple[Block, ...]]" = (
    (
        "text",
        "An argument that begins with `@` names a file whose content takes its place: further options and "
        "parameters, separated by blanks, tabs or line ends. Either kind of quotes holds an argument with blanks "
        "together; in it, nothing has a special meaning. There are no comments, and a command file cannot name "
        "another one. A lone `@` is an ordinary parameter.",
    ),
)

ENVIRONMENT: "Final[tuple[Block, ...]]" = (
    (
        "term",
        "DCMDICTPATH",
        "names of data dictionaries in DCMTK's format, separated by `:`. They add to the dictionary that is built "
        "in, and count more. One that cannot be read, or has a mistake, is an error.",
    ),
    (
        "term",
        "MANPATH",
        "where `man` looks for manual pages. Unset, it also finds those beside the programs of the `PATH`; set, it "
        "needs the folder `share/man` of the environment that the package is installed in.",
    ),
)

FILES: "Final[tuple[Block, ...]]" = (
    (
        "term",
        "storejet/logging.cfg",
        "a log configuration with explanations, for `--log-config`, in the folder of the Python package. `storejet "
        "doctor` prints where that is.",
    ),
)

#: page → the line that introduces each command, the command
EXAMPLES: "Final[tuple[tuple[str, tuple[tuple[str, str], ...]], ...]]" = (
    (
        "storescu",
        (
            (
                "Send all files of a folder and of those in it, and say what happens:",
                "storescu -v +sd +r archive.example.org 104 images",
            ),
            (
                "Propose JPEG-LS besides the uncompressed transfer syntaxes, under titles that the archive knows:",
                "storescu -xt -aet CT1 -aec ARCHIVE archive.example.org 104 *.dcm",
            ),
            (
                "Negotiate by a profile:",
                "storescu -xf archive.cfg newarchive archive.example.org 104 *.dcm",
            ),
            (
                "Take the options from a command file:",
                "storescu @archive.opt archive.example.org 104 *.dcm",
            ),
            (
                "Fail unless every instance was stored:",
                "storescu --strict-exit -nh archive.example.org 104 *.dcm || echo 'not all of it'",
            ),
        ),
    ),
    (
        "dcmsend",
        (
            (
                "Send what a folder holds, and write down what became of it:",
                "dcmsend +sd +r +crf report.txt archive.example.org 104 images",
            ),
            (
                "Send what is on a medium, invalid files left out:",
                "dcmsend -nh +rd archive.example.org 104 /media/cdrom/DICOMDIR",
            ),
            (
                "Decompress for a peer that takes nothing compressed:",
                "dcmsend +dly archive.example.org 104 *.dcm",
            ),
            (
                "Fail unless every instance was stored:",
                "dcmsend --strict-exit -nh archive.example.org 104 *.dcm || echo 'not all of it'",
            ),
        ),
    ),
    (
        "storejet",
        (
            (
                "Run the tool of this package, whatever else is called storescu:",
                "storejet storescu -v archive.example.org 104 *.dcm",
            ),
            (
                "Complete options, values, files and hosts, in bash, in zsh (behind `compinit`), in fish:",
                "source <(storejet completion bash)\n"
                "source <(storejet completion zsh)\n"
                "storejet completion fish | source",
            ),
        ),
    ),
)
