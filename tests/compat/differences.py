"""Every deliberate difference between DCMTK's tools and ours: command line → the fields that differ, and why.

A command line whose fields differ otherwise than this table says fails, and so does an entry that no longer differs.
"""

from __future__ import annotations

ALL = "exit proposals stores data endings"

#: reason, the fields that differ (see ``Observation``), the command lines
TABLE: tuple[tuple[str, str, str], ...] = (
    (
        "the option is newer than DCMTK 3.6.7, older, or ours",
        ALL,
        """
        storescu-tls-verify storescu-tls-verify-long storescu-tls-profile+pg storescu-tls-profile+pm
        storescu-tls-profile-8996-long storescu-tls-profile-8996-mod-long storescu-tls-no-sni storescu-tls-dhparam
        storescu-tls-dhparam-long storescu-tls-verify-host
        """,
    ),
    (
        "the option is newer than DCMTK 3.6.7",
        "exit",
        "storescu-tls-list-profiles storescu-tls-list-profiles-long",
    ),
    (
        "OpenSSL seeds itself from the system: there is no seed to write",
        "names",
        "storescu-tls-write-seed-file storescu-tls-write-seed-file-long",
    ),
    (
        "US or SS of an element before Pixel Representation is decided by it all the same; DCMTK takes US",
        "data",
        """
        storescu-values-implicit-to-explicit storescu-values-implicit-to-big storescu-values-implicit-to-deflated
        storescu-values-implicit-old-vrs storescu-values-implicit-old-vrs-big
        """,
    ),
    (
        "the peer's maximum length limits the PDU's length field (PS3.8 annex D.1); DCMTK counts its header too",
        "sizes",
        """
        storescu-size-default storescu-size-unlimited storescu-size-4096 storescu-size-odd storescu-size-128k
        storescu-size-huge storescu-size-absent storescu-size-send-option storescu-size-send-option-larger
        dcmsend-size-default dcmsend-size-unlimited dcmsend-size-4096 dcmsend-size-absent dcmsend-size-send-option
        """,
    ),
    (
        "a maximum length of 12 bytes is legal, it leaves 6 for data; DCMTK does not send",
        "exit stores data endings",
        "storescu-size-12 dcmsend-size-12",
    ),
    (
        "an AE title longer than 16 characters is a mistake, which DCMTK hides by cutting it",
        ALL,
        "storescu-titles-17 dcmsend-titles-17",
    ),
    (
        "an empty AE title is found on the command line, before a connection is made",
        "proposals endings",
        "storescu-titles-empty",
    ),
    (
        "an empty AE title is a mistake of the command line",
        "exit proposals endings",
        "dcmsend-titles-empty",
    ),
    (
        "text behind a number is a mistake, which DCMTK ignores",
        ALL,
        "storescu-usage-port-trailing-text storescu-usage-pdu-trailing-text",
    ),
    (
        "an association in which no context was accepted is released; DCMTK only closes the connection",
        "endings",
        """
        storescu-peer-refuses-all storescu-peer-refuses-all-no-halt storescu-peer-refuses-all-required
        storescu-refuse-one-of-two storescu-rename-refused
        """,
    ),
    (
        "a peer that sends garbage or nothing gets an A-ABORT (PS3.8 9.2.3); DCMTK only closes the connection",
        "endings",
        """
        storescu-garbage-at-associate storescu-silent-at-associate
        dcmsend-garbage-at-associate dcmsend-silent-at-associate
        """,
    ),
    (
        "no association is opened when no file is left to be sent",
        "proposals endings",
        "storescu-only-missing-no-halt",
    ),
    (
        "a response to another message ends the association: DCMTK's storescu would take each further one for the next",
        "exit stores data endings",
        "storescu-wrong-message-id-no-halt",
    ),
    (
        "a response to another message is an error; DCMTK's dcmsend does not look at it",
        "exit stores data endings",
        "dcmsend-wrong-message-id",
    ),
    (
        "an A-ASSOCIATE-AC that answers what was not proposed ends the negotiation; DCMTK fails with the first file",
        "exit",
        "dcmsend-accept-syntax-not-proposed",
    ),
    (
        "a release collision is resolved as PS3.8 9.2.3 says; DCMTK calls it a failure",
        "exit",
        "storescu-release-collision",
    ),
    (
        "an instance is not sent on a context of another SOP class",
        "exit stores data endings",
        "dcmsend-other-class dcmsend-other-class-unchecked",
    ),
    ("an instance is not sent on a context of another SOP class", "stores data", "dcmsend-other-class-no-halt"),
    (
        "a file in a private transfer syntax is sent as it is when that is accepted; DCMTK promises it and fails",
        "exit stores data endings",
        "dcmsend-private-syntax-unchecked",
    ),
    (
        "a file in a private transfer syntax is not sent under another one that was guessed",
        "exit stores data endings",
        "storescu-private-syntax-any",
    ),
    (
        "meta information without a preamble is not sent as a part of the data set",
        "data",
        "storescu-meta-without-preamble-data-set dcmsend-meta-without-preamble-data-set",
    ),
    (
        "every attempt uses up a message ID; DCMTK's dcmsend leaves out those of files that it cannot read",
        "stores",
        "dcmsend-truncated-header-between-no-halt",
    ),
    (
        "an instance that fits a context of a full association travels in it; DCMTK begins the next one",
        "proposals stores",
        "dcmsend-classes-140-repeated",
    ),
    (
        "an instance that fits a context of a full association travels in it; DCMTK begins the next one",
        "proposals stores endings",
        "dcmsend-contexts-repeated-256",
    ),
    (
        "an identifying attribute that is missing is added to an invented instance; DCMTK complains and leaves it out",
        "data",
        """
        storescu-invent-folder storescu-invent-missing-attributes storescu-invent-missing-attributes-undefined-lengths
        """,
    ),
    (
        "an identifying attribute that is missing is added to an invented instance, its SOP instance UID, too",
        "exit stores data endings",
        "storescu-invent-missing-instance",
    ),
    (
        "the first series of every study has the number 1, each study an ID of its own; DCMTK goes on counting",
        "data",
        """
        storescu-invent-study-of-1 storescu-invent-study-of-2 storescu-invent-patient-of-1 storescu-invent-patient-of-2
        """,
    ),
    (
        "a file is renamed after its last repetition; DCMTK renames it after the first and does not find it again",
        "exit stores data endings names",
        "storescu-rename-repeat",
    ),
    (
        "a file is renamed after its last repetition, or the last of its places in the list",
        "stores data",
        "storescu-rename-repeat-no-halt storescu-rename-same-file-twice",
    ),
    (
        "what was not attempted keeps its name; DCMTK goes on over the dead connection",
        "names",
        "storescu-rename-closed-no-halt",
    ),
    (
        "with -R too a file is looked at once, as far as its identifiers: damage behind them is found when it is sent",
        "proposals stores data endings",
        "storescu-truncated-header-required",
    ),
    (
        "with -R too a file is looked at once, as far as its identifiers: what is found later counts as a message",
        "stores",
        "storescu-truncated-header-required-no-halt",
    ),
    (
        "private SOP classes, and storage classes that are younger than the table, are proposed by -R like any other",
        ALL,
        """
        storescu-private-class-required storescu-required-unknown-storage-class storescu-required-private-classes-128
        """,
    ),
    (
        "private SOP classes are proposed by -R like any other; DCMTK leaves their files out",
        "proposals stores data",
        "storescu-private-class-required-no-halt",
    ),
    (
        "blanks at the end of a value in a negotiation file, and a byte order mark before it, do not count",
        ALL,
        """
        storescu-xf-value-trailing-blank storescu-xf-role-trailing-blank storescu-xf-extended-trailing-blank
        storescu-xf-bom
        """,
    ),
    (
        "a line of a negotiation file that is neither heading nor entry is an error; DCMTK passes over it where it can",
        ALL,
        "storescu-xf-heading-over-lines storescu-xf-line-lost-last",
    ),
    (
        "a UID that is none, or the name of something else, is an error in the negotiation file; DCMTK proposes it",
        "proposals endings",
        """
        storescu-xf-ts-uid-too-long storescu-xf-ts-uid-empty-component storescu-xf-ts-of-another-kind
        storescu-xf-pc-of-another-kind
        """,
    ),
    (
        "a long list of transfer syntaxes may be proposed and used; DCMTK proposes it and then fails",
        "exit stores data endings",
        "storescu-xf-ts-127",
    ),
    (
        "1024 bytes of extended negotiation are allowed, as DCMTK's message says; DCMTK stops at 1023",
        ALL,
        "storescu-xf-extended-1024",
    ),
    (
        "roles are proposed once for a SOP class (PS3.7 D.3.3.4); DCMTK proposes them once for each context",
        "proposals",
        "storescu-xf-role-both-twice-proposed",
    ),
    (
        "an instance is not sent in a class for which the negotiated role is not SCU (PS3.7 D.3.3.4)",
        "exit stores data endings",
        "storescu-xf-role-both-scp-granted storescu-xf-role-both-none-granted storescu-xf-role-scp-granted",
    ),
    (
        "an instance is not sent in a class for which the negotiated role is not SCU (PS3.7 D.3.3.4)",
        "stores data",
        "storescu-xf-role-both-scp-granted-no-halt",
    ),
    (
        "an association in which no context was accepted is released; DCMTK only closes the connection",
        "endings",
        "storescu-xf-refused",
    ),
    ("-x= is an option like the others: not with -xf", ALL, "storescu-xf-and-x="),
    ("the rightmost password option counts", ALL, "storescu-identity-password-then-no-password"),
    (
        "an identity that no request can hold is found before a connection is made",
        "proposals endings",
        """
        storescu-identity-user-65530 storescu-identity-kerberos-token-65536 storescu-identity-kerberos-token-large
        storescu-identity-saml-token-65536 storescu-identity-saml-token-large storescu-identity-jwt-token-65536
        storescu-identity-jwt-token-large
        """,
    ),
    (
        "the association of a peer that does not answer the identity is aborted; DCMTK only closes the connection",
        "endings",
        """
        storescu-identity-user-response-none storescu-identity-user-response-none-no-halt
        storescu-identity-password-response-none storescu-identity-password-response-none-no-halt
        storescu-long-pos-response
        """,
    ),
    (
        "-rsp holds for every type of identity; DCMTK does not insist on an answer to a ticket, assertion or token",
        "exit stores data endings",
        """
        storescu-identity-kerberos-response-none storescu-identity-kerberos-response-none-no-halt
        storescu-identity-saml-response-none storescu-identity-saml-response-none-no-halt
        storescu-identity-jwt-response-none storescu-identity-jwt-response-none-no-halt
        """,
    ),
    (
        "a log configuration that cannot be followed is a mistake; DCMTK sends without the log that was asked for",
        ALL,
        """
        storescu-log-unknown-class dcmsend-log-unknown-class storescu-log-undefined-appender
        dcmsend-log-undefined-appender storescu-log-unknown-layout dcmsend-log-unknown-layout
        storescu-log-no-pattern dcmsend-log-no-pattern storescu-log-bad-pattern dcmsend-log-bad-pattern
        storescu-log-unwritable dcmsend-log-unwritable storescu-log-no-file-name dcmsend-log-no-file-name
        storescu-log-bad-threshold dcmsend-log-bad-threshold storescu-log-bad-logger-level
        dcmsend-log-bad-logger-level storescu-log-unknown-filter dcmsend-log-unknown-filter
        storescu-log-empty-root dcmsend-log-empty-root storescu-log-bad-size dcmsend-log-bad-size
        storescu-log-bad-flag dcmsend-log-bad-flag storescu-log-udp dcmsend-log-udp
        """,
    ),
    (
        "a root logger without a level is a mistake of the command line; DCMTK's tools crash",
        "exit",
        "storescu-log-bad-root dcmsend-log-bad-root storescu-log-inherited-root dcmsend-log-inherited-root",
    ),
    (
        "a data set has the size that it is stored with; DCMTK tells what its own encoding of it would take",
        "reports",
        "dcmsend-report-compressed dcmsend-report-deflated dcmsend-report-deflated-converted",
    ),
    (
        "an instance is not sent on a context of another SOP class",
        "stores data reports",
        "dcmsend-report-other-class",
    ),
    (
        "a file in a private transfer syntax is sent as it is when that is accepted; DCMTK promises it and fails",
        "stores data reports",
        "dcmsend-report-private-syntax",
    ),
    (
        "a file in a private transfer syntax is sent as it is when that is accepted; DCMTK promises it and fails",
        "stores data",
        "dcmsend-contexts-private-syntax-among-files dcmsend-contexts-private-syntax-legal",
    ),
    (
        "every attempt uses up a message ID; DCMTK's dcmsend leaves out those of files that it cannot read",
        "stores",
        "dcmsend-report-truncated",
    ),
    (
        "what the peer refused has no acceptable presentation context, with -dn, too; DCMTK tries to send it",
        "reports",
        "dcmsend-report-never-and-refused",
    ),
    (
        "a run that ends early leaves a report of what was done and what was not; DCMTK leaves none",
        "names reports",
        """
        dcmsend-report-no-file dcmsend-report-bad-file dcmsend-report-bad-files dcmsend-report-not-negotiated
        dcmsend-report-refused-halt dcmsend-report-closed
        """,
    ),
    (
        "what was not attempted on a dead connection is in the report as such, and that the transfer ended early",
        "reports",
        "dcmsend-report-closed-no-halt",
    ),
    (
        "a report is not written over an object; DCMTK overwrites it",
        "exit",
        "dcmsend-report-over-object",
    ),
    (
        "a run that ends early leaves a report of what was done and what was not; DCMTK leaves none",
        "names reports",
        """
        dcmsend-dicomdir-nothing dcmsend-dicomdir-nothing-no-halt dcmsend-dicomdir-no-references
        dcmsend-dicomdir-no-references-no-halt dcmsend-dicomdir-missing-first dcmsend-dicomdir-missing-last
        dcmsend-dicomdir-missing-all dcmsend-dicomdir-empty-id-first dcmsend-dicomdir-empty-id-between
        dcmsend-dicomdir-empty-id-last dcmsend-dicomdir-empty-id-only dcmsend-dicomdir-empty-id-only-no-halt
        dcmsend-dicomdir-no-class dcmsend-dicomdir-no-instance dcmsend-dicomdir-no-syntax dcmsend-dicomdir-query-class
        dcmsend-dicomdir-private-syntax dcmsend-dicomdir-refers-to-itself dcmsend-dicomdir-no-meta
        dcmsend-dicomdir-no-meta-no-halt dcmsend-dicomdir-truncated dcmsend-dicomdir-truncated-no-halt
        dcmsend-dicomdir-a-folder
        """,
    ),
    (
        "every attempt uses up a message ID; DCMTK's dcmsend leaves out those of files that it cannot read",
        "stores",
        "dcmsend-dicomdir-missing-first-no-halt dcmsend-dicomdir-a-folder-no-halt",
    ),
    (
        "an instance is not sent on a context of another SOP class than its own, but on one of its own if there is any",
        "stores reports",
        "dcmsend-dicomdir-other-class dcmsend-dicomdir-other-class-no-halt",
    ),
    (
        "an instance is not sent on a context of another SOP class than its own, but on one of its own if there is any",
        "stores",
        "dcmsend-dicomdir-query-class-unchecked",
    ),
    (
        "the records of a DICOMDIR are the items of its directory record sequence; DCMTK takes those within, too",
        "stores data reports",
        "dcmsend-dicomdir-nested dcmsend-dicomdir-nested-no-halt",
    ),
    (
        "no component of a Referenced File ID is empty, `..`, or has a slash or null in it; no link leads out",
        "exit proposals stores data endings reports",
        """
        dcmsend-dicomdir-climbing dcmsend-dicomdir-climbing-within dcmsend-dicomdir-slashes
        dcmsend-dicomdir-double-separator dcmsend-dicomdir-null dcmsend-dicomdir-links-outside
        """,
    ),
    (
        "no component of a Referenced File ID is empty, `..`, or has a slash or null in it; no link leads out",
        "stores data reports",
        """
        dcmsend-dicomdir-climbing-no-halt dcmsend-dicomdir-climbing-within-no-halt dcmsend-dicomdir-slashes-no-halt
        dcmsend-dicomdir-double-separator-no-halt dcmsend-dicomdir-null-no-halt dcmsend-dicomdir-links-outside-no-halt
        """,
    ),
    (
        "a Referenced File ID that names no file, or one of several, is found before anything is connected",
        "exit proposals endings names reports",
        """
        dcmsend-dicomdir-absolute dcmsend-dicomdir-leading-separator dcmsend-dicomdir-trailing-separator
        dcmsend-dicomdir-two-cases
        """,
    ),
    (
        "a Referenced File ID that names no file, or one of several, is found before anything is connected",
        "reports",
        """
        dcmsend-dicomdir-absolute-no-halt dcmsend-dicomdir-leading-separator-no-halt
        dcmsend-dicomdir-trailing-separator-no-halt dcmsend-dicomdir-two-cases-no-halt
        """,
    ),
    (
        "files of a DICOMDIR are found in small letters, and with what ISO 9660 puts behind their names",
        "exit stores data endings names reports",
        "dcmsend-dicomdir-lower-case",
    ),
    (
        "files of a DICOMDIR are found in small letters, and with what ISO 9660 puts behind their names",
        "stores data reports",
        "dcmsend-dicomdir-lower-case-no-halt",
    ),
    (
        "a DICOMDIR is recognised with -f, too; what it refers to is read as -f says",
        "exit proposals endings",
        "dcmsend-dicomdir-data-set-format",
    ),
    (
        "a file in a private transfer syntax, or said to be, is sent as what it is if that is accepted",
        "stores data",
        "dcmsend-dicomdir-private-syntax-unchecked",
    ),
    (
        "the option is ours alone",
        ALL,
        "storescu-strict-exit dcmsend-strict-exit "
        "storescu-progress storescu-no-progress dcmsend-progress dcmsend-no-progress",
    ),
    (
        "the option is newer than DCMTK 3.6.7, to which it is unknown",
        ALL,
        """
        storescu-ip-4 storescu-ip-4-long storescu-ip-auto storescu-ip-auto-long storescu-ip-rightmost
        dcmsend-ip-4 dcmsend-ip-4-long dcmsend-ip-auto dcmsend-ip-auto-long dcmsend-ip-rightmost
        storescu-long-propose-htj2k-lossless storescu-long-propose-htj2k-rpcl storescu-long-propose-htj2k
        storescu-long-propose-jpegxl-lossless storescu-long-propose-jpegxl-recompression
        storescu-long-propose-jpegxl
        """,
    ),
    (
        "the option is newer than DCMTK 3.6.7, to which it is unknown; the peer has no IPv6 address",
        "exit",
        "dcmsend-ip-6 dcmsend-ip-6-long dcmsend-ip-rightmost-6",
    ),
    (
        "decompressed samples of a byte are labelled OB; DCMTK labels them OW, of which it swaps the bytes (PS3.5 A.2)",
        "data",
        """
        dcmsend-decompress-jls-lossy-to-big-lossy dcmsend-decompress-jls-lossy-to-big-lossy-legal
        dcmsend-decompress-jls-lossy-to-explicit-lossy dcmsend-decompress-jls-lossy-to-explicit-lossy-legal
        dcmsend-decompress-jls-lossy-to-uncompressed-lossy dcmsend-decompress-jls-lossy-to-uncompressed-lossy-legal
        dcmsend-decompress-jpeg-lossless-to-big dcmsend-decompress-jpeg-lossless-to-big-lossless
        dcmsend-decompress-jpeg-lossless-to-big-lossy dcmsend-decompress-jpeg-lossless-to-big-lossy-legal
        dcmsend-decompress-jpeg-lossless-to-explicit dcmsend-decompress-jpeg-lossless-to-explicit-lossless
        dcmsend-decompress-jpeg-lossless-to-explicit-lossy dcmsend-decompress-jpeg-lossless-to-explicit-lossy-legal
        dcmsend-decompress-jpeg-lossless-to-uncompressed dcmsend-decompress-jpeg-lossless-to-uncompressed-lossless
        dcmsend-decompress-jpeg-lossless-to-uncompressed-lossy
        dcmsend-decompress-jpeg-lossless-to-uncompressed-lossy-legal dcmsend-decompress-jpeg8-to-big-lossy
        dcmsend-decompress-jpeg8-to-big-lossy-legal dcmsend-decompress-jpeg8-to-explicit-lossy
        dcmsend-decompress-jpeg8-to-explicit-lossy-legal dcmsend-decompress-jpeg8-to-uncompressed-lossy
        dcmsend-decompress-jpeg8-to-uncompressed-lossy-legal dcmsend-decompress-mixed-to-big
        dcmsend-decompress-mixed-to-big-legal dcmsend-decompress-mixed-to-big-lossless
        dcmsend-decompress-mixed-to-big-lossy dcmsend-decompress-mixed-to-big-lossy-legal
        dcmsend-decompress-mixed-to-big-no-halt dcmsend-decompress-mixed-to-explicit
        dcmsend-decompress-mixed-to-explicit-legal dcmsend-decompress-mixed-to-explicit-lossless
        dcmsend-decompress-mixed-to-explicit-lossy dcmsend-decompress-mixed-to-explicit-lossy-legal
        dcmsend-decompress-mixed-to-explicit-no-halt dcmsend-decompress-mixed-to-uncompressed
        dcmsend-decompress-mixed-to-uncompressed-legal dcmsend-decompress-mixed-to-uncompressed-lossless
        dcmsend-decompress-mixed-to-uncompressed-lossy dcmsend-decompress-mixed-to-uncompressed-lossy-legal
        dcmsend-decompress-mixed-to-uncompressed-no-halt dcmsend-decompress-rle-frames-to-big
        dcmsend-decompress-rle-frames-to-big-lossless dcmsend-decompress-rle-frames-to-big-lossy
        dcmsend-decompress-rle-frames-to-big-lossy-legal dcmsend-decompress-rle-frames-to-explicit
        dcmsend-decompress-rle-frames-to-explicit-lossless dcmsend-decompress-rle-frames-to-explicit-lossy
        dcmsend-decompress-rle-frames-to-explicit-lossy-legal dcmsend-decompress-rle-frames-to-uncompressed
        dcmsend-decompress-rle-frames-to-uncompressed-lossless dcmsend-decompress-rle-frames-to-uncompressed-lossy
        dcmsend-decompress-rle-frames-to-uncompressed-lossy-legal
        """,
    ),
    (
        "lossy JPEG of 12 bits: another decoder, whose inverse transform rounds otherwise, by 1 at most",
        "data",
        """
        dcmsend-decompress-jpeg12-to-big-lossy dcmsend-decompress-jpeg12-to-big-lossy-legal
        dcmsend-decompress-jpeg12-to-explicit-lossy dcmsend-decompress-jpeg12-to-explicit-lossy-legal
        dcmsend-decompress-jpeg12-to-implicit-lossy dcmsend-decompress-jpeg12-to-implicit-lossy-legal
        dcmsend-decompress-jpeg12-to-uncompressed-lossy dcmsend-decompress-jpeg12-to-uncompressed-lossy-legal
        """,
    ),
    (
        "JPEG 2000 is decompressed where its plugin is installed; DCMTK 3.6.7 cannot",
        ALL,
        """
        dcmsend-as-j2k-lossless-dly-legal dcmsend-as-j2k-lossless-legal
        dcmsend-decompress-j2k-lossless-to-big-lossy-legal dcmsend-decompress-j2k-lossless-to-explicit-lossy-legal
        dcmsend-decompress-j2k-lossless-to-implicit-lossy-legal
        dcmsend-decompress-j2k-lossless-to-uncompressed-lossy-legal dcmsend-kinds-legal-halt
        """,
    ),
    (
        "JPEG 2000 is decompressed where its plugin is installed; DCMTK 3.6.7 cannot",
        "proposals stores data endings",
        "dcmsend-kinds-legal-nothing-left",
    ),
    (
        "JPEG 2000 is decompressed where its plugin is installed; DCMTK 3.6.7 cannot",
        "proposals stores data",
        """
        dcmsend-decompress-j2k-lossless-to-big dcmsend-decompress-j2k-lossless-to-big-lossless
        dcmsend-decompress-j2k-lossless-to-big-lossy dcmsend-decompress-j2k-lossless-to-explicit
        dcmsend-decompress-j2k-lossless-to-explicit-lossless dcmsend-decompress-j2k-lossless-to-explicit-lossy
        dcmsend-decompress-j2k-lossless-to-implicit dcmsend-decompress-j2k-lossless-to-implicit-lossless
        dcmsend-decompress-j2k-lossless-to-implicit-lossy dcmsend-decompress-j2k-lossless-to-uncompressed
        dcmsend-decompress-j2k-lossless-to-uncompressed-lossless dcmsend-decompress-j2k-lossless-to-uncompressed-lossy
        dcmsend-decompress-j2k-to-big-lossy dcmsend-decompress-j2k-to-big-lossy-legal
        dcmsend-decompress-j2k-to-explicit-lossy dcmsend-decompress-j2k-to-explicit-lossy-legal
        dcmsend-decompress-j2k-to-implicit-lossy dcmsend-decompress-j2k-to-implicit-lossy-legal
        dcmsend-decompress-j2k-to-uncompressed-lossy dcmsend-decompress-j2k-to-uncompressed-lossy-legal
        dcmsend-kinds-legal dcmsend-long-no-illegal-proposal
        """,
    ),
    (
        "JPEG 2000 is decompressed where its plugin is installed; DCMTK 3.6.7 cannot",
        "exit proposals endings",
        "dcmsend-decompress-j2k-lossless-to-nothing-lossy-legal",
    ),
    (
        "JPEG 2000 can be decompressed where its plugin is installed: the uncompressed syntaxes are proposed, too",
        "proposals",
        """
        dcmsend-as-j2k-dly dcmsend-as-j2k-dly-legal dcmsend-as-j2k-lossless dcmsend-as-j2k-lossless-dls
        dcmsend-as-j2k-lossless-dly dcmsend-decompress-j2k-lossless-to-nothing
        dcmsend-decompress-j2k-lossless-to-nothing-lossless dcmsend-decompress-j2k-lossless-to-nothing-lossy
        dcmsend-decompress-j2k-to-nothing-lossy dcmsend-decompress-j2k-to-nothing-lossy-legal
        """,
    ),
)

#: id of a command line → the fields that differ, and the reason
DIFFERENCES: dict[str, tuple[set[str], str]] = {
    name: (set(fields.split()), reason) for reason, fields, names in TABLE for name in names.split()
}
