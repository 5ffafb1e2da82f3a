"""One person's page of a call, spoken to by the names that a person reads or hears."""

import contextlib
import json
import secrets
from typing import Any
from urllib.parse import quote, urlencode

from playwright.sync_api import BrowserContext, Locator, Page, TimeoutError

from .browsers import Watch
from .places import ARTIFACTS
from .waiting import eventually
from .words import words

# Frames of a video that must be seen to count as moving: half a second's worth.
MOVING = 5
# Energy that the fake microphones exceed within a second or two; silence and comfort noise stay far below.
AUDIBLE = 1e-4


class Call:
    """What a person does and sees in one tab."""

    def __init__(self, context: BrowserContext, watch: Watch, origin: str, room: str, name: str, **query: str):
        self.context = context
        self.watch = watch
        self.name = name
        self.page: Page = context.new_page()
        self.marker = secrets.token_hex(4)
        self.page.goto(f"{origin}/join/{quote(room)}?{urlencode({'name': name, **query})}")
        self.page.evaluate("marker => { globalThis.marker = marker }", self.marker)

    # Doing

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True).first

    def press(self, name: str) -> None:
        self.button(name).click()

    def join(self) -> "Call":
        """Presses Join and waits to be in the call."""
        self.press("Join")
        return self.arrived()

    def arrived(self) -> "Call":
        self.button("People").wait_for()
        return self

    def is_in_call(self) -> bool:
        return self.button("People").is_visible()

    def close_tab(self) -> None:
        self.page.close(run_before_unload=False)

    def come_back(self) -> "Call":
        """After a reload: joins again where the page asks, and waits to be in the call."""
        def is_back() -> bool:
            if not self.is_in_call() and self.button("Join").is_visible():
                # A page that knows who it was joins by itself: the button may go before it is reached.
                with contextlib.suppress(TimeoutError):
                    self.button("Join").click(timeout=1000)
            return self.is_in_call()

        eventually(is_back, f"{self.name} is back in the call", 30)
        return self

    @property
    def message_field(self) -> Locator:
        return self.page.get_by_label("Message", exact=True)

    def open_chat(self) -> None:
        if not self.message_field.is_visible():
            self.press("Chat")

    def say(self, text: str, to: str | None = None) -> None:
        """Writes into the chat, opening it if need be; with `to`, to one person only."""
        self.open_chat()
        field = self.message_field
        if to is not None:
            self.page.locator("chat-panel select").select_option(label=to)
        field.fill(text)
        field.press("Enter")

    def choose(self, name: str, key: str) -> None:
        """Chooses something from the menu of somebody's tile."""
        self.tile(name).first.hover()
        self.tile(name).first.get_by_role("button", name=words("tile.menu", name=name)).click()
        self.page.locator("person-menu").get_by_role("button", name=words(key), exact=True).click()

    def hide(self, hidden: bool) -> None:
        """Tells the page what it is told when another tab is brought before it. (Pages of a headless browser never are.)"""
        self.page.evaluate("""hidden => {
          Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
          Object.defineProperty(document, 'visibilityState', { value: hidden ? 'hidden' : 'visible', configurable: true });
          document.dispatchEvent(new Event('visibilitychange'));
        }""", hidden)

    # Seeing

    def tile(self, name: str) -> Locator:
        return self.page.locator(f'participant-tile[aria-label^="{name}"]')

    def screen(self, name: str) -> Locator:
        """The tile of a screen that this person shares."""
        return self.page.locator(f'screen-tile[aria-label*="{name}"]')

    def label(self, name: str) -> str:
        """What a screen reader says of a person's tile."""
        return self.tile(name).first.get_attribute("aria-label") or ""

    def reads_on_tile(self, name: str, words: str) -> None:
        eventually(lambda: words in self.label(name), f"{self.name} reads {words!r} on {name}'s tile")

    def no_longer_reads_on_tile(self, name: str, words: str) -> None:
        eventually(lambda: words not in self.label(name), f"{self.name} no longer reads {words!r} on {name}'s tile")

    def sees_person(self, name: str) -> None:
        self.tile(name).first.wait_for()

    def no_longer_sees(self, name: str, timeout: float = 15) -> None:
        eventually(lambda: self.tile(name).count() == 0, f"{name}'s tile goes from {self.name}'s page", timeout)

    def reads(self, text: str) -> None:
        """Waits for a text anywhere on the page."""
        self.page.get_by_text(text).first.wait_for()

    def sees_moving(self, name: str, timeout: float = 20) -> None:
        """Holds that this person's video is there and moves."""
        self.sees_person(name)
        self.shows_frames(self.tile(name).first, f"{name}'s video", timeout)

    def sees_all_moving(self, *names: str, timeout: float = 20) -> None:
        """Holds that the video of each of them is there and moves; all are watched at once."""
        for name in names:
            self.sees_person(name)
        before = {name: painted(self.tile(name).first) for name in names}
        for name, start in before.items():
            eventually(lambda: painted(self.tile(name).first) >= start + MOVING, f"{self.name} sees {name}'s video move", timeout)

    def shows_frames(self, tile: Locator, what: str, timeout: float = 20) -> None:
        """Holds that the page paints frame after frame of the video in a tile."""
        start = painted(tile)
        eventually(lambda: painted(tile) >= start + MOVING, f"{self.name} sees {what} move", timeout)

    def is_online(self) -> bool:
        """Whether the page no longer says that it is trying to reach the server."""
        return not self.page.locator("connection-banner p").is_visible()

    def links(self) -> list[dict[str, Any]]:
        return self.page.evaluate("laboratory.links()")

    def frames_decoded(self) -> int:
        return sum(video["frames"] for link in self.links() for video in link["video"])

    def energy(self) -> float:
        return sum(audio["energy"] for link in self.links() for audio in link["audio"])

    def decodes(self, timeout: float = 20) -> None:
        """Holds that video arrives and is decoded from now on."""
        start = self.frames_decoded()
        eventually(lambda: self.frames_decoded() >= start + MOVING, f"{self.name} decodes video", timeout)

    def hears(self, timeout: float = 20) -> None:
        """Holds that sound above silence arrives from now on."""
        start = self.energy()
        eventually(lambda: self.energy() > start + AUDIBLE, f"{self.name} hears something", timeout)

    def assert_not_reloaded(self) -> None:
        assert self.page.evaluate("globalThis.marker") == self.marker, f"{self.name}'s page was loaded again"

    def picture(self, title: str) -> None:
        """Keeps a screenshot among the artefacts of the run."""
        ARTIFACTS.mkdir(exist_ok=True)
        if self.context.browser.browser_type.name == "firefox":
            # There, taking the picture puts an empty inline style into the page, which the page's policy forbids.
            self.watch.tolerate(r"style-src-elem inline|blocked an inline style")
        self.page.screenshot(path=ARTIFACTS / f"{title}.png", caret="initial")

    def describe(self) -> str:
        """For the report of a test that failed."""
        if self.page.is_closed():
            return f"{self.name}: tab closed"
        return f"{self.name}: {self.page.url}\n{json.dumps(self.links(), indent=1)}"


def painted(tile: Locator) -> int:
    """How many frames of the video in this tile the page has painted since it was first asked."""
    return tile.locator("video").first.evaluate("video => laboratory.paintedFrames(video)")
