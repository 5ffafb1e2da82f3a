"""A host runs a room of strangers: who comes in, and who may do what, seen in the browsers of all."""

import urllib.error
import urllib.request

import pytest

from conftest import People
from lab.call import Call
from lab.server import Server
from lab.waiting import eventually, stays
from lab.words import words


class Host:
    """The host's hands on the panels."""

    def __init__(self, call: Call):
        self.call = call
        self.page = call.page

    def open_people(self) -> None:
        panel = self.page.locator("people-panel")
        if not panel.is_visible():
            self.call.press("People")
            panel.wait_for()

    def open_room(self) -> None:
        self.open_people()
        self.page.locator("people-panel").get_by_role("button", name=words("action.roomSettings")).click()
        self.page.locator("room-dialog dialog").wait_for()

    def close_room(self) -> None:
        self.page.locator("room-dialog [data-close]").first.click()
        self.page.locator("room-dialog dialog").wait_for(state="hidden")

    def switch(self, key: str, on: bool) -> None:
        """Turns a switch of the room's settings."""
        self.open_room()
        self.page.locator("room-dialog").get_by_role("switch", name=words(key)).set_checked(on)
        self.close_room()

    def set_password(self, password: str) -> None:
        self.open_room()
        self.page.locator("room-dialog").get_by_label(words("room.password")).fill(password)
        self.page.keyboard.press("Enter")
        self.page.get_by_text(words("room.password.set")).wait_for()
        self.close_room()

    def does(self, name: str, key: str) -> None:
        """Chooses something from a person's menu."""
        self.open_people()
        row = self.page.locator("person-row", has_text=name)
        row.get_by_role("button", name=words("tile.menu", name=name)).click()
        self.page.locator("person-menu").get_by_role("button", name=words(key), exact=True).click()

    def confirms(self) -> None:
        self.page.locator("confirm-dialog button[type=submit]").click()


@pytest.fixture
def host(people: People) -> Host:
    return Host(people.joins("Hildegard"))


def is_told(call: Call, key: str, **values: str) -> None:
    """Waits for a sentence of the interface."""
    call.page.get_by_text(words(key, **values)).first.wait_for()


def test_the_lobby_lets_in_whom_the_host_admits(people: People, host: Host) -> None:
    host.switch("room.lobby", True)
    guest = people.arrives("Gwendolyn")
    guest.press("Join")
    is_told(guest, "waiting.lobby.title")

    host.open_people()
    admit = host.page.get_by_role("button", name=words("lobby.admit.name", name="Gwendolyn"))
    admit.wait_for()
    assert guest.links() == [] and guest.tile("Hildegard").count() == 0
    guest.picture("waiting-in-the-lobby")
    host.call.picture("lobby-of-the-host")
    admit.click()

    guest.arrived()
    guest.sees_moving("Hildegard")
    host.call.sees_moving("Gwendolyn")


def test_the_lobby_turns_away_whom_the_host_denies(people: People, host: Host) -> None:
    host.switch("room.lobby", True)
    guest = people.arrives("Gwendolyn")
    guest.press("Join")

    host.open_people()
    host.page.get_by_role("button", name=words("lobby.deny.name", name="Gwendolyn")).click()

    is_told(guest, "ended.denied.title")
    assert host.call.tile("Gwendolyn").count() == 0


def test_those_who_wait_read_what_the_host_writes(people: People, host: Host) -> None:
    host.switch("room.lobby", True)
    guest = people.arrives("Gwendolyn")
    guest.press("Join")

    host.open_people()
    field = host.page.get_by_label(words("lobby.message"))
    field.fill("We begin in five minutes")
    field.press("Enter")

    guest.reads("We begin in five minutes")


def test_a_password_keeps_out_who_does_not_know_it(people: People, host: Host, server: Server) -> None:
    server.keep_private("sesame-of-the-forest", "barley-of-the-field")
    host.set_password("sesame-of-the-forest")
    guest = people.arrives("Gwendolyn")
    guest.press("Join")

    field = guest.page.get_by_label("Room password", exact=True)
    field.fill("barley-of-the-field")
    guest.press("Join")
    is_told(guest, "error.wrongPassword")
    assert host.call.tile("Gwendolyn").count() == 0

    field.fill("sesame-of-the-forest")
    guest.join()
    guest.sees_moving("Hildegard")


def test_a_locked_room_says_so(people: People, host: Host) -> None:
    host.switch("room.lock", True)
    guest = people.arrives("Gwendolyn")

    guest.press("Join")
    is_told(guest, "error.roomLocked")

    host.switch("room.lock", False)
    guest.join()


def test_the_host_mutes_a_guest_who_may_speak_again(people: People, host: Host) -> None:
    guest = people.joins("Gwendolyn")
    host.call.hears()

    host.does("Gwendolyn", "moderate.mute")

    guest.button("Unmute microphone").wait_for()
    host.call.reads_on_tile("Gwendolyn", "muted")
    guest.press("Unmute microphone")
    host.call.hears()


def test_a_rule_keeps_the_microphones_of_guests_off(people: People, host: Host) -> None:
    guest = people.joins("Gwendolyn")
    host.call.hears()

    host.switch("rule.publishAudio", False)

    host.call.reads_on_tile("Gwendolyn", "muted")
    button = guest.button("Unmute microphone")
    eventually(lambda: button.get_attribute("aria-disabled") == "true", "the button says that it does nothing")
    button.click(force=True)  # it can be pressed all the same, and then tells why
    stays(lambda: "muted" in host.call.label("Gwendolyn"), "the guest stays muted", 1.5)


def test_a_removed_guest_is_told_and_gone(people: People, host: Host) -> None:
    guest = people.joins("Gwendolyn")

    host.does("Gwendolyn", "moderate.remove")
    host.confirms()

    is_told(guest, "ended.removed.title")
    host.call.no_longer_sees("Gwendolyn")
    assert guest.links() == []


def test_a_banned_guest_does_not_come_back_but_a_neighbour_may(people: People, host: Host) -> None:
    guest = people.joins("Gwendolyn")
    neighbour = people.arrives("Neighbour")

    host.does("Gwendolyn", "moderate.ban")
    host.confirms()
    is_told(guest, "ended.banned.title")
    again = people.arrives("Guinevere", profile=guest)
    again.press("Join")

    is_told(again, "error.banned")
    neighbour.join().sees_moving("Hildegard")
    assert host.call.tile("Guinevere").count() == 0


def test_a_promoted_guest_may_moderate(people: People, host: Host) -> None:
    people.habits = {"video": "0"}
    guest = people.joins("Gwendolyn")
    other = people.joins("Oswald")

    host.does("Gwendolyn", "role.make.cohost")
    eventually(lambda: promoted_can_mute(guest), "the co-host has the host's menu")

    other.button("Unmute microphone").wait_for()


def promoted_can_mute(guest: Call) -> bool:
    """Tries to mute Oswald from the guest's page; false while the menu does not offer it."""
    desk = Host(guest)
    desk.open_people()
    guest.page.locator("person-row", has_text="Oswald").get_by_role("button").click()
    choice = guest.page.locator("person-menu").get_by_role("button", name=words("moderate.mute"), exact=True)
    if not choice.is_visible():
        guest.page.keyboard.press("Escape")
        return False
    choice.click()
    return True


def test_the_host_ends_the_call_for_all(people: People, host: Host) -> None:
    guest = people.joins("Gwendolyn")

    host.open_room()
    host.page.locator("room-dialog").get_by_role("button", name=words("room.end"), exact=True).click()
    host.confirms()

    for call in (guest, host.call):
        is_told(call, "ended.roomEnded.title")


def test_a_private_message_reaches_only_its_addressee(people: People, host: Host) -> None:
    people.habits = {"video": "0"}
    addressee, bystander = people.joins("Gwendolyn"), people.joins("Oswald")
    for call in (addressee, bystander):
        call.open_chat()

    host.call.say("for your eyes only", to="Gwendolyn")
    addressee.reads("for your eyes only")
    host.call.say("and now for everybody", to=words("chat.everyone"))

    bystander.reads("and now for everybody")
    assert bystander.page.get_by_text("for your eyes only").count() == 0


# An encoder as a script: a drawn picture, one offer, no candidates after it.
PUBLISHES = """async ([address, key]) => {
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d');
  setInterval(() => { context.fillStyle = `hsl(${Date.now() % 360} 80% 50%)`; context.fillRect(0, 0, 300, 150); }, 50);
  const connection = new RTCPeerConnection();
  connection.addTransceiver(canvas.captureStream(20).getVideoTracks()[0], { direction: 'sendonly' });
  await connection.setLocalDescription();
  const answer = await fetch(address, {
    method: 'POST', headers: { 'Content-Type': 'application/sdp', Authorization: `Bearer ${key}` },
    body: connection.localDescription.sdp,
  });
  if (answer.status === 201) await connection.setRemoteDescription({ type: 'answer', sdp: await answer.text() });
  globalThis.encoder = connection;
  return [answer.status, answer.status === 201 ? new URL(answer.headers.get('Location'), answer.url).href : null];
}"""


def test_an_encoder_publishes_with_a_key_of_the_host_until_it_is_revoked(
    people: People, host: Host, server: Server
) -> None:
    encoder = people.arrives("Nobody").page
    host.switch("room.lock", True)
    host.open_room()
    dialog = host.page.locator("room-dialog")
    dialog.get_by_text(words("streamKeys.title"), exact=True).click()
    dialog.get_by_label(words("streamKeys.name")).fill("Stage")
    host.page.keyboard.press("Enter")
    is_told(host.call, "streamKeys.made", name="Stage")
    address = dialog.get_by_label(words("streamKeys.address"), exact=True).input_value()
    key = dialog.get_by_label(words("streamKeys.key"), exact=True).input_value()
    host.call.picture("a-stream-key")

    assert refused("POST", address, "sk_wrong") == 401
    status, session = encoder.evaluate(PUBLISHES, [address, key])

    assert status == 201
    host.call.reads_on_tile("Stage", words("tile.machine"))
    dialog.locator("stream-keys li.live", has_text="Stage").wait_for()
    assert server.metric('parley_streams{protocol="whip"}') == 1
    host.close_room()
    host.open_room()
    assert key not in host.page.content(), "the key is shown once"
    dialog.get_by_text(words("streamKeys.title"), exact=True).click()
    dialog.get_by_role("button", name=words("streamKeys.revoke.name", name="Stage")).click()
    host.confirms()
    host.call.no_longer_sees("Stage")
    is_told(host.call, "streamKeys.empty")
    assert server.metric('parley_streams{protocol="whip"}') == 0
    assert refused("DELETE", session, key) == 404
    assert refused("POST", address, key) == 401


# A player of no room's page: it offers to receive, and gives the session back.
WATCHES = """async (address) => {
    const player = globalThis.player = new RTCPeerConnection();
    player.addTransceiver('audio', { direction: 'recvonly' });
    player.addTransceiver('video', { direction: 'recvonly' });
    await player.setLocalDescription();
    const answer = await fetch(address, { method: 'POST', headers: { 'Content-Type': 'application/sdp' }, body: player.localDescription.sdp });
    if (answer.status === 201) await player.setRemoteDescription({ type: 'answer', sdp: await answer.text() });
    return [answer.status, new URL(answer.headers.get('Location') ?? '', address).href];
}"""


def test_nobody_watches_unseen_and_a_host_can_forbid_it(
    people: People, host: Host, server: Server, room: str
) -> None:
    player, address = people.arrives("Nobody").page, f"{server.origin}/whep/{room}"
    viewers = host.page.locator("room-badge .room-viewers")
    assert not viewers.is_visible()

    status, session = player.evaluate(WATCHES, address)

    assert status == 201
    is_told(host.call, "news.watched")
    viewers.wait_for()
    assert viewers.inner_text() == "1"
    host.call.picture("a-viewer")
    assert player.evaluate("(session) => fetch(session, { method: 'DELETE' }).then(({ status }) => status)", session) == 200
    viewers.wait_for(state="hidden")

    host.open_room()
    dialog = host.page.locator("room-dialog")
    dialog.get_by_label(words("room.maxViewers"), exact=True).fill("0")
    host.page.keyboard.press("Enter")
    eventually(lambda: refused("POST", address) == 503, "there is no place for players", 10)


def refused(method: str, url: str, key: str | None = None) -> int:
    """The status of a request that is refused; outside of any page, which would complain of it."""
    headers = {"Content-Type": "application/sdp"} | ({"Authorization": f"Bearer {key}"} if key else {})
    with pytest.raises(urllib.error.HTTPError) as refusal:
        urllib.request.urlopen(urllib.request.Request(url, b"v=0\r\n", headers, method=method), timeout=5)
    with refusal.value as answer:
        return answer.status
