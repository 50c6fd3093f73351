"""Each command line of the tables gives the same with DCMTK's tool and with ours, but for the listed differences."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from peers import found

from compat import (
    contexts_rows,
    conversion_rows,
    dcmsend_rows,
    decompression_rows,
    dicomdir_rows,
    logging_rows,
    negotiation_rows,
    processing_rows,
    progress_rows,
    report_rows,
    spelling_rows,
    storescu_rows,
    tls_rows,
)
from compat.differences import DIFFERENCES, TABLE
from compat.inputs import Inputs
from compat.observe import FIELDS, Row, arguments, differing, observe

ROWS = [
    *storescu_rows.ROWS,
    *negotiation_rows.ROWS,
    *processing_rows.ROWS,
    *conversion_rows.ROWS,
    *logging_rows.ROWS,
    *dcmsend_rows.ROWS,
    *decompression_rows.ROWS,
    *contexts_rows.ROWS,
    *dicomdir_rows.ROWS,
    *report_rows.ROWS,
    *spelling_rows.ROWS,
    *tls_rows.ROWS,
    *progress_rows.ROWS,
]

#: as it is shipped, DCMTK loses 40 ms with each object; this setting of its own makes it fast
ENVIRONMENTS = {"TCP_NODELAY": "1"}, None


@pytest.fixture(scope="session")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Inputs:
    return Inputs(tmp_path_factory.mktemp("compat"))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_same_as_dcmtk(row: Row, inputs: Inputs) -> None:
    programs = found.dcmtk(row.tool), found.ours(row.tool)
    arguments(row, inputs, 0)  # makes the files, before two threads want them
    with ThreadPoolExecutor(2) as pool:
        both = pool.map(lambda program, env: observe(program, row, inputs, env), programs, ENVIRONMENTS)
        (theirs, their_words), (ours, our_words) = both
    assert "Traceback" not in our_words
    expected, reason = DIFFERENCES.get(row.id, (set(), ""))
    found_different = differing(theirs, ours)
    report = [f"{row.tool} {row.line}"]
    for name in FIELDS:
        if (name in expected) != (name in found_different):
            report.append(f"{name}: theirs {getattr(theirs, name)!r:.2000}")
            report.append(f"{name}:   ours {getattr(ours, name)!r:.2000}")
    report += [f"their stderr: {their_words}", f"our stderr: {our_words}"]
    if reason:
        report.append(f"expected to differ: {reason}")
    assert found_different == expected, "\n".join(report)


def test_ids_are_unique() -> None:
    ids = [row.id for row in ROWS]
    assert len(set(ids)) == len(ids)


def test_every_difference_belongs_to_a_command_line() -> None:
    named = [name for _, _, names in TABLE for name in names.split()]
    assert len(set(named)) == len(named)
    assert set(named) <= {row.id for row in ROWS}
    for fields, reason in DIFFERENCES.values():
        assert fields
        assert fields <= set(FIELDS)
        assert reason
