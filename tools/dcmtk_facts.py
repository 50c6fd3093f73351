"""What DCMTK's storescu and dcmsend have, in any release from 3.6.0 to 3.7.0: options and exit codes.

It tells what of ours is new. What these tools do with it is another matter: docs/differences.md.
"""

_BOTH = """
    help version arguments quiet verbose debug log-level log-config verbose-pc
    read-file read-file-only read-dataset scan-directories scan-pattern no-recurse recurse
    ipv4 ipv6 ip-auto aetitle call timeout acse-timeout dimse-timeout max-pdu max-send-pdu compression-level no-halt
"""

#: tool → long names
OPTIONS: dict[str, frozenset[str]] = {
    "storescu": frozenset(
        f"""{_BOTH}
        no-rename rename config-file
        propose-uncompr propose-little propose-big propose-implicit propose-lossless propose-jpeg8 propose-jpeg12
        propose-j2k-lossless propose-j2k-lossy propose-jls-lossless propose-jls-lossy propose-mpeg2 propose-mpeg2-high
        propose-mpeg4 propose-mpeg4-bd propose-mpeg4-2-2d propose-mpeg4-2-3d propose-mpeg4-2-st propose-hevc
        propose-hevc10 propose-htj2k-lossless propose-htj2k-rpcl propose-htj2k propose-jpegxl-lossless
        propose-jpegxl-recompression propose-jpegxl propose-rle propose-deflated
        required combine enable-new-vr disable-new-vr
        user password empty-password kerberos saml jwt pos-response
        socket-timeout repeat abort uid-padding invent-instance invent-series invent-study invent-patient
        disable-tls enable-tls anonymous-tls std-passwd use-passwd null-passwd pem-keys der-keys
        add-cert-file add-cert-dir add-crl-file enable-crl-vfy enable-crl-all
        list-profiles profile-8996 profile-8996-mod profile-bcp195-nd profile-bcp195 profile-bcp195-ex profile-basic
        profile-aes profile-null list-ciphers cipher dhparam no-sni request-sni seed write-seed write-seed-file
        require-peer-cert verify-peer-cert ignore-peer-cert
        """.split()
    ),
    "dcmsend": frozenset(
        f"""{_BOTH}
        list-decoders read-from-dicomdir decompress-never decompress-lossless decompress-lossy
        no-illegal-proposal no-uid-checks multi-associations single-association create-report-file
        """.split()
    ),
}

#: tool → exit codes, as the tables of ours show them; 130 is what a shell says of a program that Ctrl-C ended
EXIT_CODES: dict[str, tuple[str, ...]] = {
    "storescu": ("0", "1", "10", "1 to 255", "130"),
    "dcmsend": ("0", "1", "20", "21", "22", "23", "40", "43", "60", "61", "62", "65", "130"),
}
