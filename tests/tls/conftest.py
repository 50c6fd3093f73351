"""What the tests of TLS share: both tools, keys and authorities of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tls.authority import Authority
from tls.small_authority import Keys, make_keys


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return make_keys(tmp_path_factory.mktemp("keys"))


@pytest.fixture(params=["storescu", "dcmsend"])
def tool(request: pytest.FixtureRequest) -> Path:
    program: Path = request.getfixturevalue(request.param)
    return program


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("world"), "root")
