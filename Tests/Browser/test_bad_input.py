"""What no decent client sends: each gets its error or a closed connection, costs bounded memory and changes nothing."""

import contextlib
import json
import socket
import time
from collections.abc import Iterator

import pytest

from lab import raw
from lab.server import Server
from lab.waiting import eventually
from lab.wire import Refused, Session, member, session

MIB = 1 << 20
KEPT = 48 * MIB


class Innocents:
    """Two people in a room of their own, whom nothing may disturb."""

    def __init__(self, server: Server):
        self.first = member(server, "innocents", "Clementine")
        self.second = member(server, "innocents", "Dorothea")
        self.first.event("participantJoined")

    def assert_undisturbed(self) -> None:
        """A message still goes from one to the other at once, and nothing else has happened."""
        began = time.monotonic()
        self.first.request("sendChat", text="all is well")
        self.second.event("chatMessage", timeout=2)
        assert time.monotonic() - began < 1
        assert [event["type"] for event in self.first.drain()] == ["chatMessage"]
        assert self.second.drain() == []

    def close(self) -> None:
        self.first.close()
        self.second.close()


@pytest.fixture
def innocents(server: Server) -> Iterator[Innocents]:
    pair = Innocents(server)
    before = server.memory()
    yield pair
    pair.assert_undisturbed()
    assert server.memory() - before < KEPT, "bad input made the server keep memory"
    pair.close()


MALFORMED = [
    "", "{", "null", "[]", "7", '"hello"', '{"id": 1}', '{"type": "ping"}', '{"id": "1", "type": "ping"}',
    '{"id": -1, "type": "ping"}', '{"id": 1.5, "type": "ping"}', '{"id": 9007199254740992, "type": "ping"}',
    '{"id": 1, "type": 7}', '{"id": 1, "type": "ping"} {"id": 2, "type": "ping"}', '{"id": 1, "type": "ping",}',
]


@pytest.mark.parametrize("text", MALFORMED)
def test_malformed_messages_are_answered_as_bad_requests(server: Server, innocents: Innocents, text: str) -> None:
    with session(server) as client:
        client.hello()
        client.send_raw(text)
        answer = client.receive()

        assert answer["type"] == "error" and answer["error"]["code"] == "badRequest", answer
        client.request("ping")


WRONG = [
    ({"type": "sendChat"}, "badRequest"),
    ({"type": "sendChat", "text": 7}, "badRequest"),
    ({"type": "sendChat", "text": ["a"]}, "badRequest"),
    ({"type": "sendChat", "text": "x" * 4001}, "badRequest"),
    ({"type": "sendChat", "text": "x", "to": 3}, "badRequest"),
    ({"type": "sendChat", "text": "x", "to": "p_nobody"}, "notFound"),
    ({"type": "setDevices", "audio": "yes"}, "badRequest"),
    ({"type": "raiseHand", "raised": 1}, "badRequest"),
    ({"type": "rename", "name": ""}, "invalidName"),
    ({"type": "rename", "name": "x" * 65}, "invalidName"),
    ({"type": "rename", "name": "a\nb"}, "invalidName"),
    ({"type": "updateRoom", "maxParticipants": 1}, "badRequest"),
    ({"type": "updateRoom", "maxParticipants": 1e300}, "badRequest"),
    ({"type": "updateRoom", "rules": []}, "badRequest"),
    ({"type": "moderate", "action": "explode", "everyone": True}, "badRequest"),
    ({"type": "setRole", "participant": "p_nobody", "role": "cohost"}, "notFound"),
    ({"type": "signal", "to": "p_nobody", "connection": "c", "candidate": None}, "notFound"),
    ({"type": "signal", "to": "p_nobody", "connection": ""}, "badRequest"),
    ({"type": "launchMissiles"}, "unknownType"),
    ({"type": "hello", "versions": [1]}, "notReady"),
    ({"type": "join", "room": "other", "name": "again"}, "notReady"),
]


def test_wrong_fields_are_named_and_change_nothing(server: Server, innocents: Innocents) -> None:
    with member(server, "a", "Valentin") as client:
        for fields, code in WRONG:
            with pytest.raises(Refused) as refusal:
                client.request(**fields)
            assert refusal.value.code == code, f"{fields}: {refusal.value}"
        assert client.drain() == []


@pytest.mark.parametrize(("fields", "code"), [
    ({"room": "a/b", "name": "Valentin"}, "invalidRoom"),
    ({"room": "", "name": "Valentin"}, "invalidRoom"),
    ({"room": "x" * 65, "name": "Valentin"}, "invalidRoom"),
    ({"room": "a\u0000", "name": "Valentin"}, "invalidRoom"),
    ({"room": "a", "name": "  "}, "invalidName"),
    ({"room": "a", "name": "x" * 100}, "invalidName"),
    ({"room": "a", "name": "Valentin", "token": "eyJhbGciOiJub25lIn0.e30."}, "tokenInvalid"),
    ({"room": "innocents", "name": "Valentin", "hostKey": "hk_guess"}, "tokenInvalid"),
    ({"room": "a"}, "badRequest"),
    ({"room": 1, "name": "Valentin"}, "badRequest"),
])
def test_joining_wrongly_is_refused(server: Server, innocents: Innocents, fields: dict[str, str], code: str) -> None:
    with session(server) as client:
        client.hello()
        with pytest.raises(Refused) as refusal:
            client.request("join", **fields)
        assert refusal.value.code == code


def test_an_invented_resume_token_is_refused(server: Server, innocents: Innocents) -> None:
    with session(server) as client:
        client.hello()
        real = innocents.first.joined["resumeToken"]
        flipped = real[:-6] + ("A" if real[-6] != "A" else "B") + real[-5:]
        for token in ("", "x", flipped, real[: len(real) // 2]):
            with pytest.raises(Refused) as refusal:
                client.request("resume", token=token, seq=0)
            assert refusal.value.code in ("tokenInvalid", "badRequest")


def test_requests_before_hello_are_out_of_place(server: Server, innocents: Innocents) -> None:
    with session(server) as client:
        for type in ("join", "resume", "sendChat", "endRoom", "leave"):
            with pytest.raises(Refused) as refusal:
                client.request(type, room="innocents", name="Valentin", token="x", seq=0, text="x")
            assert refusal.value.code == "notReady"


def test_a_version_nobody_speaks_is_refused(server: Server, innocents: Innocents) -> None:
    with session(server) as client, pytest.raises(Refused) as refusal:
        client.request("hello", versions=[99])
    assert refusal.value.code == "unsupportedVersion"


@pytest.mark.parametrize("depth", [17, 1000, 30_000])
def test_deep_nesting_is_refused(server: Server, innocents: Innocents, depth: int) -> None:
    for opening, closing in (("[", "]"), ('{"a":', "}")):
        nested = opening * depth + ("1" if opening != "[" else "") + closing * depth
        if len(nested) > 65_000:
            nested = nested[:65_000]
        with session(server) as client:
            client.hello()
            client.send_raw('{"id": 1, "type": "ping", "x": ' + nested + "}")
            answer = client.receive()
            assert answer["type"] == "error" and answer["error"]["code"] == "badRequest", answer


def test_lone_surrogates_do_not_get_into_a_room(server: Server, innocents: Innocents) -> None:
    with member(server, "s", "Valentin") as client, member(server, "s", "Wilhelmina") as other:
        client.event("participantJoined")
        for text in (r"\ud800", r"a\udc00b", r"\ud83d\ud83d"):
            client.send_raw('{"id": 77, "type": "sendChat", "text": "' + text + '"}')
            with pytest.raises(Refused) as refusal:
                client.answer(77)
            assert refusal.value.code == "badRequest"
        assert other.drain() == []


CLOSING = [
    (raw.frame(b'{"id":1,"type":"ping"}', raw.BINARY), 1003),
    (raw.frame(b'{"id":1,"type":"\xff\xfe"}'), 1007),
    (raw.frame(b"\xed\xa0\x80"), 1007),  # a surrogate in UTF-8
    (raw.frame(b"x" * 262_145), 1009),
    (raw.frame(b"x" * 1000, announced=10 * MIB), 1009),  # closed at the length, without waiting for the bytes
    (raw.frame(b"", announced=1 << 62), 1009),
]


@pytest.mark.parametrize(("data", "code"), CLOSING)
def test_frames_that_are_no_messages_close_the_connection(
    server: Server, innocents: Innocents, data: bytes, code: int
) -> None:
    with raw.upgrade(server) as client:
        client.sendall(data)
        # NIO's decoder may break off a frame whose length alone is a lie (1002) before we can name it.
        assert raw.close_code(client) in (code, 1002 if code == 1009 else code)


def test_a_message_of_ten_megabytes_in_pieces_is_not_collected(server: Server, innocents: Innocents) -> None:
    before = server.memory()
    with raw.upgrade(server) as client:
        with contextlib.suppress(ConnectionError):
            client.sendall(raw.frame(b"x" * 60_000, raw.TEXT, final=False))
            for _ in range(180):
                client.sendall(raw.frame(b"x" * 60_000, raw.CONTINUATION, final=False))
        assert raw.close_code(client) in (1009, None)
    assert server.memory() - before < 16 * MIB


def test_a_flood_of_requests_is_cut_off(server: Server, innocents: Innocents) -> None:
    before = server.memory()
    with raw.upgrade(server) as client:
        client.sendall(raw.frame(json.dumps({"id": 0, "type": "hello", "versions": [1]}).encode()))
        thousand = b"".join(
            raw.frame(json.dumps({"id": id, "type": "ping"}).encode()) for id in range(1, 1001))
        with contextlib.suppress(ConnectionError):
            for _ in range(100):
                client.sendall(thousand)
        assert raw.close_code(client) in (4008, None)
    assert server.memory() - before < 32 * MIB


def test_a_flood_of_nonsense_is_cut_off(server: Server, innocents: Innocents) -> None:
    with raw.upgrade(server) as client:
        with contextlib.suppress(ConnectionError):
            for _ in range(1000):
                client.sendall(raw.frame(b"{"))
        assert raw.close_code(client) in (4003, 4008, None)


def test_a_reader_that_does_not_read_is_let_go_and_may_resume(server: Server, innocents: Innocents) -> None:
    with member(server, "slow", "Valentin") as writer, member(server, "slow", "Wilhelmina") as reader:
        before = server.memory()
        # One session may send half a megabyte of signals at once, so it takes many of them, one after the other.
        description = {"type": "offer", "sdp": "x" * 32_000}
        for number in range(40):
            with member(server, "slow", f"Xenia {number}") as other:
                for _ in range(15):
                    other.request("signal", to=reader.participant, connection="c", description=description)
                other.request("leave")
        kept = server.memory() - before

        # The others are told that its connection is gone, and it comes back with its token.
        changed = writer.event("participantChanged", participant=reader.participant, timeout=40)
        assert changed["changes"] == {"connection": "reconnecting"}
        with session(server) as again:
            again.hello()
            answer = again.request("resume", token=reader.joined["resumeToken"], seq=0)
            assert answer["state"] == "joined", "so many events are not kept: it gets a snapshot"
        assert kept < 32 * MIB, f"{kept / MIB:.0f} MiB were kept for somebody who does not read"


def test_pings_that_nobody_reads_the_answers_of_cost_nothing(server: Server, innocents: Innocents) -> None:
    before = server.memory()
    with raw.upgrade(server) as client:
        pings = raw.frame(bytes(125), opcode=raw.PING) * 1000
        client.settimeout(3)
        with contextlib.suppress(TimeoutError, ConnectionError):
            for _ in range(2000):
                client.sendall(pings)
        assert server.memory() - before < 32 * MIB
        assert raw.close_code(client) in (4008, None)


class Idler:
    """Asks a server of its own for much and reads none of it; beside two whom that may not disturb."""

    def __init__(self) -> None:
        self.server = Server()
        self.innocents = Innocents(self.server)
        self.before = self.server.memory()
        self.client = socket.socket()
        self.client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        self.client.connect((self.server.address, self.server.port))
        self.client.settimeout(5)
        with contextlib.suppress(TimeoutError):
            self.client.sendall(b"GET /app.js HTTP/1.1\r\nHost: x\r\n\r\n" * 400)

    def is_connected(self) -> bool:
        return self.server.is_connected_to(self.client.getsockname()[1])

    def close(self) -> None:
        self.client.close()
        self.innocents.close()
        self.server.close()


@pytest.fixture(scope="module", autouse=True)
def idler() -> Iterator[Idler]:
    """Begins with the first test of this file: half a minute of patience passes beside the others."""
    asking = Idler()
    assert asking.is_connected()
    yield asking
    asking.close()


def test_a_response_that_is_not_read_ends_its_connection(idler: Idler) -> None:
    eventually(lambda: not idler.is_connected(), "the connection is gone", timeout=60)

    idler.innocents.assert_undisturbed()
    assert idler.server.memory() - idler.before < KEPT, "what was not read is kept in memory"


def test_connections_that_do_not_get_on_are_closed(server: Server, innocents: Innocents) -> None:
    # Given one that never asks, one that sends a header line a second, one that never says hello, one that never joins.
    silent = raw.connect(server)
    slow = raw.connect(server)
    slow.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")
    greeting = raw.upgrade(server)
    opened = time.monotonic()

    # When time passes, while the slow one keeps dripping.
    slow.settimeout(0.5)
    gone = False
    while not gone and time.monotonic() - opened < 70:
        gone = drips_in_vain(slow)

    # Then each is gone within its time.
    assert gone, "slow headers held a connection for more than a minute"
    assert raw.close_code(greeting, 5) == 4002
    assert raw.ends(silent, 30), "a connection that asks nothing stays open"


def drips_in_vain(slow) -> bool:
    """Sends one more header line; says whether the server has ended the connection."""
    try:
        slow.sendall(b"X-Drip: 1\r\n")
        return slow.recv(65536) == b""
    except TimeoutError:
        return False
    except ConnectionError:
        return True


@pytest.mark.parametrize("path", [
    "/../.env", "/../../../../etc/passwd", "/%2e%2e/.env", "/..%2f.env", "/%2e%2e%2f%2e%2e%2fetc/passwd", "/.env",
    "//etc/passwd", "/icons/../../.env", "/icons/..%5c..%5c.env", "/%00", "/public/../.env", "/join/../../.env",
    "/.%2e/.env", "/%c0%ae%c0%ae/.env", "/data/", "/../data/",
])
def test_no_path_leads_out_of_the_public_files(server: Server, innocents: Innocents, path: str) -> None:
    (server.home / ".env").write_text("# do-not-tell\n")

    answer = raw.ask(server, f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())

    assert b"do-not-tell" not in answer and b"root:" not in answer
    status = int(answer.split(b" ", 2)[1])
    assert status in (400, 404) or (status == 200 and path.startswith("/join/")), answer[:200]


@pytest.mark.parametrize("request_bytes", [
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 64,
    b"GET / HTTP/9.9\r\n\r\n",
    b"NONSENSE\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    b"POST /api/v1/leave HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n" + b"x" * 100_000,
    b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X-Long: " + b"y" * 200_000 + b"\r\n\r\n",
    b"GET /" + b"z" * 200_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
])
def test_broken_http_is_refused(server: Server, innocents: Innocents, request_bytes: bytes) -> None:
    answer = raw.ask(server, request_bytes)

    # The page that says goodbye does not read the answer: 204 without having read the body is one.
    status = int(answer.split(b" ", 2)[1]) if answer else 400
    assert status in (204, 400, 413, 431, 505), answer[:200]


def test_a_forged_address_does_not_get_around_the_limits(server: Server, innocents: Innocents) -> None:
    # Twenty rooms may be made at once; the innocents' room was the first.
    made = make_rooms(server, 19, forged=True)

    with pytest.raises(Refused) as refusal:
        make_rooms(server, 1, forged=True)

    assert refusal.value.code == "tooManyRooms" and refusal.value.retry_after > 0
    for opened in made:
        opened.close()


def make_rooms(server: Server, count: int, forged: bool) -> list[Session]:
    opened = []
    for number in range(count):
        headers = {"X-Forwarded-For": f"203.0.113.{number}", "Forwarded": f"for=203.0.113.{number}"} if forged else {}
        opened.append(session(server, additional_headers=headers))
        opened[-1].join(f"made-{id(opened)}-{number}", "Valentin")
    return opened


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1.evil.example"])
def test_a_foreign_page_may_not_open_the_socket(server: Server, innocents: Innocents, origin: str) -> None:
    request = (f"GET /ws HTTP/1.1\r\nHost: {server.address}:{server.port}\r\nUpgrade: websocket\r\n"
               "Connection: Upgrade, close\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
               f"Sec-WebSocket-Version: 13\r\nOrigin: {origin}\r\n\r\n")

    assert raw.ask(server, request.encode()).startswith(b"HTTP/1.1 403")
