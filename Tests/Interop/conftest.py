"""Fixtures: a server and clients for each test, taken down afterwards; what this machine lacks is skipped and said."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack

import pytest

from foreign.client import Client
from foreign.echo import Echo
from foreign.forwarder import Forwarder
from foreign.island import Island
from foreign.meeting import Meeting
from foreign.stacks import Stack, Unavailable, Workshop
from lab.places import PARLEY, may_make_namespaces, outward_address
from lab.server import Server

# Loopback only where there is nothing else: libnice binds sockets to an interface, from which loopback is out of reach.
ADDRESS = outward_address() or "127.0.0.1"


def pytest_sessionstart() -> None:
    if not PARLEY.exists():
        pytest.exit(f"{PARLEY} is missing: build it with `swift build -c release`", returncode=2)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if may_make_namespaces():
        return
    reason = "network namespaces need root with CAP_NET_ADMIN and CAP_SYS_ADMIN"
    for item in items:
        if item.get_closest_marker("namespaces"):
            item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    return Workshop(tmp_path_factory.mktemp("stacks"))


@pytest.fixture
def start_server() -> Iterator[Callable[[str], Server]]:
    """Starts a server whose media has the given address."""
    with ExitStack() as stack:
        def start(address: str = ADDRESS) -> Server:
            server = Server({"SFU_PORT": "0", "SFU_ANNOUNCED_IP": address})
            stack.callback(server.close)
            return server

        yield start


@pytest.fixture
def start_client(workshop: Workshop) -> Iterator[Callable[..., Client]]:
    """Starts the program of a stack; skips the test where the stack cannot be had."""
    with ExitStack() as running:
        def start(stack: Stack, environment: Mapping[str, str] | None = None, prefix: tuple[str, ...] = ()) -> Client:
            try:
                command = workshop.command(stack)
            except Unavailable as reason:
                pytest.skip(f"{stack}: {reason}")
            client = Client(command, environment, prefix)
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
def forwarder() -> Iterator[Forwarder]:
    standing = Forwarder(ADDRESS)
    yield standing
    standing.close()
