"""The processes that decode: they crash, hang and are orphaned here for real, and the one that asks goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from encapsulated import image
from incomplete import environment

from storejet.codec import workers
from storejet.errors import InputError, MissingPlugin

SMALL = "valid/pylibjpegdata__JPEGBaseline_1s_1f_u_08_08.dcm"
LARGE = "valid/deiddata__deid_data_dicom-cookies_image6.dcm"
OPTIONS = (100, 100, 1, 8, False)


@pytest.fixture
def pool() -> Iterator[workers.Pool]:
    made = workers.Pool()
    yield made
    made.close()


def ended(pid: int, seconds: float = 5) -> bool:
    """Whether a process is gone within some seconds, a zombie not being gone."""
    for _ in range(int(seconds * 100)):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.01)
    return False


def children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def decode(pool: workers.Pool, stream: bytes) -> bytes:
    return pool.decode("jpeg", stream, OPTIONS, 10000)


def only(pool: workers.Pool) -> int:
    [pid] = pool.workers
    return pid


@pytest.fixture
def small(corpus: Path) -> bytes:
    return image(corpus / SMALL).frames[0]


def test_one_process_serves_one_thread(pool: workers.Pool, small: bytes) -> None:
    first = decode(pool, small)
    pid = only(pool)
    assert decode(pool, small) == first
    assert only(pool) == pid
    pool.close()
    assert ended(pid)
    assert decode(pool, small) == first


def test_many_threads(pool: workers.Pool, corpus: Path) -> None:
    """No frame gets another one's pixels, and there are no more processes than processors."""
    names = [SMALL, "valid/pydicom__JPGExtended.dcm", "valid/orthanctests__Issue140.dcm"]
    images = [image(corpus / name) for name in names]
    expected = [one.native() for one in images]
    decoders = [one.decoder() for one in images]
    wrong: list[str] = []

    def work(first: int) -> None:
        for turn in range(first, first + 30):
            which = turn % len(images)
            if decoders[which].decode(images[which].frames[0]) != expected[which]:
                wrong.append(names[which])

    threads = [threading.Thread(target=work, args=(first,)) for first in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert 1 <= len(workers.pool().workers) <= workers.pool().most <= workers.MOST_WORKERS


def test_a_crash_is_the_frames_fault_and_the_process_is_replaced(pool: workers.Pool, small: bytes) -> None:
    expected = decode(pool, small)
    pid = only(pool)
    os.kill(pid, signal.SIGSEGV)
    with pytest.raises(InputError, match=r"cannot be decoded: the decoder crashed on this frame \(signal 11\)$"):
        decode(pool, small)
    assert ended(pid, 0.1)
    assert decode(pool, small) == expected
    assert only(pool) != pid


def test_a_crash_in_the_middle_of_a_frame(pool: workers.Pool, corpus: Path) -> None:
    large = image(corpus / LARGE)
    options = (1536, 2048, 3, 8, True)
    pool.decode("jpeg", large.frames[0], options, 1536 * 2048 * 3)
    pid = only(pool)
    killer = threading.Timer(0.02, os.kill, (pid, signal.SIGSEGV))
    killer.start()
    with pytest.raises(InputError, match="crashed on this frame"):
        pool.decode("jpeg", large.frames[0], options, 1536 * 2048 * 3)
    killer.join()
    assert pool.workers == []
    assert ended(pid, 0.1)


def crash(pool: workers.Pool, small: bytes) -> None:
    pool.prepare("jpeg", 1)
    os.kill(only(pool), signal.SIGSEGV)
    with pytest.raises(InputError, match="crashed on this frame"):
        decode(pool, small)


def test_many_crashes_in_a_row_are_enough(pool: workers.Pool, small: bytes) -> None:
    for _ in range(workers.MOST_CRASHES - 1):
        crash(pool, small)
    assert len(decode(pool, small)) == 10000  # one that succeeds, and the counting starts again
    for _ in range(workers.MOST_CRASHES):
        crash(pool, small)
    with pytest.raises(InputError, match="the decoder crashed 8 times in a row and is not started again"):
        decode(pool, small)


def test_a_process_that_hangs(pool: workers.Pool, small: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = decode(pool, small)
    pid = only(pool)
    monkeypatch.setattr(workers, "PATIENCE", 1)
    os.kill(pid, signal.SIGSTOP)
    started = time.monotonic()
    with pytest.raises(InputError, match="the decoder did not finish this frame within 1 seconds"):
        decode(pool, small)
    assert 0.9 < time.monotonic() - started < 5
    assert ended(pid, 0.1)
    monkeypatch.undo()
    assert decode(pool, small) == expected


def test_nothing_is_left_open(pool: workers.Pool, small: bytes) -> None:
    decode(pool, small)
    pool.close()
    before = sorted(os.listdir("/proc/self/fd"))
    for _ in range(3):
        decode(pool, small)
        crash_pid = only(pool)
        os.kill(crash_pid, signal.SIGKILL)
        with pytest.raises(InputError, match="signal 9"):
            decode(pool, small)
    assert sorted(os.listdir("/proc/self/fd")) == before


def test_the_memory_file_is_given_back(pool: workers.Pool, corpus: Path) -> None:
    large = image(corpus / LARGE)
    pool.decode("jpeg", large.frames[0], (1536, 2048, 3, 8, True), 1536 * 2048 * 3)
    sizes = []
    for name in os.listdir("/proc/self/fd"):
        path = f"/proc/self/fd/{name}"
        # the listing's own descriptor is gone by now
        if os.path.exists(path) and "storejet frame" in os.readlink(path):
            sizes.append(os.stat(path).st_size)
    assert sizes
    assert not any(sizes)


PARENT = """
    import sys, time
    from storejet.codec import workers
    pool = workers.Pool()
    frame = open(sys.argv[1], "rb").read()
    pool.decode("jpeg", frame, (100, 100, 1, 8, False), 10000)
    pool.prepare("jpeg", 2)
    print(*pool.workers, flush=True)
    time.sleep(60)
"""


def parent(tmp_path: Path, small: bytes, *options: str, code: str = PARENT) -> subprocess.Popen[str]:
    (tmp_path / "frame.jpg").write_bytes(small)
    command = [sys.executable, *options, "-c", textwrap.dedent(code), str(tmp_path / "frame.jpg")]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )


@pytest.mark.parametrize("deadly", [signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV])
def test_processes_end_with_the_one_that_started_them(deadly: signal.Signals, tmp_path: Path, small: bytes) -> None:
    with parent(tmp_path, small) as asking:
        assert asking.stdout is not None
        pids = [int(one) for one in asking.stdout.readline().split()]
        assert 1 <= len(pids) <= 2
        asking.send_signal(deadly)
        asking.wait(10)
        assert all(ended(pid) for pid in pids)
        assert asking.stdout.read() == ""


def test_ctrl_c_of_the_terminal_is_not_for_them(tmp_path: Path, small: bytes) -> None:
    """It goes to all of the group; they go on, and end with the one that was meant."""
    code = """
        import sys, time
        from storejet.codec import workers
        pool = workers.Pool()
        frame = open(sys.argv[1], "rb").read()
        pool.decode("jpeg", frame, (100, 100, 1, 8, False), 10000)
        pool.prepare("jpeg", 2)
        try:
            print(*pool.workers, flush=True)
            time.sleep(60)
        except KeyboardInterrupt:
            pass
        assert len(pool.decode("jpeg", frame, (100, 100, 1, 8, False), 10000)) == 10000
        print("decoded", flush=True)
    """
    with parent(tmp_path, small, code=code) as asking:
        assert asking.stdout is not None
        pids = [int(one) for one in asking.stdout.readline().split()]
        os.killpg(asking.pid, signal.SIGINT)
        assert asking.stdout.read() == "decoded\n"
        assert asking.wait(10) == 0
        assert all(ended(pid) for pid in pids)


def test_an_interrupted_wait_leaves_no_wrong_answers(tmp_path: Path, small: bytes) -> None:
    code = """
        import os, signal, sys, threading
        from storejet.codec import workers
        pool = workers.Pool()
        frame = open(sys.argv[1], "rb").read()
        expected = pool.decode("jpeg", frame, (100, 100, 1, 8, False), 10000)
        [pid] = pool.workers
        os.kill(pid, signal.SIGSTOP)
        threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
        try:
            pool.decode("jpeg", frame, (100, 100, 1, 8, False), 10000)
        except KeyboardInterrupt:
            print("interrupted")
        assert pool.workers == []
        assert pool.decode("jpeg", frame, (100, 100, 1, 8, False), 10000) == expected
        print("right")
    """
    with parent(tmp_path, small, code=code) as asking:
        assert asking.stdout is not None
        assert asking.stdout.read() == "interrupted\nright\n"


# -- packages that are not there, or do not work ---------------------------------------------------------------------

ASK = """
    import sys
    from storejet.codec import decoders
    from storejet.codec.image_pixel import ImagePixel
    from storejet.errors import InputError, MissingPlugin
    frame = open(sys.argv[1], "rb").read()
    stored = ImagePixel(100, 100, 1, 1, 8, 8, 7, 0, 0, "MONOCHROME2")
    try:
        decoder = decoders.decoder_for("1.2.840.10008.1.2.4.50", stored, frame)
        print(len(decoder.decode(frame)))
    except (InputError, MissingPlugin) as error:
        print(error)
"""


def ask(folder: Path, tmp_path: Path, small: bytes) -> str:
    code = f"import sys; sys.path.append({str(folder)!r})\n" + textwrap.dedent(ASK)
    with parent(tmp_path, small, "-IS", code=code) as asking:
        assert asking.stdout is not None
        return asking.stdout.read()


def test_a_folder_to_import_from_is_enough(tmp_path: Path, small: bytes) -> None:
    """As after pip install --target, and as in the lean start of the tools: no site, one folder on the path."""
    assert ask(environment(tmp_path, "_libjpeg", "numpy"), tmp_path, small) == "10000\n"


@pytest.mark.parametrize(
    "imaging",
    [
        "raise RuntimeError('half installed')",
        "HAVE_LIBJPEGTURBO = False",
        "HAVE_LIBJPEGTURBO = True",
        "HAVE_LIBJPEGTURBO = True\ndef new(*_): return None\nclass jpeg_decoder:\n  def __init__(self, *_): pass\n"
        "  def setimage(self, *_): pass\n  def decode(self, _): return 0, 0\n",
    ],
    ids=["broken", "another libjpeg", "another Pillow", "a decoder that decodes nothing"],
)
def test_a_pillow_that_is_of_no_use(imaging: str, tmp_path: Path, small: bytes) -> None:
    """Then the other package decodes all."""
    folder = environment(tmp_path, "_libjpeg", "numpy")
    (folder / "PIL").mkdir()
    (folder / "PIL" / "__init__.py").touch()
    (folder / "PIL" / "_imaging.py").write_text(imaging)
    assert ask(folder, tmp_path, small) == "10000\n"


def test_a_package_that_is_not_installed(tmp_path: Path, small: bytes) -> None:
    assert ask(environment(tmp_path, "numpy"), tmp_path, small) == (
        "its pixel data cannot be decoded: the package pylibjpeg-libjpeg is not installed\n"
    )


def test_a_package_that_lacks_another(tmp_path: Path, small: bytes) -> None:
    said = ask(environment(tmp_path, "_libjpeg"), tmp_path, small)
    assert said.startswith("its pixel data cannot be decoded: its decoder cannot be loaded (")
    assert "numpy" in said
    assert said.count("\n") == 1


def test_a_package_that_is_broken(tmp_path: Path, small: bytes) -> None:
    folder = environment(tmp_path, "numpy")
    (folder / "_libjpeg.py").write_text("print('noise')\nraise RuntimeError('half\\ninstalled')\n")
    said = ask(folder, tmp_path, small)
    assert said.startswith("its pixel data cannot be decoded: its decoder cannot be loaded (RuntimeError: half")
    assert said.count("\n") == 1


def test_a_package_that_crashes_when_it_is_loaded(tmp_path: Path, small: bytes) -> None:
    folder = environment(tmp_path, "numpy")
    (folder / "_libjpeg.py").write_text("import os\nos.abort()\n")
    assert "the decoder crashed on this frame (signal 6)" in ask(folder, tmp_path, small)


def test_what_a_decoder_prints_is_not_seen_and_not_an_answer(tmp_path: Path, small: bytes) -> None:
    folder = environment(tmp_path, "numpy")
    (folder / "_libjpeg.py").write_text(
        textwrap.dedent(
            """
            import os
            def decode(*_):
                for descriptor in (1, 2):
                    os.write(descriptor, b"\\0\\x10\\x27" * 10)
                print("noise")
                return b"0::::", bytearray(10000), {}
            """
        )
    )
    assert ask(folder, tmp_path, small) == "10000\n"


def test_no_process_can_be_started(pool: workers.Pool, small: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nonexistent/python")
    before = sorted(os.listdir("/proc/self/fd"))
    pool.prepare("jpeg", 2)
    with pytest.raises(MissingPlugin, match="no process can be started to decode its pixel data"):
        decode(pool, small)
    assert sorted(os.listdir("/proc/self/fd")) == before


def test_a_frame_that_is_wrong_for_its_options(pool: workers.Pool, small: bytes) -> None:
    with pytest.raises(InputError, match="the decoder made 10000 bytes of a frame that has 9999"):
        pool.decode("jpeg", small, OPTIONS, 9999)
    with pytest.raises(MissingPlugin, match=r"its decoder cannot be loaded \(KeyError"):
        pool.decode("tea", small, OPTIONS, 10000)
    assert len(decode(pool, small)) == 10000
