"""dcmsend's report file: where and how it is written, and that it is written however the run ends."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from compat.encode import SECONDARY_CAPTURE, data_set, file, identity, instance, meta, pixels
from peers import script
from peers.listening import free_port
from peers.process import Result, run
from peers.scp import ScriptedScp
from peers.script import Script

#: what a command comes to, told by a small process: one that is forked off a large one inherits that one's peak
MEASURE = """
import os, sys
_, status, usage = os.wait4(os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ), 0)
print(status, usage.ru_maxrss)
"""

PARTIAL = "Transfer ended early     : "


@pytest.fixture
def image(tmp_path: Path) -> Path:
    path = tmp_path / "image.dcm"
    path.write_bytes(instance(SECONDARY_CAPTURE, "2.25.1"))
    return path


def send(
    dcmsend: Path, report: Path | str, *files: Path | str, conduct: Script | None = None, **more: object
) -> Result:
    with ScriptedScp(conduct or Script()) as scp:
        return run(dcmsend, ["+crf", report, "127.0.0.1", str(scp.port), *files], **more)  # type: ignore[arg-type]


def labels(text: str) -> dict[str, list[str]]:
    """What stands behind each label, in order."""
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        label, colon, value = line.partition(" : ")
        if colon:
            found.setdefault(label.strip(), []).append(value)
    return found


def test_it_ends_with_a_newline_and_leaves_nothing_else(dcmsend: Path, image: Path) -> None:
    report = image.parent / "report.txt"
    result = send(dcmsend, report, image)
    assert (result.code, result.err) == (0, "")
    text = report.read_text()
    assert text.startswith("Detailed Report on the Transfer of Instances\n" + "=" * 44 + "\n\n")
    assert text.endswith("  * with status SUCCESS  : 1\n")
    assert PARTIAL not in text
    assert sorted(path.name for path in image.parent.iterdir()) == ["image.dcm", "report.txt"]


@pytest.mark.parametrize("mask", [0o022, 0o077, 0o027])
def test_a_new_report_has_the_permissions_of_any_new_file(dcmsend: Path, image: Path, mask: int) -> None:
    report = image.parent / "report.txt"
    before = os.umask(mask)
    try:
        send(dcmsend, report, image)
    finally:
        os.umask(before)
    assert stat.S_IMODE(report.stat().st_mode) == 0o666 & ~mask


def test_an_old_report_is_replaced_with_a_warning_and_keeps_its_permissions(dcmsend: Path, image: Path) -> None:
    report = image.parent / "report.txt"
    report.write_text("old " * 9999)
    report.chmod(0o604)
    result = send(dcmsend, report, image)
    assert result.code == 0
    assert result.lines == [f"W: file '{report}' already exists, overwriting"]
    assert "old " not in report.read_text()
    assert stat.S_IMODE(report.stat().st_mode) == 0o604


def test_a_link_is_followed_and_stays(dcmsend: Path, image: Path) -> None:
    (image.parent / "real").mkdir()
    report = image.parent / "report.txt"
    for target in (Path("real/first.txt"), Path("real/first.txt")):
        report.unlink(missing_ok=True)
        report.symlink_to(target)
        assert send(dcmsend, report, image).code == 0
        assert report.is_symlink()
        assert "Status Summary" in (image.parent / target).read_text()


def test_a_file_with_several_names_is_written_in_place(dcmsend: Path, image: Path) -> None:
    report, other = image.parent / "report.txt", image.parent / "other.txt"
    report.write_text("old " * 9999)
    other.hardlink_to(report)
    assert send(dcmsend, report, image).code == 0
    assert report.samefile(other)
    assert report.read_text().startswith("Detailed Report")
    assert "old" not in report.read_text()


@pytest.mark.parametrize("name", ["/dev/stdout", "/proc/self/fd/1"])
def test_to_standard_output_that_is_a_pipe(dcmsend: Path, image: Path, name: str) -> None:
    result = send(dcmsend, name, image)
    assert (result.code, result.err) == (0, "")
    assert "Number of SOP instances  : 1\n" in result.out


def test_to_standard_output_that_is_a_file_which_is_not_emptied(dcmsend: Path, image: Path) -> None:
    log = image.parent / "log.txt"
    log.write_text("before\n")
    with ScriptedScp() as scp, log.open("ab") as out:
        command = [dcmsend, "+crf", "/dev/stdout", "127.0.0.1", str(scp.port), image]
        assert subprocess.run(command, stdout=out, check=False, timeout=30).returncode == 0
    assert log.read_text().startswith("before\nDetailed Report")


def test_to_a_pipe_with_a_name(dcmsend: Path, image: Path) -> None:
    pipe = image.parent / "pipe"
    os.mkfifo(pipe)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()))
    reader.start()
    result = send(dcmsend, pipe, image)
    reader.join(10)
    assert (result.code, result.err) == (0, "")
    assert read[0].endswith("  * with status SUCCESS  : 1\n")
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_device_stays_one(dcmsend: Path, image: Path) -> None:
    assert send(dcmsend, "/dev/null", image).code == 0
    result = send(dcmsend, "/dev/full", image)
    assert result.code == 43
    assert result.lines == [
        "E: cannot write detailed report to file '/dev/full': No space left on device; try: write it elsewhere (+crf)"
    ]
    assert stat.S_ISCHR(Path("/dev/full").stat().st_mode)


def test_names_have_the_bytes_that_they_have_and_make_no_lines(dcmsend: Path, image: Path) -> None:
    odd = os.fsencode(image.parent) + b"/a\nNumber        : 9\xff\x1b[1m\xc3\xa4.dcm"
    os.rename(image, odd)
    report = os.fsencode(image.parent) + b"/r\xfe\n.txt"
    with ScriptedScp() as scp:
        command = [os.fsencode(dcmsend), b"+crf", report, b"127.0.0.1", str(scp.port).encode(), odd]
        assert subprocess.run(command, check=False, timeout=30).returncode == 0
    with open(report, "rb") as written:
        lines = written.read().split(b"\n")
    assert b"Filename      : " + odd.replace(b"\n", rb"\n").replace(b"\x1b", rb"\x1b") in lines
    assert sum(line.startswith(b"Number        : ") for line in lines) == 1


def test_where_it_cannot_be_written_is_said_before_and_the_files_are_sent(dcmsend: Path, image: Path) -> None:
    report = image.parent / "none" / "report.txt"
    with ScriptedScp() as scp:
        result = run(dcmsend, ["-v", "+crf", report, "127.0.0.1", str(scp.port), image])
        (association,) = scp.finish()
    assert result.code == 43
    assert association.ending == "release"
    assert len(association.stores) == 1
    assert result.lines[0].startswith(f"W: the detailed report will hardly be written to file '{report}': its folder: ")
    assert (
        f"E: cannot write detailed report to file '{report}': No such file or directory; try: write it elsewhere (+crf)"
        in (result.lines)
    )
    assert result.lines[-1] == "I:   * with status SUCCESS  : 1"


def test_an_object_is_not_overwritten(dcmsend: Path, image: Path) -> None:
    """``+crf *.dcm`` is soon typed."""
    other = image.parent / "other.dcm"
    other.write_bytes(before := instance(SECONDARY_CAPTURE, "2.25.2"))
    result = send(dcmsend, other, image)
    assert result.code == 43
    assert "it is a DICOM file, which a report does not overwrite" in result.err
    assert other.read_bytes() == before


def test_another_exit_code_counts_more(dcmsend: Path, image: Path) -> None:
    report = image.parent / "none" / "report.txt"
    assert send(dcmsend, report, image, conduct=Script(on_associate=script.reject(1, 1, 1))).code == 61
    assert send(dcmsend, report, image, image, conduct=Script(on_response=script.close)).code == 62


# runs that end early


def test_a_further_association_that_is_not_negotiated(dcmsend: Path, tmp_path: Path) -> None:
    files = []
    for number in range(130):
        path = tmp_path / f"{number:03}.dcm"
        path.write_bytes(instance(f"2.25.7.{number}", f"2.25.8.{number}"))
        files.append(path)
    report = tmp_path / "report.txt"
    refusing = threading.Event()

    def once(link: object) -> bool:
        if refusing.is_set():
            return script.reject(1, 1, 1)(link)  # type: ignore[arg-type]
        refusing.set()
        return True

    result = send(dcmsend, report, *files, conduct=Script(on_associate=once))
    assert result.code == 61
    found = labels(report.read_text())
    assert found["Number of associations"] == ["2"]
    assert found["- sent to the peer"] == ["128"]
    assert found["- NOT sent to the peer"] == ["2"]
    assert found["DIMSE Status"] == ["0x0000 (Success)"] * 128 + ["<not sent>"] * 2
    assert found["Association"] == ["1"] * 128 + ["0"] * 2
    (reason,) = found["Transfer ended early"]
    assert reason.startswith("cannot negotiate network association: Association Rejected")


@pytest.mark.parametrize(
    ("number", "code", "words"),
    [
        (signal.SIGINT, 130, "interrupted by the user"),
        (signal.SIGTERM, -signal.SIGTERM, "ended by signal 15"),
        (signal.SIGHUP, -signal.SIGHUP, "ended by signal 1"),
    ],
)
def test_a_signal(dcmsend: Path, tmp_path: Path, number: int, code: int, words: str) -> None:
    files = []
    for count in range(3):
        path = tmp_path / f"{count}.dcm"
        path.write_bytes(
            file(
                meta(SECONDARY_CAPTURE, f"2.25.{count}", "1.2.840.10008.1.2.1"),
                data_set([*identity(SECONDARY_CAPTURE, f"2.25.{count}"), *pixels(False, 64)]),
            )
        )
        files.append(path)
    report = tmp_path / "report.txt"
    silent = Script(on_response=script.only(2, script.silent))
    with ScriptedScp(silent) as scp:
        command: list[str | Path] = [dcmsend, "+crf", report, "127.0.0.1", str(scp.port), *files]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
            deadline = time.monotonic() + 20
            while len(scp.stores) < 2 and time.monotonic() < deadline:
                time.sleep(0.01)
            time.sleep(0.1)
            process.send_signal(number)
            _, said = process.communicate(timeout=20)
        (association,) = scp.finish()
    assert process.returncode == code, said
    assert association.ending == "abort"
    found = labels(report.read_text())
    assert found["DIMSE Status"] == ["0x0000 (Success)", "<not sent>", "<not sent>"]
    assert found["Transfer ended early"] == [words]
    assert len(said.splitlines()) == 1
    assert said.startswith("F: ")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["0.dcm", "1.dcm", "2.dcm", "report.txt"]


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, -15), (signal.SIGHUP, -1)])
@pytest.mark.parametrize("signals", [1, 2])
def test_a_signal_while_the_report_is_written(dcmsend: Path, image: Path, number: int, code: int, signals: int) -> None:
    """It waits for that, and a second one does not: nobody may be there to read it."""
    report = image.parent / "pipe"
    os.mkfifo(report)
    with ScriptedScp() as scp:
        command: list[str | Path] = [dcmsend, "-v", "+crf", report, "127.0.0.1", str(scp.port), image]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
            assert process.stderr is not None
            assert any("creating detailed report" in line for line in process.stderr)
            time.sleep(0.2)
            process.send_signal(number)
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(0.3)
            if signals == 2:
                process.send_signal(number)
                text = ""
            else:
                text = report.read_text()
            said = process.stderr.read()
            process.wait(20)
    assert process.returncode == code, said
    assert "Traceback" not in said
    if signals == 1:
        assert text.endswith("  * with status SUCCESS  : 1\n")
        assert PARTIAL not in text


def test_an_early_end_before_anything_was_queued(dcmsend: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.txt"
    result = run(dcmsend, ["+crf", report, "127.0.0.1", str(free_port()), tmp_path / "missing.dcm"])
    assert result.code == 22
    found = labels(report.read_text())
    assert found["Number of SOP instances"] == ["0"]
    assert found["Transfer ended early"][0].startswith("bad DICOM file: ")


def test_thousands_of_files_need_little_memory(dcmsend: Path, tmp_path: Path) -> None:
    """A report adds little to what the list itself takes: peak resident size with and without it, in KB."""
    folder = tmp_path / "files"
    folder.mkdir()
    for number in range(5000):
        (folder / f"{number:05}.dcm").write_bytes(instance(SECONDARY_CAPTURE, f"2.25.{number}"))
    report = tmp_path / "report.txt"
    peaks = []
    for options in ((), ("+crf", str(report))):
        with ScriptedScp() as scp:
            command = [sys.executable, "-c", MEASURE, dcmsend, *options, "+sd", "127.0.0.1", str(scp.port), folder]
            said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
        status, peak = map(int, said.split())
        assert status == 0
        peaks.append(peak)
    assert len(labels(report.read_text())["Number"]) == 5000
    assert peaks[1] - peaks[0] < 3000, peaks
