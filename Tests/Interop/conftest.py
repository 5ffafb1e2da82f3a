"""Fixtures: a server and clients for each test, taken down afterwards; what this machine lacks is skipped and said."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest

from foreign.client import Client
from foreign.echo import Echo
from foreign.forwarder import Forwarder
from foreign.island import Island
from foreign.lossy import LossyForwarder
from foreign.meeting import Meeting
from foreign.stacks import Stack, Workshop
from foreign.studio import Studio
from lab.browsers import Browsers
from lab.machine import pytest_collection_modifyitems, pytest_sessionstart  # noqa: F401 (hooks)
from lab.places import outward_address
from lab.server import Server

# Loopback only where there is nothing else: libnice binds sockets to an interface, from which loopback is out of reach.
ADDRESS = outward_address() or "127.0.0.1"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--cells", help="a file to which the cells of docs/interop.md are written whose tests have passed")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo) -> Iterator[None]:
    """Keeps which cells of the table have passed."""
    report = yield
    marker = item.get_closest_marker("cell")
    if marker and report.when == "call" and report.passed:
        item.config.stash.setdefault(PASSED, []).append(marker.args)
    return report


def pytest_sessionfinish(session: pytest.Session) -> None:
    if path := session.config.getoption("--cells"):
        Path(path).write_text(json.dumps(session.config.stash.get(PASSED, [])))


PASSED: pytest.StashKey[list[tuple[str, str, str]]] = pytest.StashKey()


@pytest.fixture(scope="session")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    return Workshop(tmp_path_factory.mktemp("stacks"))


@pytest.fixture(scope="session")
def browsers() -> Iterator[Browsers]:
    opened = Browsers()
    yield opened
    opened.close()


@pytest.fixture
def studio(
    workshop: Workshop, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Studio]:
    """Whoever publishes and plays in a test."""
    opened = Studio(workshop, lambda: request.getfixturevalue("browsers"), tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def start_server() -> Iterator[Callable[[str], Server]]:
    """Starts a server whose media has the given address."""
    with ExitStack() as stack:
        def start(address: str = ADDRESS) -> Server:
            # Few pages come from here, so what is logged for debugging can be searched for secrets, too.
            server = Server({"SFU_PORT": "0", "SFU_ANNOUNCED_IP": address, "LOG_LEVEL": "debug"})
            stack.callback(server.close)
            return server

        yield start


@pytest.fixture
def start_client(workshop: Workshop) -> Iterator[Callable[..., Client]]:
    """Starts the program of a stack."""
    with ExitStack() as running:
        def start(stack: Stack, environment: Mapping[str, str] | None = None, prefix: tuple[str, ...] = ()) -> Client:
            client = Client(workshop.command(stack), environment, prefix)
            running.callback(client.kill)
            return client

        yield start


@pytest.fixture
def open_echo(start_client: Callable[..., Client]) -> Iterator[Callable[..., Echo]]:
    """Begins an echo with the program of a stack."""
    with ExitStack() as running:
        def begin(server: Server, stack: Stack, *, prefix: tuple[str, ...] = (),
                  environment: Mapping[str, str] | None = None, **options: object) -> Echo:
            echo = Echo(server, start_client(stack, environment, prefix), **options)
            running.callback(echo.session.close)
            echo.begin()
            return echo

        yield begin


@pytest.fixture
def meeting(start_server: Callable[..., Server], start_client: Callable[..., Client]) -> Iterator[Meeting]:
    """A room that nobody is in yet."""
    gathered = Meeting(start_server(), "meeting", start_client)
    yield gathered
    gathered.close()


@pytest.fixture
def island() -> Iterator[Island]:
    made = Island()
    yield made
    made.close()


@pytest.fixture
def lossy() -> Iterator[LossyForwarder]:
    standing = LossyForwarder(ADDRESS)
    yield standing
    standing.close()


@pytest.fixture
def forwarder() -> Iterator[Forwarder]:
    standing = Forwarder(ADDRESS)
    yield standing
    standing.close()
