"""People in a routed room whose media is a foreign stack's: they publish, wish for tracks and count what arrives."""

import contextlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lab.server import Server
from lab.waiting import eventually
from lab.wire import Refused, Session, session

from .client import Client, Medium, Report
from .stacks import Stack

# Half a second of the slowest video that is sent here, and of sound in packets of 20 ms.
ENOUGH_FRAMES = 7
ENOUGH_PACKETS = 25
NOTHING = Medium(packets=0, frames=0)
# A camera that is wide enough for three layers: libwebrtc sends fewer of a smaller picture.
LAYERED = [
    {"source": "microphone"},
    {"source": "camera", "width": 960, "height": 540, "frames_per_second": 10, "layers": 3},
]
# How long a look waits for events that are on their way.
LOOK = 0.002


@dataclass(frozen=True)
class Track:
    """What somebody publishes."""

    participant: str
    source: str

    @property
    def is_audio(self) -> bool:
        return self.source in ("microphone", "screenAudio")


class Attendee:
    """One of them. Nothing is done behind the test's back: the server's events are obeyed in `serve`."""

    def __init__(self, server: Server, client: Client, name: str):
        server.keep_private(name)
        self._server = server
        self.client = client
        self.name = name
        self.session: Session = session(server)
        self.room: dict[str, Any] = {}
        # The ids of all who are there.
        self.others: set[str] = set()
        # Which media description of the subscription carries whose track.
        self.slots: dict[str, Track | None] = {}
        self.offers: list[str] = []

    def __str__(self) -> str:
        return self.name

    @property
    def id(self) -> str:
        return self.session.participant

    def track(self, source: str = "camera") -> Track:
        return Track(self.id, source)

    def join(self, room: str) -> None:
        joined = self.session.join(room, self.name, devices={"audio": True, "video": True})
        self.room = joined["room"]
        self.others = {other["id"] for other in joined["participants"]} - {self.id}

    def publish(self, media: Iterable[Mapping[str, Any]] | None = None) -> None:
        made = self.client.publish(media)
        if any(track["source"] == "screen" for track in made.tracks):
            self.session.request("setDevices", screen=True)
        answer = self.session.request("publish", offer=made.sdp, tracks=made.tracks)["answer"]
        self.client.accept(answer)

    def begin_anew(self, client: Client, media: Iterable[Mapping[str, Any]] | None) -> None:
        """Takes its place over with another socket and another program, as a page does that was loaded again."""
        self.client = client
        self.slots = {}
        token = self.session.joined["resumeToken"]
        self.session.close()
        self._server.post("/api/v1/leave", token)
        self.session = session(self._server)
        self.session.hello()
        self.session.joined = self.session.request("resume", token=token, fresh=True)
        self.session.request("restartSubscription", anew=True)
        self.publish(media)

    def wishes(self, *tracks: Track, **how: Any) -> None:
        """Wishes for tracks; `how` are the fields of the wish."""
        named = [{"participant": track.participant, "source": track.source, **how} for track in tracks]
        self.session.request("subscribe", tracks=named)

    def wishes_no_more(self, *tracks: Track) -> None:
        named = [{"participant": track.participant, "source": track.source} for track in tracks]
        self.session.request("unsubscribe", tracks=named)

    def serve(self) -> bool:
        """Obeys what the server has said so far; true, to stand in a condition."""
        with contextlib.suppress(TimeoutError):
            while True:
                self.session.receive(LOOK)
        events, self.session.events = self.session.events, []
        offers = [event for event in events if event["type"] == "subscription"]
        for event in events:
            # An offer that was left unanswered for long is followed by another.
            if event["type"] != "subscription" or event is offers[-1]:
                self._obey(event)
        return True

    def report(self) -> Report:
        return self.client.report()

    def received(self, track: Track, report: Report | None = None) -> Medium:
        """What has arrived in the slot that carries this track now."""
        report = report or self.report()
        mid = next((mid for mid, carried in self.slots.items() if carried == track), None)
        return (report.audios if track.is_audio else report.videos).get(mid, NOTHING)

    def describe(self) -> str:
        return f"{self} {self.id}: {self.slots}\n  {self.report()}\n  {self.exchanged()}\n{self.client.tail()}"

    def exchanged(self) -> str:
        """The last messages, by their types and the versions of the offers in them."""
        return ", ".join(f"{kind} {brief(message)}" for kind, message in self.session.exchanged[-30:])

    def leave(self) -> None:
        """Leaves politely and ends the program."""
        self.session.request("leave")
        self.client.close()
        self.session.close()

    def _obey(self, event: Mapping[str, Any]) -> None:
        match event["type"]:
            case "subscription":
                self.offers.append(event["offer"])
                self.slots = {}
                self._assign(event["slots"])
                answer = self.client.subscribe(event["offer"])
                self.session.request("answerSubscription", answer=answer, number=event["number"])
            case "slots":
                self._assign(event["slots"])
            case "participantJoined":
                self.others.add(event["participant"]["id"])
            case "participantLeft":
                self.others.discard(event["participant"])
            case "roomChanged":
                self.room.update(event["changes"])
            case "mediaLost":
                raise AssertionError(f"{self.name} lost the server's media")

    def _assign(self, slots: Iterable[Mapping[str, Any]]) -> None:
        self.slots |= {
            slot["mid"]: Track(slot["participant"], slot["source"]) if slot["participant"] else None for slot in slots}


class Meeting:
    """A room that is routed from its first participant on."""

    def __init__(self, server: Server, room: str, start: Callable[..., Client]):
        self.server = server
        self.room = room
        self._start = start
        self.people: list[Attendee] = []

    def enters(self, stack: Stack, media: Iterable[Mapping[str, Any]] | None = None, name: str = "") -> Attendee:
        """Somebody joins with the program of a stack and publishes; with an empty `media`, nothing."""
        attendee = Attendee(self.server, self._start(stack), name or f"{stack} {len(self.people)}")
        attendee.join(self.room)
        if not self.people:
            attendee.session.request("updateRoom", mode="routed")
        self.people.append(attendee)
        if media is None or media:
            attendee.publish(media)
        return attendee

    def leaves(self, attendee: Attendee) -> None:
        self.people.remove(attendee)
        attendee.leave()

    def begins_anew(
        self, attendee: Attendee, stack: Stack, media: Iterable[Mapping[str, Any]] | None, politely: bool
    ) -> None:
        """Somebody's page is loaded again: the same participant publishes and receives by new connections."""
        if politely:
            attendee.client.close()
        attendee.client.kill()
        attendee.begin_anew(self._start(stack), media)

    def serve(self) -> bool:
        return all(attendee.serve() for attendee in self.people)

    def close(self) -> None:
        for attendee in self.people:
            attendee.session.socket.abandon()

    def until(self, condition: Callable[[], Any], what: str, timeout: float = 15) -> None:
        """Waits for a condition while everybody obeys the server."""
        try:
            eventually(lambda: self.serve() and condition(), what, timeout)
        except (AssertionError, Refused) as failed:
            raise AssertionError(f"{failed}\n{self.describe()}") from failed

    def offers(self, attendee: Attendee, track: Track, timeout: float = 20) -> None:
        """Waits until there is a slot for this track."""
        self.until(lambda: track in attendee.slots.values(), f"{attendee} is offered {track}", timeout)

    def carries(self, pairs: Iterable[tuple[Attendee, Track]], timeout: float = 20) -> None:
        """Holds that each of these tracks arrives at its attendee from now on, and goes on arriving."""
        pairs = list(pairs)
        self.until(lambda: all(track in attendee.slots.values() for attendee, track in pairs),
                   "everything wished for is offered", timeout)
        before = self._counts(pairs)
        self.until(lambda: not self.missing(pairs, before), "all that is wished for arrives", timeout)

    def missing(self, pairs: Iterable[tuple[Attendee, Track]], before: Mapping[Any, Medium]) -> list[str]:
        now = self._counts(pairs)
        return [f"{who} of {track}: {before[who, track]} → {now[who, track]}" for who, track in now
                if not has_grown(track, before[who, track], now[who, track])]

    def describe(self) -> str:
        """For the report of a test that failed."""
        return "\n".join(attendee.describe() for attendee in self.people)

    @staticmethod
    def _counts(pairs: Iterable[tuple[Attendee, Track]]) -> dict[tuple[Attendee, Track], Medium]:
        reports = {attendee: attendee.report() for attendee in {attendee for attendee, _ in pairs}}
        return {(attendee, track): attendee.received(track, reports[attendee]) for attendee, track in pairs}


def brief(message: Mapping[str, Any]) -> str:
    """A message's type, its number, and the version of the offer in it."""
    version = re.search(r"^o=\S+ \d+ (\d+)", message.get("offer") or "", re.M)
    words = [message["type"], str(message.get("id", message.get("seq"))), *(version.groups() if version else ())]
    return " ".join(words)


def has_grown(track: Track, before: Medium, now: Medium) -> bool:
    """Whether enough of a track has arrived since."""
    if track.is_audio:
        return now.packets >= before.packets + ENOUGH_PACKETS
    return (now.frames or 0) >= (before.frames or 0) + ENOUGH_FRAMES
