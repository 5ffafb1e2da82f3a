"""A modified client tries everything its role does not allow; what the others see proves that nothing changed."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from lab.server import Server
from lab.wire import Refused, Session, member, session


class Meeting:
    """A host, a guest and a hostile participant in one room, and a stranger in another."""

    def __init__(self, server: Server):
        self.server = server
        self.host = member(server, "meeting", "Hildegard")
        self.hostile = member(server, "meeting", "Mordred")
        self.other_host = member(server, "elsewhere", "Ottilie")
        self.host.event("participantJoined")

    @property
    def sessions(self) -> list[Session]:
        return [self.host, self.hostile, self.other_host]

    def assert_nobody_heard(self) -> None:
        """Nobody but the hostile client was sent anything."""
        for witness in (self.host, self.other_host):
            assert witness.drain() == []

    def forbidden(self) -> list[dict[str, Any]]:
        """Every act that needs `moderate`, `admit` or the host's role, aimed at whom it hurts."""
        host, me, stranger = self.host.participant, self.hostile.participant, self.other_host.participant
        actions = ("mute", "hideVideo", "stopScreen", "lowerHand", "askToUnmute", "askToStartVideo", "remove", "ban")
        return [
            *({"type": "moderate", "action": action, "participants": [host]} for action in actions),
            *({"type": "moderate", "action": action, "everyone": True} for action in actions),
            *({"type": "updateRoom", **change} for change in (
                {"locked": True}, {"password": "mine"}, {"lobby": True}, {"lobbyMessage": "mine"}, {"endsAfter": 60},
                {"maxParticipants": 2}, {"rules": {"chat": False}}, {"waitForHost": True}, {"mode": "mesh"})),
            {"type": "admit", "everyone": True},
            {"type": "deny", "everyone": True},
            {"type": "messageWaiting", "text": "come in"},
            {"type": "setPermission", "participant": me, "permission": "moderate", "allowed": True},
            {"type": "setPermission", "participant": host, "permission": "publishAudio", "allowed": False},
            {"type": "setRole", "participant": me, "role": "host"},
            {"type": "setRole", "participant": me, "role": "cohost"},
            {"type": "setRole", "participant": host, "role": "audience"},
            {"type": "setRole", "participant": stranger, "role": "audience"},
            {"type": "transferHost", "participant": me},
            {"type": "endRoom"},
            {"type": "getAudit"},
        ]

    def misdirected(self) -> list[dict[str, Any]]:
        """Acts anybody may do, aimed at somebody of another room or at another's message."""
        stranger = self.other_host.participant
        theirs = self.host.request("sendChat", text="the host's own words")["message"]
        return [
            {"type": "signal", "to": stranger, "connection": "c", "candidate": None},
            {"type": "sendChat", "text": "psst", "to": stranger},
            {"type": "editChat", "message": theirs, "text": "forged"},
            {"type": "deleteChat", "message": theirs},
            {"type": "reactToChat", "message": "m_nothing", "emoji": "👍", "on": True},
        ]


@pytest.fixture
def meeting(server: Server) -> Iterator[Meeting]:
    gathered = Meeting(server)
    yield gathered
    for opened in gathered.sessions:
        opened.close()


def refused(client: Session, request: dict[str, Any]) -> str:
    """The code with which a request was refused, tried again as often as it was merely too early."""
    while True:
        with pytest.raises(Refused) as refusal:
            client.request(**request)
        if refusal.value.code != "rateLimited":
            return refusal.value.code
        time.sleep(refusal.value.retry_after)


def test_no_host_act_of_a_participant_has_an_effect(meeting: Meeting) -> None:
    for request in meeting.forbidden():
        assert refused(meeting.hostile, request) == "forbidden", request

    meeting.assert_nobody_heard()


def test_nobody_reaches_into_another_room_or_anothers_words(meeting: Meeting) -> None:
    attempts = meeting.misdirected()
    for opened in meeting.sessions:
        opened.drain()

    for request in attempts:
        assert refused(meeting.hostile, request) in ("forbidden", "notFound"), request

    meeting.assert_nobody_heard()


def test_the_room_is_told_to_a_newcomer_as_before(meeting: Meeting) -> None:
    before = meeting.host.joined["room"]

    for request in meeting.forbidden():
        refused(meeting.hostile, request)

    with member(meeting.server, "meeting", "Nathaniel") as newcomer:
        # A third is more than a mesh takes.
        assert newcomer.joined["room"] == before | {"topology": "routed", "former": "mesh"}
        assert newcomer.joined["chat"] == []
        roles = {person["name"]: person["role"] for person in newcomer.joined["participants"]}
        assert roles == {"Hildegard": "host", "Mordred": "participant", "Nathaniel": "participant"}


def test_what_a_rule_forbids_stays_off(meeting: Meeting) -> None:
    meeting.host.request("updateRoom", rules={"publishAudio": False, "chat": False})
    me = meeting.hostile.participant
    meeting.host.drain()

    for request in ({"type": "setDevices", "audio": True}, {"type": "sendChat", "text": "hear me"},
                    {"type": "react", "emoji": "🎉"}):
        assert refused(meeting.hostile, request) == "forbidden", request

    meeting.assert_nobody_heard()
    with member(meeting.server, "meeting", "Nathaniel") as newcomer:
        mine = next(person for person in newcomer.joined["participants"] if person["id"] == me)
        assert mine["devices"]["audio"] is False


def test_somebody_waiting_receives_nothing_and_sends_nothing(meeting: Meeting) -> None:
    meeting.host.request("updateRoom", lobby=True)
    meeting.hostile.drain()
    with session(meeting.server) as waiting:
        waiting.hello()
        answer = waiting.request("join", room="meeting", name="Wilfried")
        assert answer["state"] == "waiting" and answer["reason"] == "lobby"
        assert not {"participants", "chat", "room", "waiting", "iceServers"} & answer.keys()
        meeting.host.event("waitingChanged")

        # When the room lives on and the one outside tries everything.
        meeting.host.request("sendChat", text="behind closed doors")
        everyday = [
            {"type": "sendChat", "text": "let me in"}, {"type": "react", "emoji": "🎉"},
            {"type": "setDevices", "audio": True}, {"type": "raiseHand", "raised": True},
            {"type": "rename", "name": "Host"},
            {"type": "signal", "to": meeting.host.participant, "connection": "c", "candidate": None},
            {"type": "admit", "everyone": True},
        ]
        for request in [*everyday, *meeting.forbidden()[:-1]]:
            assert refused(waiting, request) == "notReady", request

        # Then it was told nothing, and the room heard only its own.
        assert waiting.drain() == []
        assert [event["type"] for event in meeting.hostile.drain()] == ["chatMessage"]


def test_a_revoked_token_does_not_come_back(meeting: Meeting) -> None:
    token = meeting.hostile.joined["resumeToken"]
    meeting.host.request("moderate", action="remove", participants=[meeting.hostile.participant])
    assert meeting.hostile.event("removed")["reason"] == "removed"
    assert meeting.hostile.closing()[0] == 4005
    meeting.host.event("participantLeft", reason="removed")

    with session(meeting.server) as again:
        again.hello()
        assert refused(again, {"type": "resume", "token": token, "seq": 0}) in ("tokenInvalid", "tokenExpired")

    meeting.assert_nobody_heard()


def test_one_who_was_banned_stays_out_under_another_name(meeting: Meeting) -> None:
    with session(meeting.server) as first:
        first.join("meeting", "Wolfram", client="profile-of-wolfram")
        meeting.host.request("moderate", action="ban", participants=[first.participant])
        assert first.closing()[0] == 4005

    with session(meeting.server) as again:
        again.hello()
        renamed = {"type": "join", "room": "meeting", "name": "Somebody Else", "client": "profile-of-wolfram"}
        assert refused(again, renamed) == "banned"
