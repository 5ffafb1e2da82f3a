"""The pages around a call: languages, keyboard, links, several tabs, small screens."""

import pytest
from playwright.sync_api import Route

from conftest import People
from lab.browsers import Browsers, new_context
from lab.call import Call
from lab.fitting import assert_fits
from lab.server import Server
from lab.waiting import eventually
from lab.words import words


def test_the_landing_page_leads_into_a_room(browsers: Browsers, server: Server) -> None:
    context, watch = new_context(browsers.chromium(), server.origin)
    page = context.new_page()
    page.goto(server.origin + "/")

    field = page.get_by_role("textbox").first
    field.fill("a room of one's own")
    field.press("Enter")

    page.wait_for_url("**/join/**")
    page.get_by_role("button", name="Join", exact=True).wait_for()
    context.close()
    watch.assert_clean()


def test_a_page_that_did_not_come_whole_is_loaded_again(browsers: Browsers, server: Server) -> None:
    context, watch = new_context(browsers.chromium(), server.origin)
    watch.tolerate("ERR_FAILED|Failed to fetch dynamically imported module")
    page = context.new_page()
    failures = 2

    def fail_at_first(route: Route) -> None:
        nonlocal failures
        failures -= 1
        if failures >= 0:
            route.abort()
        else:
            route.continue_()

    page.route("**/elements/call-page.js", fail_at_first)
    page.goto(server.origin + "/join/tea?name=Adaline")

    page.get_by_role("button", name="Join", exact=True).wait_for()
    assert failures < 0
    context.close()
    watch.assert_clean()


def test_a_page_that_never_comes_whole_says_so(browsers: Browsers, server: Server) -> None:
    context, watch = new_context(browsers.chromium(), server.origin)
    watch.tolerate("ERR_FAILED|Failed to fetch dynamically imported module")
    page = context.new_page()
    page.route("**/elements/call-page.js", lambda route: route.abort())
    page.goto(server.origin + "/join/tea?name=Adaline")

    again = page.get_by_role("button", name="Try again")
    again.wait_for(timeout=20_000)
    page.unroute("**/elements/call-page.js")
    again.click()

    page.get_by_role("button", name="Join", exact=True).wait_for()
    context.close()
    watch.assert_clean()


@pytest.mark.parametrize("language", ["de-AT", "en-GB", "es-MX", "fr-FR", "it-IT", "pt-BR"])
def test_visitors_read_their_language_and_every_word_fits(people: People, language: str) -> None:
    call = people.arrives("Adélaïde", locale=language)
    tag = language[:2]
    join = call.page.get_by_role("button", name=words("join.join", tag), exact=True)
    join.wait_for()
    fits_large_and_small(call, "the page before the call")

    join.click()
    call.page.get_by_role("button", name=words("action.leave", tag)).first.wait_for()
    assert call.page.evaluate("document.documentElement.lang") == tag
    for what, opened in DIALOGS.items():
        call.page.evaluate(opened)
        fits_large_and_small(call, what)
        call.picture(f"call-in-{tag}-{what.replace(' ', '-')}")
        call.page.keyboard.press("Escape")


# What is opened where a person would press a button, whose place depends on the size of the window.
DIALOGS = {
    "people": "document.querySelector('call-page').panel = 'people'",
    "chat": "document.querySelector('call-page').panel = 'chat'",
    "shortcuts": "document.querySelector('help-dialog').open()",
    "settings": "document.querySelector('settings-dialog').open('general')",
    "room settings": "document.querySelector('room-dialog').open()",
}


def fits_large_and_small(call: Call, what: str) -> None:
    for width, height in ((1280, 800), (320, 640)):
        call.page.set_viewport_size({"width": width, "height": height})
        assert_fits(call, what)


@pytest.mark.parametrize("kind", ["chromium", "firefox"])
def test_everything_to_join_and_leave_works_by_keyboard(people: People, kind: str) -> None:
    call = people.arrives("Adaline", kind)
    call.button("Join").wait_for()

    walk_to(call, "Join")
    call.page.keyboard.press("Enter")
    call.arrived()
    walk_to(call, "Mute microphone")
    call.page.keyboard.press("Enter")
    call.button("Unmute microphone").wait_for()
    walk_to(call, "Leave")
    call.page.keyboard.press("Space")

    eventually(lambda: not call.is_in_call(), "the call is over")


def walk_to(call, name: str) -> None:
    """Presses Tab until the button of this name has the focus, as who uses no mouse does."""
    for _ in range(60):
        focused = call.page.evaluate("""() => {
          const active = document.activeElement;
          return active?.getAttribute('aria-label') ?? active?.textContent?.trim() ?? '';
        }""")
        if focused == name:
            return
        call.page.keyboard.press("Tab")
    raise AssertionError(f"{name} cannot be reached by Tab")


def test_a_link_with_autojoin_does_not_ask(people: People) -> None:
    call = people.arrives("Adaline", query={"autojoin": "1", "audio": "0"})

    call.arrived()
    call.button("Unmute microphone").wait_for()
    call.button("Turn camera off").wait_for()


def test_secrets_leave_the_address_bar(people: People, server: Server) -> None:
    server.keep_private("sesame-of-the-forest")
    call = people.arrives("Adaline", query={"roomPassword": "sesame-of-the-forest"})

    call.button("Join").wait_for()

    assert "sesame" not in call.page.url
    assert "sesame" not in call.page.evaluate("JSON.stringify([history.state, document.referrer])")


def test_a_link_of_mirotalk_joins(people: People, server: Server, browsers: Browsers, room: str) -> None:
    server.keep_private("Adaline")
    context, watch = new_context(browsers.chromium(), server.origin)
    page = context.new_page()
    page.goto(f"{server.origin}/join?room={room}&name=Adaline&audio=0&video=1&screen=0&chat=0&hide=0&notify=0")

    page.get_by_role("button", name="People", exact=True).wait_for()
    page.get_by_role("button", name="Unmute microphone", exact=True).wait_for()
    context.close()
    watch.assert_clean()


def test_two_tabs_of_one_browser_are_two_people(people: People) -> None:
    first = people.joins("Adaline")
    second = people.arrives("Adaline again", profile=first).join()

    second.sees_moving("Adaline")
    first.sees_person("Adaline again")
    second.page.close()

    first.no_longer_sees("Adaline again")
    assert first.is_in_call()


def test_a_name_in_use_is_refused_in_words(people: People) -> None:
    people.joins("Adaline")
    other = people.arrives("Adaline")

    other.press("Join")

    other.page.get_by_text(words("error.nameInUse")).first.wait_for()
    assert not other.is_in_call()


def test_markup_in_names_and_messages_stays_text(people: People) -> None:
    name = "<img src=x onerror=alert(1)>"
    one, other = people.joins(name), people.joins("Bertrand")

    one.say("<script>alert(2)</script> **bold** https://parley.example/")
    other.open_chat()
    other.reads("<script>alert(2)</script>")

    assert other.page.locator("chat-panel script, participant-tile img[src=x]").count() == 0
    assert other.page.locator("chat-panel strong", has_text="bold").count() == 1


@pytest.mark.parametrize(("options", "looks"), [
    pytest.param({"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2},
                 {"phone": ("light", 390, 844)}, id="phone"),
    pytest.param({}, {"narrow": ("light", 320, 640), "dark": ("dark", 1280, 800), "light": ("light", 1280, 800)}, id="desktop"),
])
def test_pages_fit_and_are_pictured(people: People, options: dict, looks: dict[str, tuple[str, int, int]]) -> None:
    one = people.arrives("Adaline", **options)
    one.button("Join").wait_for()
    fits_and_is_pictured(one, "prejoin", looks)

    one.join()
    other = people.joins("Bertrand")
    one.sees_moving("Bertrand")
    other.say("Good morning, Adaline")
    fits_and_is_pictured(one, "call", looks)
    one.open_chat()
    one.reads("Good morning, Adaline")
    fits_and_is_pictured(one, "chat", looks)


def fits_and_is_pictured(call: Call, what: str, looks: dict[str, tuple[str, int, int]]) -> None:
    for title, (scheme, width, height) in looks.items():
        call.page.emulate_media(color_scheme=scheme)
        call.page.set_viewport_size({"width": width, "height": height})
        assert_fits(call, what)
        call.picture(f"{title}-{what}")
