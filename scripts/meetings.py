"""What meetings cost the server, and how soon somebody who joins one sees it.

The other people are peers of pion (Go) with sound and video that were encoded before, or libwebrtc without a browser; they
run on the same machine, and their share of the processors is not the server's.
"""

import contextlib
import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path

from foreign.client import Client
from foreign.crowd import Crowd
from foreign.meeting import LAYERED, Meeting
from foreign.sockets import dropped_datagrams
from foreign.stacks import PION, WRTC, Workshop
from lab.browsers import Browsers, new_context
from lab.call import Call
from lab.places import outward_address
from measuring import JOIN_AND_TIME, KIB, Figure, processor_seconds, quiet_server

PEOPLE = 30
MINUTES = 10
WATCHERS = 80
JOINS = 20


@contextlib.contextmanager
def crowd() -> Iterator[Crowd]:
    with tempfile.TemporaryDirectory() as directory, quiet_server() as server:
        workshop = Workshop(Path(directory))
        with contextlib.closing(Crowd(server, "bench", workshop.command(PION))) as gathered:
            yield gathered


class Spent:
    """What the server has spent and the crowd has received since this was made."""

    def __init__(self, crowd: Crowd):
        self._crowd = crowd
        self._seconds = processor_seconds(crowd.server.pid)
        self._before = crowd.counts()

    def packets(self) -> int:
        return sum(medium.packets - self._before[key].packets
                   for key, medium in self._crowd.counts().items() if key in self._before)

    def microseconds_for_each(self) -> float:
        return (processor_seconds(self._crowd.server.pid) - self._seconds) * 1e6 / self.packets()


def meeting() -> list[Figure]:
    """Thirty people who all see each other, for ten minutes."""
    with crowd() as gathered:
        people = gathered.grows(PEOPLE)
        gathered.watches(people, people)
        gathered.goes_on(10)
        memory, spent = [gathered.server.memory()], Spent(gathered)
        for _ in range(MINUTES):
            gathered.goes_on(60)
            memory.append(gathered.server.memory())
        packets, each = spent.packets(), spent.microseconds_for_each()
        lost = sum(medium.lost for medium in gathered.counts().values())
        unread = dropped_datagrams(gathered.pid) + dropped_datagrams(gathered.server.pid) * (PEOPLE - 1)
    return [
        Figure(f"{PEOPLE} people who all see each other: packets forwarded", packets / MINUTES / 60, "/s"),
        Figure("server CPU for each", each, "µs"),
        Figure(f"packets lost in {MINUTES} minutes", lost, "", aim=0),
        Figure("of them, left unread in sockets by a busy machine", unread, ""),
        Figure("memory of the server at the beginning", memory[0] / KIB / KIB, "MiB"),
        Figure(f"gained in the last {MINUTES - 1} minutes", (memory[-1] - memory[1]) / KIB / KIB, "MiB", aim=1),
    ]


def audience() -> list[Figure]:
    """One who is seen by ninety who publish nothing: a room takes a hundred."""
    with crowd() as gathered:
        shown = gathered.grows(1)
        gathered.watches(gathered.grows(10, []), shown)
        before = gathered.server.memory()
        gathered.watches(gathered.grows(WATCHERS, []), shown)
        each = (gathered.server.memory() - before) / WATCHERS
        spent = Spent(gathered)
        gathered.goes_on(20)
        cost = spent.microseconds_for_each()
    return [
        Figure("memory of a subscriber (signalling and media)", each / KIB, "KiB"),
        Figure(f"server CPU for each packet forwarded, one to {WATCHERS + 10}", cost, "µs"),
    ]


def first_frame() -> list[Figure]:
    """From the click on Join into a running meeting of two to the first frame of one of them, twenty times."""
    taken = []
    address = outward_address() or "127.0.0.1"
    with tempfile.TemporaryDirectory() as directory, quiet_server(SFU_ANNOUNCED_IP=address) as server:
        command = Workshop(Path(directory)).command(WRTC)
        clients = [Client(command) for _ in range(2)]
        waiting = iter(clients)
        gathered = Meeting(server, "bench", lambda _: next(waiting))
        people = [gathered.enters(WRTC, LAYERED, name) for name in ("Adaline", "Bertrand")]
        people[0].wishes(people[1].track())
        gathered.carries([(people[0], people[1].track())])
        browsers = Browsers()
        for number in range(JOINS):
            context, _ = new_context(browsers.chromium(), server.origin)
            call = Call(context, None, server.origin, "bench", f"Clothilde {number}")
            call.button("Join").wait_for()
            taken.append(call.page.evaluate(JOIN_AND_TIME, "Adaline"))
            context.close()
            gathered.until(lambda: len(people[0].others) == 1, "the newcomer is gone", 40)
        browsers.close()
        gathered.close()
        for client in clients:
            client.kill()
    return [
        Figure(f"join click to first frame in a meeting, median of {JOINS}", statistics.median(taken), "ms", aim=500),
        Figure(f"join click to first frame in a meeting, worst of {JOINS}", max(taken), "ms"),
    ]
