"""What no decent encoder or player sends to their doors: each is told so, and nothing of it stays."""

import json
import secrets
import socket
from collections.abc import Callable, Iterator

import pytest

from foreign.streams import FRAGMENT, SDP, Reply, ask
from lab.places import ROOT
from lab.server import Server
from lab.waiting import eventually
from lab.wire import member

VECTORS = ROOT / "Tests" / "WebRTCTests" / "Vectors" / "SDP"
OFFER = (VECTORS / "aiortc-1.16-offer.sdp").read_bytes().decode()
PLAYER = (VECTORS / "chromium-156-offer-recv.sdp").read_bytes().decode()
# Half-open sessions are given up after 15 s.
GIVEN_UP = 20
BEGINNING = b"v=0\r\no=- 0 0 IN IP4 0\r\ns=-\r\nt=0 0\r\n"
DOORS = ("whip", "whep")
PEERS = "parley_media_peers"
# The connection that the host of the room is offered, and does not answer.
HOSTS = 1


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    opened = Server()
    with member(opened, "tea", "Adaline") as host:  # who keeps the room
        host.request("updateRoom", mode="routed")
        eventually(lambda: opened.metric(PEERS) == HOSTS, "the host is offered a connection")
        yield opened
        host.request("leave")
    eventually(lambda: opened.metric(PEERS) == 0, "every connection is forgotten", GIVEN_UP)
    opened.close()


def post(server: Server, path: str, body: str | bytes, kind: str = SDP, **headers: str) -> Reply:
    return ask(server, "POST", path, body, Content_Type=kind, **headers)


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("kind", ["text/plain", "application/json", "application/sdpfrag", FRAGMENT, ""])
def test_another_content_type_is_refused(server: Server, door: str, kind: str) -> None:
    reply = post(server, f"/{door}/tea", OFFER, kind)

    assert reply.status == 415
    assert reply.headers["Accept-Post"] == SDP
    assert reply.problem()["detail"]


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(("body", "statuses"), [
    pytest.param(b"", {400}, id="nothing"),
    pytest.param(b"hello", {400}, id="a-word"),
    pytest.param(bytes(range(256)) * 16, {400}, id="bytes"),
    pytest.param(OFFER.encode()[:700], {400, 422}, id="the-beginning-of-an-offer"),
    pytest.param(OFFER.encode().replace(b"m=audio", b"m=" + b"a" * 60_000), {400, 422}, id="a-long-line"),
    pytest.param(BEGINNING + b"a=x\r\n" * 12_000, {400, 413, 422}, id="many-lines"),
    pytest.param(b"v=0\r\n" * 1_000_000, {413}, id="five-megabytes"),
])
def test_garbage_is_refused(server: Server, door: str, body: bytes, statuses: set[int]) -> None:
    reply = post(server, f"/{door}/tea", body)

    # Before it looks at an offer, the door for players may say that there is nothing to play.
    assert reply.status in statuses | ({409} if door == "whep" else set()), reply
    assert reply.problem()["detail"]
    assert server.metric(PEERS) == HOSTS


@pytest.mark.parametrize("direction", ["recvonly", "inactive"])
def test_an_encoder_has_to_send(server: Server, direction: str) -> None:
    reply = post(server, "/whip/tea", OFFER.replace("a=sendrecv", f"a={direction}"))

    assert reply.status == 422, reply
    assert server.metric(PEERS) == HOSTS


@pytest.mark.parametrize("offer", sorted(path.name for path in VECTORS.glob("*offer*.sdp")))
@pytest.mark.parametrize("door", DOORS)
def test_every_offer_is_taken_or_refused_and_then_forgotten(server: Server, door: str, offer: str) -> None:
    endpoint = f"/{door}/tea"

    reply = post(server, endpoint, (VECTORS / offer).read_bytes())

    if reply.status == 201:
        ended = ask(server, "DELETE", session_of(endpoint, reply))
        assert ended.status == 200
    else:
        assert reply.status in (400, 409, 422), reply
        assert reply.problem()["detail"]
    eventually(lambda: server.metric(PEERS) == HOSTS, "nothing is left of it")


@pytest.mark.parametrize(("method", "kind", "body"), [
    ("PATCH", FRAGMENT, "a=ice-ufrag:abcd\r\n"), ("PATCH", SDP, OFFER), ("DELETE", "", ""),
])
@pytest.mark.parametrize("session", ["x", "a" * 26, "../../whip", "%00", "a" * 4000])
@pytest.mark.parametrize("door", DOORS)
def test_a_session_that_was_never_there_is_unknown(
    server: Server, door: str, session: str, method: str, kind: str, body: str
) -> None:
    headers = {"Content_Type": kind, "If_Match": "*"} if kind else {}

    reply = ask(server, method, f"/{door}/tea/{session}", body, **headers)

    assert reply.status in (404, 405, 400, 414, 431), reply


@pytest.fixture
def path(server: Server) -> Iterator[str]:
    """A session that all that is wrong with a request leaves as it is."""
    reply = post(server, "/whip/tea", OFFER)
    opened = session_of("/whip/tea", reply)
    server.keep_private(opened.rsplit("/", 1)[1])
    yield opened
    assert ask(server, "DELETE", opened).status == 200
    assert ask(server, "DELETE", opened).status == 404, "said twice"
    assert ask(server, "PATCH", opened, "a=ice-ufrag:abcd\r\n", Content_Type=FRAGMENT, If_Match="*").status == 404


@pytest.mark.parametrize(("body", "headers", "status"), [
    pytest.param("", {"Content_Type": FRAGMENT}, 428, id="no-tag"),
    pytest.param("a=candidate", {"Content_Type": FRAGMENT, "If_Match": '"other"'}, 412, id="another-tag"),
    pytest.param(OFFER, {"Content_Type": SDP, "If_Match": "*"}, 415, id="an-offer"),
    pytest.param("{}", {"Content_Type": "application/json", "If_Match": "*"}, 415, id="another-type"),
    pytest.param("hello", {"Content_Type": FRAGMENT, "If_Match": "*"}, 400, id="garbage"),
    pytest.param(b"\xff\xfe" * 50, {"Content_Type": FRAGMENT, "If_Match": "*"}, 400, id="bytes"),
    pytest.param(b"a=x\r\n" * 1_000_000, {"Content_Type": FRAGMENT, "If_Match": "*"}, 413, id="five-megabytes"),
])
def test_a_session_stays_as_it_is(
    server: Server, path: str, body: str | bytes, headers: dict[str, str], status: int
) -> None:
    reply = ask(server, "PATCH", path, body, **headers)

    assert reply.status == status, reply
    assert reply.problem()["detail"]


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_a_session_knows_no_other_method(server: Server, path: str, method: str) -> None:
    reply = ask(server, method, path, OFFER, Content_Type=SDP)

    assert reply.status == 405
    assert {"PATCH", "DELETE"} <= {word.strip() for word in reply.headers["Allow"].split(",")}


def test_a_session_is_not_found_below_another_room_or_door(server: Server, path: str) -> None:
    name = path.rsplit("/", 1)[1]

    for other in (f"/whip/elsewhere/{name}", f"/whep/tea/{name}"):
        assert ask(server, "DELETE", other).status == 404, other


def test_a_session_answers_a_look_with_nothing(server: Server, path: str) -> None:
    reply = ask(server, "GET", path)

    assert 200 <= reply.status < 300 and reply.text == ""


def session_of(endpoint: str, reply: Reply) -> str:
    assert reply.status == 201, reply
    return endpoint.rsplit("/", 1)[0] + "/" + reply.headers["Location"]


def test_a_body_that_never_comes_is_not_waited_for(server: Server) -> None:
    head = f"POST /whip/slow HTTP/1.1\r\nHost: x\r\nContent-Type: {SDP}\r\nContent-Length: {len(OFFER)}\r\n\r\n"
    with socket.create_connection((server.address, server.port), 5) as opened:
        opened.sendall(head.encode() + OFFER.encode()[:200])
        opened.shutdown(socket.SHUT_WR)
        opened.settimeout(35)
        assert not opened.recv(65536).startswith(b"HTTP/1.1 201")
    assert server.metric(PEERS) == HOSTS


def test_hundreds_of_half_open_sessions_leave_nothing_behind(start_server: Callable[..., Server]) -> None:
    server = start_server()

    statuses = [post(server, "/whip/tea", OFFER).status for _ in range(200)]

    assert statuses.count(201) == 20 and statuses.count(429) == 180, "an address may have twenty at a time"
    eventually(lambda: server.metric(PEERS) == 0, "they are given up after 15 s", GIVEN_UP)
    assert post(server, "/whip/tea", OFFER).status == 201


def test_an_error_tells_nothing_of_the_key(server: Server) -> None:
    key = "sk_" + secrets.token_hex(16)
    server.keep_private(key)

    reply = post(server, "/whip/tea", OFFER, Authorization=f"Bearer {key}")

    assert reply.status == 401 and reply.headers["WWW-Authenticate"].startswith("Bearer")
    assert key not in json.dumps(reply.problem())
