"""What the doors for encoders and players cost: the time of an answer, of the first frame, and many players at once."""

import contextlib
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from foreign.audience import Audience, counts, lost
from foreign.client import Client
from foreign.stacks import PION, WRTC, Workshop
from foreign.streams import Player, Publisher, Session
from foreign.studio import Studio
from lab.places import outward_address
from lab.server import Server
from lab.waiting import eventually
from lab.wire import member
from measuring import KIB, Figure, processor_seconds, quiet_server

POSTS = 100
ROUNDS = 20
THERE, COMING, SECONDS = 20, 200, 10


@contextlib.contextmanager
def studio() -> Iterator[tuple[Server, Studio, Workshop]]:
    address = outward_address() or "127.0.0.1"
    with tempfile.TemporaryDirectory() as directory, quiet_server(SFU_ANNOUNCED_IP=address) as server:
        workshop = Workshop(Path(directory))
        opened = Studio(workshop, no_browsers, Path(directory))
        try:
            yield server, opened, workshop
        finally:
            opened.close()


def no_browsers() -> object:
    raise AssertionError("nothing here is measured with a browser")


def doors() -> list[Figure]:
    """From the offer that is sent to the whole answer, each on a connection of its own; libwebrtc's offers."""
    with studio() as (server, opened, _):
        opened.publishes(server, "tea", "wrtc", "VP8").is_connected()
        published = opened.start(str(WRTC)).publish([{"source": "microphone"}, {"source": "camera"}]).sdp
        posts = timed(server, "/whip/tea", published)
        plays = timed(server, "/whep/tea", opened.start(str(WRTC)).watch("VP8"))
    return [*quantiles("WHIP: POST until 201", posts), *quantiles("WHEP: POST until 201", plays)]


def timed(server: Server, endpoint: str, offer: str) -> list[float]:
    """The milliseconds of each of many answers; the sessions are ended one by one."""
    taken = []
    for _ in range(POSTS):
        made = Session(server, endpoint)
        began = time.monotonic()
        made.open(offer)
        taken.append((time.monotonic() - began) * 1000)
        assert made.end().status == 200
    return taken


def quantiles(what: str, taken: list[float]) -> list[Figure]:
    ordered = sorted(taken)
    return [
        Figure(f"{what}, median of {len(taken)}", statistics.median(taken), "ms"),
        Figure(f"{what}, p95", ordered[int(len(ordered) * 0.95)], "ms", aim=100),
    ]


def first_frame() -> list[Figure]:
    """libwebrtc publishes and plays; all programs run already when the clock begins.

    From an encoder's POST until a player that asks from then on has its first frame; and from a later player's own POST.
    """
    published, joined = [], []
    room = "tea"
    with studio() as (server, opened, _), member(server, room, "Adaline"):  # an address may make only so many rooms
        for _ in range(ROUNDS):
            encoder, first, second = (ready(opened) for _ in range(3))
            began = time.time()
            media = [{"source": "microphone"}, {"source": "camera"}]
            publisher = Publisher(encoder, Session(server, f"/whip/{room}"), media)
            player = Player(first, Session(server, f"/whep/{room}"), "VP8")
            published.append(first_frame_of(player) - began)
            began = time.time()
            player = Player(second, Session(server, f"/whep/{room}"), "VP8")
            joined.append(first_frame_of(player) - began)
            publisher.end()
            for client in (first, second):
                client.kill()
    return [
        Figure(f"an encoder's POST until a player has its first frame, median of {ROUNDS}",
               statistics.median(published) * 1000, "ms"),
        Figure("the same, worst", max(published) * 1000, "ms"),
        Figure(f"a player's POST until its first frame, median of {ROUNDS}", statistics.median(joined) * 1000, "ms"),
        Figure("the same, worst", max(joined) * 1000, "ms"),
    ]


def ready(opened: Studio) -> Client:
    """A program that has answered once."""
    client = opened.start(str(WRTC))
    client.report()
    return client


def first_frame_of(player: Player) -> float:
    seen = eventually(lambda: player.report().video.first_frame_at, "a frame is there")
    player.end()
    return seen


def players() -> list[Figure]:
    """Two hundred players of Pion who come within ten seconds to one stream that some are watching already."""
    with studio() as (server, opened, workshop):
        publisher: Publisher = opened.publishes(server, "tea", "pion", "VP8")
        publisher.is_connected()
        with contextlib.closing(Audience(server, "tea", workshop.command(PION))) as audience:
            there = audience.grows(THERE)
            audience.sees(there)
            memory, before, spent = server.memory(), lost(there), processor_seconds(server.pid)
            began = time.monotonic()
            came = audience.grows(COMING, SECONDS)
            took = time.monotonic() - began
            audience.sees(came)
            spent = processor_seconds(server.pid) - spent
            missed = lost(there) - before
            unread = audience.unread()
            each = (server.memory() - memory) / COMING
            sent = sum(medium.packets for media in counts(there) for medium in media.values())
    return [
        Figure(f"{COMING} players came within", took, "s", aim=SECONDS + 1),
        Figure(f"packets lost meanwhile by the {THERE} who were there", missed, "", aim=0),
        Figure("of how many they have been sent", sent, ""),
        Figure("left unread in sockets by a busy machine", unread, ""),
        Figure("server CPU for each who came, the stream included", spent / COMING * 1000, "ms"),
        Figure("memory of each who came", each / KIB, "KiB"),
    ]
