"""The program of a stack, spoken to by lines of JSON over its standard input and output."""

import copy
import json
import os
import queue
import subprocess
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Link:
    """One of the two peer connections; times are seconds since 1970."""

    state: str
    connected_at: float | None


@dataclass(frozen=True)
class Medium:
    """What has arrived in one media description, or in several. A stack fills in what it can tell."""

    packets: int
    # Decoded; or, by a stack without codecs, put together whole.
    frames: int | None = None
    # Found different from all that was sent.
    strangers: int = 0
    first_frame_at: float | None = None
    # The root mean square, of a full scale of 1.
    loudness: float | None = None
    # Of the last frame.
    width: int | None = None
    height: int | None = None
    # How often the picture stood still for long, by the measure of W3C's statistics.
    freezes: int | None = None
    # Packets whose numbers were left out.
    lost: int = 0
    # Packets that came only when they were asked for again.
    repaired: int = 0
    # Of whole packets, by a program of many.
    bytes: int = 0


@dataclass(frozen=True)
class Report:
    """How a client stands."""

    publishing: Link
    subscription: Link
    # What arrives, by mid.
    audios: Mapping[str, Medium]
    videos: Mapping[str, Medium]
    # Packets of its own that it sent again, by a stack that tells.
    repeated: int = 0

    @property
    def audio(self) -> Medium:
        return together(self.audios.values())

    @property
    def video(self) -> Medium:
        return together(self.videos.values())

    @property
    def states(self) -> set[str]:
        return {self.publishing.state, self.subscription.state}


@dataclass(frozen=True)
class Publishing:
    """An offer to publish, and which of its media descriptions shows what."""

    sdp: str
    tracks: list[dict[str, str]]


class Client:
    """A running program. It answers each request before it reads the next."""

    def __init__(self, command: list[str], environment: Mapping[str, str] | None = None, prefix: Iterable[str] = ()):
        self._process = subprocess.Popen(
            [*prefix, *command], env={**os.environ, **(environment or {})}, text=True, start_new_session=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self._peer: dict[str, int] = {}
        self._answers: queue.Queue[str] = queue.Queue()
        self.complaints: list[str] = []
        threading.Thread(target=self._keep, args=[self._process.stdout, self._answers.put], daemon=True).start()
        threading.Thread(target=self._keep, args=[self._process.stderr, self.complaints.append], daemon=True).start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def peer(self, number: int) -> "Client":
        """One of the peers of a program that is many."""
        one = copy.copy(self)
        one._peer = {"peer": number}
        return one

    def publish(self, media: Iterable[Mapping[str, Any]] | None = None) -> Publishing:
        """The offer of the publishing connection: of a microphone and a camera, unless other media are named."""
        told = self._request("publish", **({} if media is None else {"media": list(media)}))
        return Publishing(told["sdp"], told["tracks"])

    def accept(self, answer: str) -> None:
        """Gives the publishing connection the server's answer."""
        self._request("accept", sdp=answer)

    def restart(self) -> str:
        """An offer of the publishing connection with new ICE credentials."""
        return self._request("restart")["sdp"]

    def subscribe(self, offer: str) -> str:
        """The answer to an offer of the server."""
        return self._request("subscribe", sdp=offer)["sdp"]

    def watch(self, codec: str) -> str:
        """An offer of the other connection to receive sound and a picture in this codec."""
        return self._request("watch", codec=codec)["sdp"]

    def watch_anew(self) -> str:
        """An offer of the same with new ICE credentials."""
        return self._request("watch_anew")["sdp"]

    def see(self, answer: str) -> None:
        """Gives that connection the server's answer."""
        self._request("see", sdp=answer)

    def report(self) -> Report:
        return reported(self._request("report"))

    def close(self) -> None:
        """Closes both connections and holds that the program ends by itself, in peace; one that is many goes on."""
        self._request("close")
        if self._peer:
            return
        self._process.stdin.close()
        assert self._process.wait(10) == 0, f"the program ended with {self._process.returncode}:\n{self.tail()}"

    def kill(self) -> None:
        """Ends the program if it is still there."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait(10)

    def tail(self) -> str:
        return "\n".join(self.complaints[-40:])

    def _request(self, name: str, timeout: float = 20, **fields: Any) -> dict[str, Any]:
        try:
            self._process.stdin.write(json.dumps({"do": name, **self._peer, **fields}) + "\n")
            self._process.stdin.flush()
            answer = json.loads(self._answers.get(timeout=timeout))
        except (BrokenPipeError, queue.Empty):
            raise AssertionError(f"no answer to {name}:\n{self.tail()}") from None
        assert "error" not in answer, f"{name}: {answer['error']}\n{self.tail()}"
        return answer["result"]

    @staticmethod
    def _keep(pipe: Iterable[str], keep: Any) -> None:
        for line in pipe:
            keep(line.rstrip("\n"))


def reported(told: Mapping[str, Any]) -> Report:
    """A report as a program writes it."""
    links = (Link(told[name]["state"], told[name]["connectedAt"]) for name in ("publishing", "subscription"))
    return Report(*links, *(media(told["received"], kind) for kind in ("audio", "video")), told.get("repeated", 0))


def media(told: Iterable[Mapping[str, Any]], kind: str) -> dict[str, Medium]:
    return {one["mid"]: medium(one) for one in told if one["kind"] == kind}


def medium(told: Mapping[str, Any]) -> Medium:
    return Medium(
        told["packets"], told.get("frames"), told.get("strangers", 0), told.get("firstFrameAt"), told.get("loudness"),
        told.get("width"), told.get("height"), told.get("freezes"), told.get("lost", 0), told.get("repaired", 0),
        told.get("bytes", 0))


def together(several: Iterable[Medium]) -> Medium:
    """All of one kind as if they were one."""
    several = list(several)
    frames = [one.frames for one in several if one.frames is not None]
    return Medium(
        sum(one.packets for one in several), sum(frames) if frames else None, sum(one.strangers for one in several),
        min((one.first_frame_at for one in several if one.first_frame_at), default=None),
        max((one.loudness for one in several if one.loudness is not None), default=None))
