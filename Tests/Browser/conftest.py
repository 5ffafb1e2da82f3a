"""Fixtures: browsers for the run, a server and people for each test, everything checked and taken down afterwards."""

import contextlib
import re
import secrets
from collections.abc import Callable, Iterator

import pytest

from lab.browsers import Browsers, Watch, new_context
from lab.call import Call
from lab.machine import pytest_collection_modifyitems, pytest_sessionstart  # noqa: F401 (hooks)
from lab.places import ARTIFACTS
from lab.server import Server


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo) -> Iterator[None]:
    """Tells the fixtures whether the test itself failed."""
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


FAILED: pytest.StashKey[bool] = pytest.StashKey()


@pytest.fixture(scope="session")
def browsers() -> Iterator[Browsers]:
    opened = Browsers()
    yield opened
    opened.close()


@pytest.fixture
def start_server() -> Iterator[Callable[..., Server]]:
    """Starts servers with the settings a test wants; all are stopped and their logs searched for secrets."""
    servers: list[Server] = []

    def start(environment: dict[str, str] | None = None, **options: object) -> Server:
        servers.append(Server(environment, **options))
        return servers[-1]

    yield start
    with contextlib.ExitStack() as stack:
        for server in servers:
            stack.callback(server.close)


@pytest.fixture
def server(start_server: Callable[..., Server], request: pytest.FixtureRequest) -> Server:
    """A server as it comes out of the box, but for the settings a test gives as the fixture's parameter."""
    return start_server(getattr(request, "param", None))


@pytest.fixture
def room() -> str:
    return "room-" + secrets.token_hex(4)


class People:
    """Opens a page for each person of a test."""

    def __init__(self, browsers: Browsers, server: Server, room: str):
        self._browsers = browsers
        self._server = server
        self._room = room
        self.calls: list[Call] = []
        self.watches: list[Watch] = []
        # What everybody's link says.
        self.habits: dict[str, str] = {}

    def arrives(self, name: str, kind: str = "chromium", *, at: str | None = None, profile: Call | None = None,
                browser: object = None, room: str | None = None, query: dict[str, str] | None = None,
                **options: object) -> Call:
        """Opens the link of the room for somebody; `profile` makes it another tab of that person's browser."""
        self._server.keep_private(name)
        origin = at or self._server.origin
        if profile is None:
            context, watch = new_context(browser or self._browsers.named(kind), origin, **options)
            self.watches.append(watch)
        else:
            context, watch = profile.context, profile.watch
        self.calls.append(Call(context, watch, origin, room or self._room, name, **{**self.habits, **(query or {})}))
        return self.calls[-1]

    def joins(self, name: str, kind: str = "chromium", **options: object) -> Call:
        return self.arrives(name, kind, **options).join()

    def assert_clean(self) -> None:
        for watch in self.watches:
            watch.assert_clean()

    def close(self) -> None:
        for context in {call.context for call in self.calls}:
            context.close()


@pytest.fixture
def people(browsers: Browsers, server: Server, room: str, request: pytest.FixtureRequest) -> Iterator[People]:
    crowd = People(browsers, server, room)
    yield crowd
    failed = request.node.stash.get(FAILED, False)
    if failed:
        keep_evidence(request.node.name, crowd.calls)
    crowd.close()
    if not failed:
        crowd.assert_clean()


def keep_evidence(test: str, calls: list[Call]) -> None:
    """Pictures and connection statistics of a failed test, for whoever looks into it."""
    for call in calls:
        with contextlib.suppress(Exception):
            print(call.describe())
            call.picture(f"failed-{re.sub(r'[^A-Za-z0-9]+', '-', test)}-{call.name}")
    print(f"Pictures are in {ARTIFACTS}.")
