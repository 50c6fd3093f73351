"""TLS: the command lines of storescu that are given to both tools. DCMTK's dcmsend has no TLS."""

from __future__ import annotations

from compat.observe import Row

TRUST = "+cf {keys:ca.crt}"
KEY = "+tls {keys:client.key} {keys:client.crt}"

#: name → options; the peer and a file follow
LINES = {
    "anonymous": f"+tla {TRUST}",
    "anonymous-long": "--anonymous-tls --add-cert-file {keys:ca.crt}",
    "identity": f"{KEY} {TRUST}",
    "identity-long": f"--enable-tls {{keys:client.key}} {{keys:client.crt}} {TRUST}",
    "rightmost-anonymous": f"{KEY} +tla {TRUST}",
    "rightmost-plain": f"{KEY} -tls",
    "untrusted": "+tla",
    "untrusted-verify": "+tla -rc",
    "require-long": f"+tla --ignore-peer-cert --require-peer-cert {TRUST}",
    "ignored": "+tla -rc -ic",
    "verify": f"+tla -vc {TRUST}",
    "verify-long": f"+tla --verify-peer-cert {TRUST}",
    "locked": f"+tls {{keys:rsa.locked}} {{keys:rsa.crt}} +pw 'geheim und lang' {TRUST}",
    "locked-long": f"+tls {{keys:rsa.locked}} {{keys:rsa.crt}} +ps --use-passwd 'geheim und lang' {TRUST}",
    "locked-wrong": f"+tls {{keys:rsa.locked}} {{keys:rsa.crt}} +pw wrong {TRUST}",
    "locked-empty": f"+tls {{keys:rsa.locked}} {{keys:rsa.crt}} -pw {TRUST}",
    "empty-long": f"{KEY} --std-passwd --null-passwd {TRUST}",
    "other-key": f"+tls {{keys:rsa.key}} {{keys:client.crt}} {TRUST}",
    "no-key": f"+tls {{keys:ca.srl}} {{keys:client.crt}} {TRUST}",
    "pem": f"+tla -der -pem {TRUST}",
    "pem-long": f"+tla --pem-keys {TRUST}",
    "der": "+tls {keys:client.p8} {keys:client.der} -der +cf {keys:ca.der}",
    "der-long": "+tls {keys:rsa.old} {keys:rsa.der} --der-keys +cf {keys:ca.der}",
    "der-is-pem": f"{KEY} -der {TRUST}",
    "directory": "+tla +cd {keys:hashed}",
    "directory-long": "+tla --add-cert-dir {keys:hashed}",
    "crl": f"+tla {TRUST} +crl {{keys:none.crl}}",
    "crl-long": f"+tla {TRUST} --add-crl-file {{keys:none.crl}} --enable-crl-vfy",
    "crl-all": f"+tla {TRUST} +crl {{keys:none.crl}} +cra",
    "crl-all-long": f"+tla {TRUST} +crl {{keys:none.crl}} --enable-crl-all",
    "crl-none": f"+tla {TRUST} +crv",
    "crl-revoked": f"+tla {TRUST} -der +cf {{keys:ca.der}} +crl {{keys:server.crl}}",
    **{f"profile{option}": f"+tla {TRUST} {option}" for option in ("+py", "+px", "+pz", "+pa", "+pn", "+pb")},
    **{
        f"profile-{name}-long": f"+tla {TRUST} --profile-{name}"
        for name in ("bcp195-nd", "bcp195", "bcp195-ex", "aes", "null", "basic")
    },
    "profile-rightmost": f"+tla {TRUST} +pz +py",
    "cipher": f"+tla {TRUST} +cs TLS_RSA_WITH_AES_128_CBC_SHA",
    "cipher-long": f"+tla {TRUST} --cipher TLS_RSA_WITH_AES_128_CBC_SHA --cipher TLS_RSA_WITH_AES_256_CBC_SHA",
    "cipher-unknown": f"+tla {TRUST} +cs TLS_RSA_WITH_FOO",
    "cipher-excluded": f"+tla {TRUST} +pz +cs TLS_RSA_WITH_AES_128_CBC_SHA",
    "seed": f"+tla {TRUST} +rs {{text:missing}}",
    "seed-long": f"+tla {TRUST} --seed {{text:missing}}",
    "write-seed": f"+tla {TRUST} +rs {{copy:ct}} +ws",
    "write-seed-long": f"+tla {TRUST} +rs {{copy:ct}} +wf {{report:other}} --write-seed",
    "write-seed-file": f"+tla {TRUST} +rs {{copy:ct}} +wf {{report:seed}}",
    "write-seed-file-long": f"+tla {TRUST} +rs {{copy:ct}} --write-seed-file {{report:seed}}",
    # newer than DCMTK 3.6.7, older, or ours
    **{f"profile{option}": f"+tla {TRUST} {option}" for option in ("+pg", "+pm")},
    **{f"profile-{name}-long": f"+tla {TRUST} --profile-{name}" for name in ("8996", "8996-mod")},
    "no-sni": f"+tla {TRUST} --request-sni localhost --no-sni",
    "dhparam": f"+tla {TRUST} +dp {{text:missing}}",
    "dhparam-long": f"+tla {TRUST} --dhparam {{text:missing}}",
    "verify-host": f"+tla {TRUST} --verify-host",
}

ROWS = [
    Row(f"storescu-tls-{name}", "storescu", f"{options} {{to}} {{file:ct}}", tls=True)
    for name, options in LINES.items()
]
ROWS += [
    Row(f"storescu-tls-{name}", "storescu", options)
    for name, options in {
        "list-ciphers": "+cc",
        "list-ciphers-long": "--list-ciphers",
        "list-profiles": "+ph",
        "list-profiles-long": "--list-profiles",
        "to-plain": "+tla -ic {to} {file:ct}",
        "without": f"{TRUST} {{to}} {{file:ct}}",
    }.items()
]
