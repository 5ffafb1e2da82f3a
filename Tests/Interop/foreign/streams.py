"""Sessions of WHIP (RFC 9725) and WHEP (draft-ietf-wish-whep) whose HTTP the test speaks for a stack's program."""

import http.client
import json
import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from lab.server import Server
from lab.waiting import INTERVAL, eventually

from .client import Client, Report
from .echo import AUDIBLE, has_grown

SDP = "application/sdp"
FRAGMENT = "application/trickle-ice-sdpfrag"


@dataclass(frozen=True)
class Reply:
    """An answer of the server."""

    status: int
    headers: Mapping[str, str]
    text: str

    def problem(self) -> dict[str, Any]:
        assert self.headers["Content-Type"] == "application/problem+json", self
        return json.loads(self.text)


def ask(server: Server, method: str, path: str, body: str | bytes | None = None, **headers: str) -> Reply:
    """One request on a connection of its own; the names of headers have `_` for `-`."""
    connection = http.client.HTTPConnection(server.address, server.port, timeout=15)
    try:
        connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        response = connection.getresponse()
        return Reply(response.status, response.headers, response.read().decode())
    finally:
        connection.close()


class Session:
    """What the server made of an offer."""

    def __init__(self, server: Server, endpoint: str, key: str = ""):
        self._server = server
        self._endpoint = endpoint
        self._credentials = {"Authorization": f"Bearer {key}"} if key else {}
        self.path = ""
        self.tag = ""
        self.answer = ""
        # What `Link` names, by relation.
        self.links: dict[str, str] = {}

    def open(self, offer: str) -> str:
        """Posts the offer, once more whenever nobody publishes what it is for; returns the answer."""
        reply = eventually(lambda: self._post(offer), "somebody publishes")
        assert reply.status == 201, f"{reply}\n{offer}"
        assert reply.headers["Content-Type"] == SDP
        self.path = urljoin(self._endpoint, reply.headers["Location"])
        self.tag = reply.headers["ETag"]
        self.answer = reply.text
        named = [re.fullmatch(r'<([^>]+)>; *rel="([^"]+)".*', line) for line in reply.headers.get_all("Link") or []]
        self.links = {found.group(2): urljoin(self._endpoint, found.group(1)) for found in named if found}
        return reply.text

    def _post(self, offer: str) -> Reply | None:
        reply = ask(self._server, "POST", self._endpoint, offer, Content_Type=SDP, **self._credentials)
        return None if reply.status == 409 else reply

    def patch(self, fragment: str, tag: str | None = None) -> Reply:
        return ask(self._server, "PATCH", self.path, fragment, Content_Type=FRAGMENT, If_Match=tag or self.tag,
                   **self._credentials)

    def restart(self, offer: str) -> str:
        """Begins ICE anew with the credentials of an offer; returns the answer that a client makes of the reply."""
        reply = self.patch(fragment(offer), "*")
        assert reply.status == 200, reply
        assert reply.headers["ETag"] not in (None, self.tag), "a new ICE session has a new tag"
        self.tag = reply.headers["ETag"]
        self.answer = with_credentials(self.answer, reply.text)
        return self.answer

    def end(self) -> Reply:
        return ask(self._server, "DELETE", self.path, **self._credentials)


def fragment(sdp: str) -> str:
    """What a client patches of its description (RFC 8840 §9): credentials and candidates of the first medium."""
    kept = re.findall(r"^a=(?:ice-ufrag|ice-pwd):.*$", sdp, re.M)[:2]
    medium = re.search(r"^m=.*$", sdp, re.M).group(0)
    mid = re.search(r"^a=mid:.*$", sdp, re.M).group(0)
    candidates = re.findall(r"^a=candidate:.*$", re.split(r"^m=", sdp, flags=re.M)[1], re.M)
    return "".join(f"{line.strip()}\r\n" for line in (*kept, medium, mid, *candidates))


def with_credentials(answer: str, fragment: str) -> str:
    """An answer with the credentials and candidates of a fragment in the place of its own."""
    for name in ("ice-ufrag", "ice-pwd"):
        value = re.search(rf"^a={name}:.*$", fragment, re.M).group(0).strip()
        answer = re.sub(rf"^a={name}:.*?(?=\r?$)", value, answer, flags=re.M)
    candidates = "".join(f"{line.strip()}\r\n" for line in re.findall(r"^a=candidate:.*$", fragment, re.M))
    bare = re.sub(r"^a=(?:candidate:.*|end-of-candidates)\r?\n", "", answer, flags=re.M)
    return re.sub(r"^(a=mid:.*\r?\n)", rf"\1{candidates}", bare, count=1, flags=re.M)


def without_candidates(sdp: str) -> str:
    return re.sub(r"^a=(?:candidate:.*|end-of-candidates)\r?\n", "", sdp, flags=re.M)


def only_tcp(sdp: str) -> str:
    """The server's description without its UDP addresses."""
    assert re.search(r"^a=candidate:\S+ \d+ tcp ", sdp, re.M | re.I), sdp
    return re.sub(r"^a=candidate:\S+ \d+ udp .*\r?\n", "", sdp, flags=re.M | re.I)


def as_dtls_server(sdp: str) -> str:
    """An offer that leaves the first word of the handshake to the server."""
    assert "a=setup:actpass" in sdp
    return sdp.replace("a=setup:actpass", "a=setup:passive")


def same(sdp: str) -> str:
    return sdp


class Watched:
    """What anybody who plays a stream can be held to."""

    def report(self) -> Report:
        raise NotImplementedError

    def describe(self) -> str:
        raise NotImplementedError

    def plays(self, timeout: float = 20) -> Report:
        """Holds that both kinds of media arrive from now on, and that sound sounds."""
        before, deadline = self.report(), time.monotonic() + timeout
        while not (has_grown(before, now := self.report()) and sounds(now)):
            assert time.monotonic() < deadline, f"no sound and video within {timeout:g} s: {now}\n{self.describe()}"
            time.sleep(INTERVAL)
        return now


def sounds(report: Report) -> bool:
    """Whether something is heard, as far as the stack tells; the microphones of browsers beep and are silent in turn."""
    return report.audio.loudness is None or report.audio.loudness > AUDIBLE


class Publisher:
    """A stack's program publishes by WHIP. `shape` changes its offer, `redirect` the answer."""

    def __init__(self, client: Client, session: Session, media: Iterable[Mapping[str, Any]],
                 shape: Callable[[str], str] = same, redirect: Callable[[str], str] = same):
        self.client = client
        self.session = session
        self._redirect = redirect
        self.offer = client.publish(media).sdp
        client.accept(redirect(session.open(shape(self.offer))))

    def is_connected(self, timeout: float = 15) -> None:
        eventually(lambda: self.client.report().publishing.state == "connected", "the publisher is connected", timeout)

    def fragment(self) -> str:
        return fragment(self.offer)

    def restart(self) -> None:
        """Begins ICE anew by PATCH."""
        self.offer = self.client.restart()
        self.client.accept(self._redirect(self.session.restart(self.offer)))

    def end(self) -> None:
        """Says that it goes, and goes."""
        assert self.session.end().status == 200
        self.client.close()


class Player(Watched):
    """A stack's program plays by WHEP."""

    def __init__(self, client: Client, session: Session, codec: str,
                 shape: Callable[[str], str] = same, redirect: Callable[[str], str] = same):
        self.client = client
        self.session = session
        self._redirect = redirect
        client.see(redirect(session.open(shape(client.watch(codec)))))

    def restart(self) -> None:
        """Begins ICE anew by PATCH."""
        self.client.see(self._redirect(self.session.restart(self.client.watch_anew())))

    def report(self) -> Report:
        return self.client.report()

    def describe(self) -> str:
        return f"{self.session.answer}\n{self.client.tail()}"

    def end(self) -> None:
        assert self.session.end().status == 200
        self.client.close()
