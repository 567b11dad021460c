"""One live server for all tests of the page, first without and then with a model."""

from collections.abc import Iterator

import pytest

from harness.live_server import LiveServer, SmallSample, small_sample_in
from harness.ports import free_port


@pytest.fixture(scope="session")
def small_sample(tmp_path_factory: pytest.TempPathFactory) -> SmallSample:
    """Sample data with a model of it that is not saved yet."""
    return small_sample_in(tmp_path_factory.mktemp("sample"))


@pytest.fixture(scope="module")
def untrained_server(
    small_sample: SmallSample, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LiveServer]:
    """A live server without a model, in a folder with a space and Japanese characters."""
    root = small_sample.copy_to(tmp_path_factory.mktemp("ライブ 画面"))
    live = LiveServer(root, free_port())
    live.start()
    yield live
    live.stop()


@pytest.fixture(scope="module")
def server(untrained_server: LiveServer, small_sample: SmallSample) -> LiveServer:
    """The same server from when it has a demonstrated model."""
    small_sample.serve(untrained_server.root, "20260101-000000-000001", "demonstrated")
    untrained_server.wait_until(lambda: untrained_server.served_version() is not None)
    return untrained_server
