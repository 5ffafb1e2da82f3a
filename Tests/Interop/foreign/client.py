"""The program of a stack, spoken to by lines of JSON over its standard input and output."""

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
    """What has come back of sound or video. A stack fills in what it can tell."""

    packets: int
    # Decoded, or found equal to what was sent.
    frames: int | None = None
    # Found different from all that was sent.
    strangers: int = 0
    first_frame_at: float | None = None
    # The root mean square, of a full scale of 1.
    loudness: float | None = None


@dataclass(frozen=True)
class Report:
    """How a client stands."""

    publishing: Link
    subscription: Link
    audio: Medium
    video: Medium

    @property
    def states(self) -> set[str]:
        return {self.publishing.state, self.subscription.state}


class Client:
    """A running program. It answers each request before it reads the next."""

    def __init__(self, command: list[str], environment: Mapping[str, str] | None = None, prefix: Iterable[str] = ()):
        self._process = subprocess.Popen(
            [*prefix, *command], env={**os.environ, **(environment or {})}, text=True, start_new_session=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self._answers: queue.Queue[str] = queue.Queue()
        self.complaints: list[str] = []
        threading.Thread(target=self._keep, args=[self._process.stdout, self._answers.put], daemon=True).start()
        threading.Thread(target=self._keep, args=[self._process.stderr, self.complaints.append], daemon=True).start()

    def publish(self) -> str:
        """The offer of the publishing connection."""
        return self._request("publish")["sdp"]

    def accept(self, answer: str) -> None:
        """Gives the publishing connection the server's answer."""
        self._request("accept", sdp=answer)

    def restart(self) -> str:
        """An offer of the publishing connection with new ICE credentials."""
        return self._request("restart")["sdp"]

    def subscribe(self, offer: str) -> str:
        """The answer to an offer of the server."""
        return self._request("subscribe", sdp=offer)["sdp"]

    def report(self) -> Report:
        told = self._request("report")
        return Report(
            *(Link(told[name]["state"], told[name]["connectedAt"]) for name in ("publishing", "subscription")),
            *(medium(told[name]) for name in ("audio", "video")))

    def close(self) -> None:
        """Closes both connections and holds that the program ends by itself, in peace."""
        self._request("close")
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
            self._process.stdin.write(json.dumps({"do": name, **fields}) + "\n")
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


def medium(told: Mapping[str, Any]) -> Medium:
    return Medium(
        told["packets"], told.get("frames"), told.get("strangers", 0), told.get("firstFrameAt"), told.get("loudness"))
