"""What people see and hear of a meeting whose network falls, returns, loses packets or is far away.

Each test holds three times what we aim for; `make bench ONLY=adaptation` measures the aims.
"""

from collections.abc import Iterator

import pytest

from conftest import FAILED
from lab.browsers import Browsers
from lab.remote import LAYERS, RemoteWatchers
from lab.shaping import Conditions
from lab.watching import Reception

pytestmark = [pytest.mark.namespaces, pytest.mark.firefox_media]

# Three times the aims: 2 % of sound made up, no picture that stands still for longer than half a second, and the largest layer
# back 20 s after the network is.
MADE_UP = 0.06
LONGEST_FREEZE = 1.5
BACK = 60
WIDE, NARROW = Conditions(rate=3e6), Conditions(rate=3e5)
LOSSY = Conditions(loss=0.1)
FAR = Conditions(delay=0.15)


@pytest.fixture(scope="module")
def gathered(browsers: Browsers) -> Iterator[RemoteWatchers]:
    """They meet once for all tests of this file; Chromium and Firefox watch at once, each by a link of its own."""
    remote = RemoteWatchers(browsers)
    yield remote
    remote.close()
    for watch in remote.watches:
        watch.assert_clean()


@pytest.fixture
def remote(gathered: RemoteWatchers, request: pytest.FixtureRequest) -> Iterator[RemoteWatchers]:
    gathered.shape(WIDE)
    gathered.sees_top(BACK)
    yield gathered
    if request.node.stash.get(FAILED, False):
        for kind, watching in gathered.watching.items():
            print(kind, watching.received(), watching.call.describe())


def test_a_network_that_falls_is_borne_and_the_picture_returns(remote: RemoteWatchers) -> None:
    remote.takes()

    remote.shape(NARROW)
    remote.lasts(10)

    smaller = {kind: watching.width() for kind, watching in remote.watching.items()}
    fallen = remote.received()
    remote.takes()
    remote.shape(WIDE)
    remote.sees_top(BACK)
    holds(fallen)
    holds(remote.received())
    assert all(width < LAYERS[-1] for width in smaller.values()), smaller


def test_loss_is_repaired(remote: RemoteWatchers) -> None:
    remote.shape(LOSSY)
    remote.takes()
    remote.lasts(10)

    holds(remote.received())


def test_a_far_network_is_used_in_full(remote: RemoteWatchers) -> None:
    remote.shape(FAR, FAR)
    remote.takes()
    remote.lasts(3)  # what was on its way comes once late, which is heard
    remote.takes()
    remote.lasts(7)

    received = remote.received()
    remote.sees_top(BACK)
    holds(received, freezes=False)


def holds(received: dict[str, Reception], freezes: bool = True) -> None:
    """Holds the bounds for everybody, and tells all figures when one is beyond."""
    told = "\n".join(f"{kind}: {one}" for kind, one in received.items())
    for one in received.values():
        assert one.concealed < MADE_UP, told
        assert not freezes or one.longest_freeze < LONGEST_FREEZE, told
        assert one.video_bits_per_second > 30e3, told
    print(told)
