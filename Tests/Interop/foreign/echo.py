"""A client's connection test: it publishes to the server, and the server sends it its own tracks back."""

import contextlib
import re
import time
from collections.abc import Callable
from typing import Any

from lab.server import Server
from lab.waiting import INTERVAL, eventually
from lab.wire import Session, session

from .client import Client, Report

# Half a second of sound in packets of 20 ms, and of the slowest video that is sent here.
ENOUGH_PACKETS = 25
ENOUGH_FRAMES = 7
# A hundredth of the full scale; the tones that are sent are tens of times louder, silence and comfort noise far below.
AUDIBLE = 0.01


class Echo:
    """Carries descriptions between a client and the server. `redirect` may change those that the server makes."""

    def __init__(self, server: Server, client: Client, redirect: Callable[[str], str] = lambda sdp: sdp):
        self.client = client
        self.session: Session = session(server)
        self.offers: list[str] = []
        self.answers: list[str] = []
        self._redirect = redirect
        self._published_at = 0.0

    def begin(self) -> None:
        self.session.hello()
        self.session.request("startEcho")
        self._published_at = time.time()
        self._publish(self.client.publish().sdp)

    def restart(self) -> None:
        """Restarts ICE on both connections: the client that of its own offer, the server the other."""
        known = len(self.offers)
        self._publish(self.client.restart())
        self.session.request("restartSubscription")
        eventually(lambda: self.serve() and len(self.offers) > known, "the server offers its subscription anew")

    def serve(self) -> bool:
        """Answers what the server has offered so far; true, to stand in a condition."""
        for event in self._arrived():
            assert event["type"] == "subscription", event
            self.offers.append(event["offer"])
            answer = self.client.subscribe(self._redirect(event["offer"]))
            self.session.request("answerSubscription", answer=answer)
        return True

    def report(self) -> Report:
        self.serve()
        return self.client.report()

    def is_connected(self) -> bool:
        return self.report().states == {"connected"}

    def comes_back(self, timeout: float = 20) -> Report:
        """Holds that both kinds of media arrive from now on, with nothing foreign among them, and that sound sounds."""
        before, deadline = self.report(), time.monotonic() + timeout
        while not has_grown(before, now := self.report()):
            assert time.monotonic() < deadline, (
                f"sound and video do not come back within {timeout:g} s\n{before}\n{now}\n{self.client.tail()}")
            time.sleep(INTERVAL)
        assert not now.audio.strangers and not now.video.strangers, now
        assert now.audio.loudness is None or now.audio.loudness > AUDIBLE, now
        return now

    def seconds_until_connected(self) -> float:
        """From the publishing offer to both connections being up."""
        report = eventually(lambda: self.is_connected() and self.client.report(), "both connections are up")
        return max(report.publishing.connected_at, report.subscription.connected_at) - self._published_at

    def seconds_until_seen(self) -> float:
        """From the publishing offer to the first frame that came back."""
        seen = eventually(lambda: self.report().video.first_frame_at, "a frame comes back")
        return seen - self._published_at

    def end(self) -> None:
        """Leaves politely: says so, closes both connections, and ends the program and the socket."""
        self.session.request("endEcho")
        self.client.close()
        self.session.close()

    def _arrived(self) -> list[dict[str, Any]]:
        """The events since the last look, if need be after a short wait."""
        with contextlib.suppress(TimeoutError):
            while True:
                self.session.receive(INTERVAL / 2)
        events, self.session.events = self.session.events, []
        return events

    def _publish(self, offer: str) -> None:
        answer = self.session.request("publish", offer=offer)["answer"]
        self.answers.append(answer)
        self.client.accept(self._redirect(answer))


def has_grown(before: Report, now: Report) -> bool:
    """Whether enough of both kinds has arrived since."""
    sound = now.audio.packets >= before.audio.packets + ENOUGH_PACKETS
    same_sound = now.audio.frames is None or now.audio.frames >= (before.audio.frames or 0) + ENOUGH_PACKETS
    return sound and same_sound and (now.video.frames or 0) >= (before.video.frames or 0) + ENOUGH_FRAMES


def fragment(sdp: str) -> str:
    """The ICE user fragment of a description."""
    return re.search(r"^a=ice-ufrag:(\S+)", sdp, re.M).group(1)
