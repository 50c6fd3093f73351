"""Files that are read and worked on ahead of their turn."""

import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from peers import wire
from peers.scp import ScriptedScp

from storejet._core import EXPECT_ANY
from storejet.cli.console import Console
from storejet.codec.pool import Pool
from storejet.errors import InputError
from storejet.plan.route import Routes
from storejet.send import ahead
from storejet.send.compressing import compressing
from storejet.send.prepare import Prepared, Treatment
from storejet.send.sender import STORED, UNSENT
from storejet.send.session import Peer, open_session

CT = "1.2.840.10008.5.1.4.1.1.2"


def test_a_file_that_fails_before_its_first_block_leaves_the_association_alone(
    sample: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of it is on the wire yet, so the files behind it can still go."""
    paths = [tmp_path / name for name in ("one.dcm", "two.dcm", "three.dcm")]
    for path in paths:
        path.write_bytes(sample("CT_small.dcm").read_bytes())
    prepare = ahead.prepare

    def unreadable() -> Iterator[bytes]:
        raise InputError("changed while it was being sent")
        yield b""

    def prepared(source: object, path: str, *more: object) -> Prepared:
        made = prepare(source, path, *more)  # type: ignore[arg-type]
        if path == str(paths[1]):
            made.work = compressing(unreadable(), 6, Pool())
        return made

    monkeypatch.setattr(ahead, "prepare", prepared)
    with ScriptedScp() as scp:
        session = open_session(Peer("127.0.0.1", scp.port, "SCU", "SCP"), [(1, CT, (wire.DEFLATED,))], Console(), False)
        sender = ahead.AheadSender(session, EXPECT_ANY, Console(), "Store", Treatment())
        choose = Routes(session.usable, True).route
        outcomes = [
            sender.send(
                str(path), choose, lambda n, at=at: (str(paths[at + n]), choose) if at + n < len(paths) else None
            )
            for at, path in enumerate(paths)
        ]
        assert not session.over
        session.release()
    assert [outcome.kind for outcome in outcomes] == [STORED, UNSENT, STORED]
    assert outcomes[1].reason == "changed while it was being sent"
    assert [store.message_id for store in scp.stores] == [1, 3]


def test_a_run_that_takes_another_way_than_was_said(sample: Callable[[str], Path], tmp_path: Path) -> None:
    """What was begun is forgotten: no file goes out in the place of another."""
    content = sample("CT_small.dcm").read_bytes()
    paths = [tmp_path / f"{number}.dcm" for number in range(4)]
    for number, path in enumerate(paths):
        path.write_bytes(content.replace(b"CompressedSamples", f"CompressedSample{number}".encode()))
    with ScriptedScp() as scp:
        session = open_session(Peer("127.0.0.1", scp.port, "SCU", "SCP"), [(1, CT, (wire.DEFLATED,))], Console(), False)
        sender = ahead.AheadSender(session, EXPECT_ANY, Console(), "Store", Treatment())
        choose = Routes(session.usable, True).route
        for number in (0, 3, 1):
            outcome = sender.send(str(paths[number]), choose, lambda n: (str(paths[n]), choose) if n < 3 else None)
            assert outcome.kind == STORED
        session.release()
    inflated = [zlib.decompress(bytes(store.data), -15) for store in scp.stores]
    assert [number for data in inflated for number in range(4) if f"CompressedSample{number}".encode() in data] == [
        0,
        3,
        1,
    ]


@pytest.mark.parametrize("damaged", [False, True], ids=["good", "each given up"])
def test_the_work_ahead_goes_on_all_along(
    damaged: bool, sample: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was sent, or given up, makes room for what comes next: the last files are begun as early as the first."""
    path = tmp_path / "one.dcm"
    path.write_bytes(sample("CT_small.dcm").read_bytes())
    begun = 0
    prepare = ahead.prepare

    def failing() -> Iterator[bytes]:
        yield b"\0" * 1000
        yield b"\0" * 1000
        raise InputError("changed while it was being sent")

    def prepared(*arguments: object) -> Prepared:
        nonlocal begun
        begun += 1
        made = prepare(*arguments)  # type: ignore[arg-type]
        if damaged:
            made.work = compressing(failing(), 6, Pool())
        return made

    monkeypatch.setattr(ahead, "prepare", prepared)
    files, lead = 200, []
    with ScriptedScp() as scp:
        session = open_session(Peer("127.0.0.1", scp.port, "SCU", "SCP"), [(1, CT, (wire.DEFLATED,))], Console(), False)
        sender = ahead.AheadSender(session, EXPECT_ANY, Console(), "Store", Treatment())
        choose = Routes(session.usable, True).route
        for at in range(files):
            outcome = sender.send(str(path), choose, lambda n, at=at: (str(path), choose) if at + n < files else None)
            assert outcome.kind == (UNSENT if damaged else STORED)
            lead.append(begun - at - 1)
        session.release()
    assert min(lead[: files // 2]) > 8
    assert lead[-1] == 0
