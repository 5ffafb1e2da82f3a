"""What people see and hear behind bad networks, and what a large meeting sends to whom.

The networks are those of the browser tests (`Tests/Browser/lab/wan.py`), for longer; Chromium and Firefox watch at once, each
behind a link of its own.
"""

import contextlib
import time
from collections.abc import Iterable

from foreign.crowd import Crowd
from foreign.meeting import Attendee
from foreign.recording import layer_rates
from lab.browsers import Browsers
from lab.remote import LAYERS, RemoteWatchers
from lab.shaping import Conditions
from lab.waiting import eventually
from lab.watching import Reception
from measuring import Figure, processor_seconds
from meetings import crowd

SECONDS = 30
MOST = 120
MADE_UP, LONGEST_FREEZE, BACK = 2, 500, 20
# A round trip of 100 ms, up to which no picture should stand still.
WIDE, NARROW = Conditions(rate=3e6, delay=0.05), Conditions(rate=3e5, delay=0.05)
BACKWARD = Conditions(delay=0.05)
PHASES = {
    "10 % lost at random": (Conditions(loss=0.1, delay=0.05), BACKWARD),
    "10 % lost in bursts of 4": (Conditions(loss=0.1, burst=4, delay=0.05), BACKWARD),
    "300 ms there and back": (Conditions(delay=0.15), Conditions(delay=0.15)),
}


def adaptation() -> list[Figure]:
    """3 Mbit/s → 300 kbit/s → 3 Mbit/s, loss, and a long way."""
    browsers = Browsers()
    remote = RemoteWatchers(browsers)
    with contextlib.closing(browsers), contextlib.closing(remote):
        figures = falls_and_returns(remote)
        for name, (down, up) in PHASES.items():
            remote.shape(WIDE, BACKWARD)
            remote.sees_top(MOST)
            remote.shape(down, up)
            time.sleep(3)  # a longer way is heard once, when it becomes longer
            figures += over(remote, name, counts_freezes=down.delay <= 0.05)
    return figures


def falls_and_returns(remote: RemoteWatchers) -> list[Figure]:
    remote.shape(WIDE, BACKWARD)
    time.sleep(10)
    remote.shape(NARROW, BACKWARD)
    figures = over(remote, "3 Mbit/s → 300 kbit/s")
    figures += [
        Figure(f"{kind}, at 300 kbit/s: pixels of the picture across", watching.width(), "")
        for kind, watching in remote.watching.items()]
    remote.takes()
    remote.shape(WIDE, BACKWARD)
    figures += [
        Figure(f"{kind}, 300 kbit/s → 3 Mbit/s: until the largest layer is back", seconds, "s", aim=BACK)
        for kind, seconds in back_after(remote).items()]
    return figures + of_each(remote.received(), "300 kbit/s → 3 Mbit/s")


def back_after(remote: RemoteWatchers) -> dict[str, float]:
    """After how many seconds each is sent the largest layer."""
    began, back = time.monotonic(), {}

    def is_back() -> bool:
        for kind, watching in remote.watching.items():
            if kind not in back and watching.width() == LAYERS[-1]:
                back[kind] = time.monotonic() - began
        return len(back) == len(remote.watching)

    eventually(is_back, "the largest layer is back", MOST)
    return back


def over(remote: RemoteWatchers, name: str, counts_freezes: bool = True) -> list[Figure]:
    """What is received in a phase that begins now."""
    remote.takes()
    for _ in range(SECONDS):
        time.sleep(1)
        remote.received()  # a page keeps little
    return of_each(remote.received(), name, counts_freezes)


def of_each(received: dict[str, Reception], name: str, counts_freezes: bool = True) -> list[Figure]:
    figures = []
    for kind, one in received.items():
        figures += [
            Figure(f"{kind}, {name}: sound made up", one.concealed * 100, "%", aim=MADE_UP),
            Figure(f"{kind}, {name}: longest freeze", one.longest_freeze * 1000, "ms",
                   aim=LONGEST_FREEZE if counts_freezes else None),
            Figure(f"{kind}, {name}: frames wait in the jitter buffer", one.buffered * 1000, "ms"),
            Figure(f"{kind}, {name}: video", one.video_bits_per_second / 1000, "kbit/s"),
        ]
    return figures


PEOPLE = 25
LAYERED = [{"source": "microphone"}, {"source": "camera", "layers": 3}]
LARGE, SMALL = {"width": 960, "height": 540}, {"width": 240, "height": 135}
# What somebody looks at: how many pictures large and how many small. The others are on other pages, and paused.
VIEWS = {
    "everybody in a gallery": (0, PEOPLE - 1),
    "one on a stage, eight beside": (1, 8),
    "nine on a phone's page": (0, 9),
    "one in full screen": (1, 0),
    "a hidden tab": (0, 0),
}


def views() -> list[Figure]:
    """Twenty-five who publish three layers each: first everybody is sent everything, then what five kinds of views show."""
    with crowd() as gathered:
        people = gathered.grows(PEOPLE, LAYERED)
        gathered.watches(people, people)
        everything, everything_processor = downloads(gathered)
        of_view = {name: people[index::len(VIEWS)] for index, name in enumerate(VIEWS)}
        for name, viewers in of_view.items():
            for viewer in viewers:
                looks_at(viewer, people, *VIEWS[name])
        views, views_processor = downloads(gathered)
        sound = mean(views[viewer] for viewer in of_view["a hidden tab"])
    layers = layer_rates()
    figures = [Figure("everybody is sent everything: download of each", mean(everything.values()), "kbit/s")]
    for name, viewers in of_view.items():
        large, small = VIEWS[name]
        figures += [
            Figure(f"{name}: its layers and the sound", (large * layers[-1] + small * layers[0]) / 1000 + sound, "kbit/s"),
            Figure(f"{name}: download of each", mean(views[viewer] for viewer in viewers), "kbit/s"),
        ]
    return [
        *figures,
        Figure("everybody is sent everything: the server sends", sum(everything.values()) / 1000, "Mbit/s"),
        Figure("everybody is sent their view: the server sends", sum(views.values()) / 1000, "Mbit/s"),
        Figure("everybody is sent everything: server CPU", everything_processor * 100, "% of a core"),
        Figure("everybody is sent their view: server CPU", views_processor * 100, "% of a core"),
    ]


def looks_at(viewer: Attendee, people: list[Attendee], large: int, small: int) -> None:
    """Wishes for what a view shows, and has the rest paused."""
    others = [person.track() for person in people if person is not viewer]
    for tracks, how in (
        (others[:large], LARGE), (others[large:large + small], SMALL), (others[large + small:], {"paused": True})
    ):
        if tracks:
            viewer.wishes(*tracks, **how)


def downloads(gathered: Crowd) -> tuple[dict[Attendee, float], float]:
    """The kbit/s that each receives, and the share of a core that the server takes, over a while."""
    gathered.goes_on(8)
    began, spent, before = time.monotonic(), processor_seconds(gathered.server.pid), received(gathered)
    gathered.goes_on(SECONDS)
    seconds = time.monotonic() - began
    after = received(gathered)
    rates = {person: (after[person] - before[person]) * 8 / seconds / 1000 for person in after}
    return rates, (processor_seconds(gathered.server.pid) - spent) / seconds


def received(gathered: Crowd) -> dict[Attendee, int]:
    """The bytes of RTP that each has received so far."""
    reports = {person: person.report() for person in gathered.people}
    return {
        person: sum(medium.bytes for medium in (*report.audios.values(), *report.videos.values()))
        for person, report in reports.items()}


def mean(values: Iterable[float]) -> float:
    values = list(values)
    return sum(values) / len(values)
