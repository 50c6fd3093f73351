"""``storejet demo`` and ``storejet doctor`` as a new user types them."""

import hashlib
import os
import subprocess
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest

from storejet.cli import demo


def command(storejet: Path, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [storejet, *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, **environment},
    )


def test_the_demo_sends_every_sample_that_can_be_sent(storejet: Path) -> None:
    done = command(storejet, "demo")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    identical = [line for line in lines if "stored, identical" in line]
    assert any("CT_small.dcm" in line for line in identical)
    assert any("JPEG-lossy.dcm" in line for line in identical)
    assert any("MR_truncated.dcm" in line and "is truncated" in line for line in lines)
    assert f"{len(identical)} of {len(identical)} files stored and identical" in lines[-1]
    assert "MB/s" in lines[-1]


def test_the_demo_fails_when_one_byte_differs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def damaged(self: demo.Receiver, event: object) -> int:
        data = event.request.DataSet.getvalue()  # type: ignore[attr-defined]
        uid = str(event.request.AffectedSOPInstanceUID)  # type: ignore[attr-defined]
        self.digests.setdefault(uid, []).append(hashlib.sha256(data[:-1] + bytes([data[-1] ^ 1])).hexdigest())
        return 0

    monkeypatch.setattr(demo.Receiver, "_keep", damaged)
    assert demo.run() == 1
    assert "stored, DIFFERENT" in capsys.readouterr().out


def test_the_demo_fails_when_the_peer_refuses(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(demo.Receiver, "_keep", lambda self, event: 0xA700)
    assert demo.run() == 1
    assert "0xa700" in capsys.readouterr().out


def test_the_doctor_tells_whose_storescu_the_path_reaches(storejet: Path, tmp_path: Path) -> None:
    own = str(storejet.parent)
    well = command(storejet, "doctor", PATH=own)
    assert well.returncode == 0, well.stdout
    assert f"{own}/storescu (storejet)" in well.stdout
    assert f"  {'zlib-ng':19} {version('zlib-ng'):14} deflated data sets" in well.stdout
    fake = tmp_path / "storescu"
    fake.write_text("#!/bin/sh\nfrom pynetdicom.apps.storescu.storescu import main\n")
    fake.chmod(0o755)
    shadowed = command(storejet, "doctor", PATH=f"{tmp_path}:{own}")
    assert shadowed.returncode == 1
    assert f"{fake} (pynetdicom)" in shadowed.stdout
    assert "'storejet storescu' always does" in shadowed.stdout


@pytest.mark.parametrize("tool", ["storescu", "dcmsend"])
def test_the_tools_have_names_that_cannot_be_shadowed(storejet: Path, sample: Callable[[str], Path], tool: str) -> None:
    from peers.scp import ScriptedScp

    with ScriptedScp() as scp:
        done = command(storejet, tool, "localhost", str(scp.port), str(sample("CT_small.dcm")))
    assert (done.returncode, done.stderr) == (0, "")
    assert len(scp.stores) == 1
    assert command(storejet, tool, "--version").stdout.startswith(f"$storejet: {tool} ")


def test_unknown_commands_are_usage_errors(storejet: Path) -> None:
    assert command(storejet, "frobnicate").returncode == 1
    assert command(storejet, "demo", "extra").returncode == 1
    assert command(storejet).stdout == command(storejet, "--help").stdout != ""
