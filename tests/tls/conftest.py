"""What the tests of TLS share: keys of their own."""

from __future__ import annotations

import pytest

from tls.small_authority import Keys, make_keys


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return make_keys(tmp_path_factory.mktemp("keys"))
