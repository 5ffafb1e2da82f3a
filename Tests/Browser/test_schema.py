"""Holds docs/signaling.schema.json against what really travels: a call of two browsers, and a room with everything in it."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from conftest import People
from lab.places import ROOT
from lab.server import Server
from lab.wire import Refused, Session, member, session

SCHEMA = json.loads((ROOT / "docs" / "signaling.schema.json").read_text())


def validator(definition: str) -> Draft202012Validator:
    """Validates against one definition of the schema."""
    return Draft202012Validator({"$ref": f"#/$defs/{definition}", "$defs": SCHEMA["$defs"]})


ECHO = {"startEcho", "publish", "answerSubscription", "restartSubscription", "endEcho"}
CLIENT, SERVER = validator("clientMessage"), validator("serverMessage")


def assert_valid(checker: Draft202012Validator, message: dict[str, Any]) -> None:
    problems = [f"{error.json_path}: {error.message}" for error in checker.iter_errors(message)]
    assert not problems, f"{json.dumps(message)[:2000]}\n  " + "\n  ".join(problems)


def assert_session_valid(opened: Session) -> None:
    for kind, message in opened.exchanged:
        assert_valid(CLIENT if kind == "request" else SERVER, message)


def requests_of_schema() -> set[str]:
    """The types of all requests, as the schema names them."""
    return {SCHEMA["$defs"][each["$ref"].rsplit("/", 1)[1]]["properties"]["type"]["const"]
            for each in SCHEMA["$defs"]["clientMessage"]["oneOf"]}


def test_a_call_of_two_browsers_speaks_the_schema(people: People) -> None:
    sent: list[str] = []
    received: list[str] = []
    one = people.arrives("Adaline")
    one.page.on("websocket", lambda socket: (
        socket.on("framesent", lambda frame: sent.append(frame)),
        socket.on("framereceived", lambda frame: received.append(frame))))
    one.join()
    other = people.joins("Bertrand")
    one.sees_moving("Bertrand")

    one.press("Raise hand")
    one.press("Mute microphone")
    one.press("Share screen")
    one.button("Stop sharing").wait_for()
    one.say("hello there")
    other.press("Leave")
    one.no_longer_sees("Bertrand")
    one.press("Leave")
    one.button("People").wait_for(state="hidden")

    for text in sent:
        assert_valid(CLIENT, json.loads(text))
    for text in received:
        assert_valid(SERVER, json.loads(text))
    assert {"hello", "join", "signal", "setDevices", "raiseHand", "sendChat", "leave"} <= {
        json.loads(text)["type"] for text in sent}
    assert {"participantJoined", "signal", "participantChanged", "chatMessage", "participantLeft"} <= {
        json.loads(text)["type"] for text in received}


def test_every_request_and_its_answers_match_the_schema(server: Server) -> None:
    host = member(server, "schema", "Hildegard", devices={"audio": True, "video": True, "screen": False}, client="c")
    guest = member(server, "schema", "Gwendolyn")
    me, them = host.participant, guest.participant
    first = guest.request("sendChat", text="*hello*")["message"]
    mine = host.request("sendChat", text="hi", to=them, replyTo=first)["message"]
    for request in everything(them, first, mine):
        host.request(**request)
    guest.request("signal", to=me, connection="c1", description={"type": "offer", "sdp": "v=0\r\n"},
                  streams={"s1": "camera"})
    guest.request("signal", to=me, connection="c1", candidate={
        "candidate": "candidate:1 1 udp 1 192.0.2.1 1 typ host", "sdpMid": "0", "sdpMLineIndex": 0,
        "usernameFragment": "abcd"})
    guest.request("signal", to=me, connection="c1", candidate=None)

    # Somebody waits, is written to, admitted, and somebody else denied.
    host.request("updateRoom", lobby=True, lobbyMessage="one moment", locked=False, password="", maxParticipants=4,
                 endsAfter=3600, waitForHost=False, rules={"draw": False}, mode="auto")
    visitors = [waiting(server, name) for name in ("Walburga", "Wilfried")]
    host.request("messageWaiting", text="soon")
    host.request("admit", participants=[visitors[0].participant])
    host.request("deny", participants=[visitors[1].participant], message="another time")
    visitors[0].event("admitted")
    visitors[1].closing()

    # A third has brought the room to the server.
    track = {"participant": them, "source": "camera"}
    host.request("subscribe", tracks=[track | {"width": 640, "height": 360, "spatialLayer": 1, "temporalLayer": 2,
                                              "priority": "pinned"}])
    host.request("getMedia")
    for reason in ("cpu", None):
        host.request("reportLimitation", reason=reason)
    host.request("unsubscribe", tracks=[track])
    host.request("moved", to="routed")
    host.request("meshFailed", participant=them)

    # A key for an encoder, made, listed and revoked.
    key = host.request("createStreamKey", name="Stage")
    assert [listed["id"] for listed in host.request("getStreamKeys")["keys"]] == [key["id"]]
    host.request("revokeStreamKey", streamKey=key["id"])

    # The guest drops out and resumes; the host hands over and ends the room.
    with session(server) as again:
        again.hello()
        again.request("resume", token=guest.joined["resumeToken"], seq=0)
        again.request("ping")
        host.request("setRole", participant=them, role="cohost")
        again.event("resumeToken")
        host.request("moderate", action="remove", participants=[visitors[0].participant], reason="thank you")
        visitors[0].closing()
        host.request("transferHost", participant=them)
        again.request("endRoom")
        again.closing()
        sessions = [host, guest, again, *visitors]
        host.closing()
        for opened in sessions:
            assert_session_valid(opened)
        said = {message["type"] for opened in sessions for kind, message in opened.exchanged if kind == "request"}
    assert requests_of_schema() - said == {"leave"} | ECHO, "a request of the schema was not tried"


def test_the_messages_of_a_connection_test_match_the_schema(server: Server) -> None:
    offer = (ROOT / "Tests/WebRTCTests/Vectors/SDP/chromium-156-offer-p2p.sdp").read_bytes().decode()
    with session(server) as opened:
        opened.hello()
        assert opened.request("startEcho") == {"maximumDuration": 60}
        with pytest.raises(Refused) as refusal:
            opened.request("publish", offer="v=1")
        assert refusal.value.code == "invalidDescription"
        assert opened.request("publish", offer=offer)["answer"].startswith("v=0")
        subscription = opened.event("subscription")
        assert [slot["kind"] for slot in subscription["slots"]] == ["audio", "video"]
        with pytest.raises(Refused) as refusal:
            opened.request("answerSubscription", answer="v=0")
        assert refusal.value.code == "invalidDescription"
        opened.request("restartSubscription")
        opened.request("endEcho")
        assert_session_valid(opened)
        said = {message["type"] for kind, message in opened.exchanged if kind == "request"}
    assert said >= ECHO


def everything(other: str, theirs: str, mine: str) -> list[dict[str, Any]]:
    """Requests a host may make in a room where somebody else has written."""
    actions = ("mute", "hideVideo", "stopScreen", "lowerHand", "askToUnmute", "askToStartVideo")
    return [
        {"type": "setDevices", "audio": False, "screen": True},
        {"type": "rename", "name": "Hildegard of Bingen"},
        {"type": "raiseHand", "raised": True},
        {"type": "react", "emoji": "🎉"},
        {"type": "editChat", "message": mine, "text": "hi!"},
        {"type": "reactToChat", "message": theirs, "emoji": "👍", "on": True},
        {"type": "deleteChat", "message": theirs},
        *({"type": "moderate", "action": action, "participants": [other]} for action in actions),
        {"type": "moderate", "action": "mute", "everyone": True, "reason": "quiet please"},
        {"type": "setPermission", "participant": other, "permission": "publishVideo", "allowed": False},
        {"type": "getAudit"},
    ]


def waiting(server: Server, name: str) -> Session:
    """Somebody in the lobby."""
    server.keep_private(name)
    opened = session(server)
    opened.hello()
    opened.joined = opened.request("join", room="schema", name=name)
    assert opened.joined["state"] == "waiting"
    return opened


@pytest.mark.parametrize("wrong", [
    {"id": 1, "type": "sendChat"},
    {"id": 1, "type": "sendChat", "text": 7},
    {"id": -1, "type": "ping"},
    {"type": "ping"},
    {"id": 1, "type": "nothing"},
])
def test_the_schema_refuses_what_is_wrong(wrong: dict[str, Any]) -> None:
    assert not CLIENT.is_valid(wrong)
