"""What must not happen by a slip: a private word told to all, a call left by a wrong key, news that nobody can read or press."""

import signal

import pytest

from conftest import People
from lab.call import Call
from lab.server import Server
from lab.waiting import eventually, stays
from lab.words import words
from test_moderation import Host, is_told
from test_recovery import BROKEN_SOCKET


@pytest.fixture
def people(people: People) -> People:
    """Without cameras: here it is about words and keys, and pictures keep a machine busy that is to answer at once."""
    people.habits = {"video": "0"}
    return people


@pytest.fixture
def host(people: People) -> Host:
    return Host(people.joins("Hildegard"))


def audience(call: Call) -> str:
    """The choice in the field To, as it is read."""
    return call.page.locator("chat-panel select").evaluate("list => list.selectedOptions[0]?.text ?? ''")


def toast(call: Call, text: str):
    return call.page.locator(".toast", has_text=text)


def focused(call: Call) -> str:
    """What has the focus: its accessible name, or its text."""
    return call.page.evaluate("""() => {
      const active = document.activeElement;
      return active === document.body ? 'nothing' : active.getAttribute('aria-label') ?? active.textContent.trim();
    }""")


def test_a_private_message_never_becomes_public(people: People) -> None:
    one, gone, third = people.joins("Adaline"), people.joins("Bertrand"), people.joins("Cyprian")
    one.sees_person("Bertrand")
    one.open_chat()
    one.page.locator("chat-panel select").select_option(label="Bertrand")
    one.message_field.fill("for Bertrand only")
    gone.press("Leave")
    one.no_longer_sees("Bertrand")

    assert audience(one) == words("chat.to.left", name="Bertrand")
    one.message_field.press("Enter")

    is_told(one, "chat.audience.left", name="Bertrand")
    assert one.message_field.input_value() == "for Bertrand only"
    third.open_chat()
    stays(lambda: third.page.get_by_text("for Bertrand only").count() == 0, "the third reads nothing of it", 1)


def test_an_answer_to_a_private_message_is_private(people: People) -> None:
    one, other = people.joins("Adaline"), people.joins("Bertrand")
    other.sees_person("Adaline")
    one.say("between us", to="Bertrand")

    toast(other, "between us").get_by_role("button", name=words("chat.reply")).click()

    assert audience(other) == "Adaline"
    other.message_field.fill("certainly")
    other.message_field.press("Enter")
    one.reads("certainly")
    assert one.page.locator("chat-message.private", has_text="certainly").count() == 1


def test_a_chat_that_is_switched_off_says_so_and_keeps_what_was_begun(people: People, host: Host) -> None:
    guest = people.joins("Gwendolyn")
    guest.sees_person("Hildegard")
    guest.open_chat()
    guest.page.locator("chat-panel select").select_option(label="Hildegard")
    guest.message_field.fill("hello?")

    host.switch("rule.chat", False)

    is_told(guest, "news.forbidden.chat")
    is_told(guest, "chat.forbidden")
    assert guest.message_field.is_disabled()
    assert audience(guest) == words("chat.to.forbidden", name="Hildegard")

    host.switch("rule.chat", True)
    is_told(guest, "news.allowed.chat")
    guest.message_field.press("Enter")
    host.call.open_chat()
    host.call.reads("hello?")


@pytest.mark.parametrize("kind", ["chromium", "firefox"])
def test_keys_in_a_menu_stay_in_the_menu(people: People, kind: str) -> None:
    call = people.joins("Adaline", kind)
    call.button("More").focus()

    call.page.keyboard.press("Enter")
    eventually(lambda: focused(call) == words("view.speaker"), "the menu's first button has the focus")
    call.page.keyboard.press("ArrowDown")
    assert focused(call) == words("action.fullScreen")
    call.page.keyboard.press("Escape")

    eventually(lambda: focused(call) == words("action.more"), "the focus is back at the button")
    assert call.is_in_call()


def test_news_can_be_read_and_pressed_while_a_dialog_is_open(people: People, host: Host) -> None:
    guest = people.joins("Gwendolyn", query={"audio": "0"})
    guest.press("Settings")
    host.does("Gwendolyn", "moderate.askToUnmute")

    toast(guest, "Hildegard").get_by_role("button", name=words("moderated.askToUnmute.do")).click()
    guest.page.keyboard.press("Escape")

    guest.button("Mute microphone").wait_for()
    assert guest.page.locator("body > toast-stack").count() == 1


def test_the_news_outlive_a_dialog_that_went_with_its_page(people: People, host: Host) -> None:
    guest = people.joins("Gwendolyn")
    host.does("Gwendolyn", "role.make.cohost")
    is_told(guest, "notice.role.cohost")
    Host(guest).open_room()
    host.does("Gwendolyn", "moderate.remove")
    host.confirms()

    is_told(guest, "ended.removed.title")
    assert guest.page.locator("body > toast-stack").count() == 1
    assert focused(guest) == words("ended.removed.title")


def test_a_shortcut_writes_nothing(people: People) -> None:
    call = people.joins("Adaline")
    call.page.keyboard.press("c")

    call.message_field.wait_for()
    assert call.message_field.input_value() == ""
    call.page.keyboard.type("cup of tea")
    assert call.message_field.input_value() == "cup of tea"


def test_a_rule_that_silences_people_is_told_to_them(people: People, host: Host) -> None:
    guest = people.joins("Gwendolyn")
    guest.button("Mute microphone").wait_for()

    host.switch("rule.publishAudio", False)

    is_told(guest, "news.forbidden.publishAudio")
    guest.button("Unmute microphone").wait_for()


def test_somebody_at_the_door_is_told_of_and_let_in_at_once(people: People, host: Host) -> None:
    host.switch("room.lobby", True)
    guest = people.arrives("Gwendolyn")
    guest.press("Join")
    is_told(guest, "waiting.lobby.title")
    assert focused(guest) == words("waiting.lobby.title")

    news = toast(host.call, words("lobby.waits", name="Gwendolyn"))
    news.wait_for()
    assert host.page.title().startswith("(1) ")
    news.get_by_role("button", name=words("lobby.admit"), exact=True).click()

    guest.arrived()
    eventually(lambda: not host.page.title().startswith("("), "nobody is at the door any more")
    assert focused(guest).startswith("Call in")


def test_news_of_somebody_at_the_door_go_with_the_person(people: People, host: Host) -> None:
    host.switch("room.lobby", True)
    guest = people.arrives("Gwendolyn")
    guest.press("Join")
    news = toast(host.call, words("lobby.waits", name="Gwendolyn"))
    news.wait_for()

    guest.press("Leave")

    news.wait_for(state="detached", timeout=5_000)


def test_the_focus_stays_where_people_are_admitted(people: People, host: Host) -> None:
    host.switch("room.lobby", True)
    host.open_people()
    for name in ("Gwendolyn", "Hyacinth"):
        people.arrives(name).press("Join")
        host.page.get_by_role("button", name=words("lobby.admit.name", name=name)).wait_for()

    host.page.get_by_role("button", name=words("lobby.admit.name", name="Gwendolyn")).focus()
    host.page.keyboard.press("Enter")
    eventually(lambda: focused(host.call) == words("lobby.admit.name", name="Hyacinth"), "the next row has the focus")
    host.page.keyboard.press("Enter")

    eventually(lambda: focused(host.call) == words("people.count", count=3), "the heading has the focus")


def test_what_was_written_outlives_the_server(people: People, server: Server) -> None:
    one, other = people.joins("Adaline"), people.joins("Bertrand")
    other.say("keep me")
    one.open_chat()
    one.reads("keep me")
    for call in (one, other):
        call.watch.tolerate(BROKEN_SOCKET)

    server.restart(signal.SIGKILL)

    for call in (one, other):
        is_told(call, "chat.restarted")
        assert call.page.locator("chat-message", has_text="keep me").count() == 1
        call.assert_not_reloaded()
    other.say("written afterwards")
    one.reads("written afterwards")
    assert one.page.locator("chat-message, .chat-divider").evaluate_all("all => all.map(one => one.className)")[1] == "chat-divider"


def test_a_host_can_leave_the_others_or_end_for_all(people: People, host: Host) -> None:
    guest = people.joins("Gwendolyn")
    host.call.sees_person("Gwendolyn")
    host.call.press(words("leave.menu"))
    host.page.get_by_role("button", name=words("room.end"), exact=True).first.click()
    host.confirms()

    is_told(guest, "ended.roomEnded.title")
    is_told(host.call, "ended.roomEnded.title")


def test_the_focus_is_at_the_heading_of_each_page(people: People, server: Server) -> None:
    call = people.arrives("Adaline")
    call.page.goto(server.origin + "/")
    call.page.get_by_role("textbox").first.fill("a room of tea")
    call.page.keyboard.press("Enter")

    call.button("Join").wait_for()
    assert focused(call) == "a room of tea"
    call.page.go_back()
    eventually(lambda: focused(call) == words("landing.title"), "the landing page is read from its heading")


def test_the_focus_is_never_lost_in_a_call(people: People) -> None:
    people.joins("Adaline")
    call = people.arrives("Adaline")
    call.button("Join").focus()
    call.page.keyboard.press("Enter")
    is_told(call, "error.nameInUse")
    assert call.page.evaluate("document.activeElement.id") == "join-name"
    assert call.page.locator("#join-name").get_attribute("aria-invalid") == "true"

    call.page.keyboard.type("Bertrand")
    call.page.keyboard.press("Enter")
    call.arrived()
    assert focused(call).startswith("Call in")

    call.say("helo")
    call.button(words("chat.delete")).focus()
    call.page.keyboard.press("Enter")
    call.page.locator("confirm-dialog button[type=submit]").press("Enter")
    is_told(call, "chat.deleted")
    assert focused(call).startswith(words("chat.log"))

    call.button(words("chat.emoji")).focus()
    call.page.keyboard.press("Enter")
    call.page.keyboard.press("Escape")
    eventually(lambda: focused(call) == "Message", "the field has the focus, and nothing was thrown")


def test_an_older_message_can_be_changed_by_touch(people: People) -> None:
    call = people.joins("Adaline", viewport={"width": 320, "height": 568}, has_touch=True, is_mobile=True)
    for text in ("the first", "the second", "the third"):
        call.say(text)
        call.page.locator("chat-message", has_text=text).wait_for()
    first = call.page.locator("chat-message", has_text="the first")
    assert first.get_by_role("button", name=words("chat.edit")).count() == 0

    first.locator(".message-more").tap()
    first.get_by_role("button", name=words("chat.edit")).tap()
    call.message_field.fill("the very first")
    call.message_field.press("Enter")

    call.page.locator("chat-message", has_text="the very first").wait_for()
    call.picture("chat-by-touch")
