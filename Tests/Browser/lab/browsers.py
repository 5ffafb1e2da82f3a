"""Debian's Chromium and Firefox ESR, launched once for the whole run, with fake cameras and microphones."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, Request, sync_playwright

PROBE = (Path(__file__).parent / "probe.js").read_text()

CHROMIUM_ARGUMENTS = [
    # Few frames: several people's video is encoded and decoded on one machine.
    "--use-fake-device-for-media-stream=fps=10",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
]
FIREFOX_PREFERENCES = {
    "media.navigator.streams.fake": True,
    "media.navigator.permission.disabled": True,
    "media.autoplay.default": 0,
    "media.peerconnection.ice.obfuscate_host_addresses": False,
    # Without a sound card an AudioContext would stay suspended for ever.
    "media.cubeb.force_mock_context": True,
    "media.gmp-manager.url": "",
    "media.gmp-provider.enabled": False,
}


class Browsers:
    """Launches each kind of browser at its first use and closes all at the end."""

    def __init__(self) -> None:
        self._playwright: Playwright = sync_playwright().start()
        self._launched: dict[tuple[str, ...], Browser] = {}

    def chromium(self, *arguments: str) -> Browser:
        return self._once(("chromium", *arguments), lambda: self.launch_chromium(*arguments))

    def firefox(self) -> Browser:
        """Stock Firefox, spoken to by WebDriver BiDi."""
        return self._once(("firefox",), lambda: self._playwright.firefox.launch(
            channel="moz-firefox", executable_path=shutil.which("firefox-esr"), firefox_user_prefs=FIREFOX_PREFERENCES))

    def named(self, kind: str) -> Browser:
        return {"chromium": self.chromium, "firefox": self.firefox}[kind]()

    def launch_chromium(self, *arguments: str, executable: str | None = None, **options: object) -> Browser:
        """A Chromium of one's own, which the caller closes."""
        return self._playwright.chromium.launch(
            executable_path=executable or shutil.which("chromium"), args=[*CHROMIUM_ARGUMENTS, *arguments], **options)

    def close(self) -> None:
        for browser in self._launched.values():
            browser.close()
        self._playwright.stop()

    def _once(self, key: tuple[str, ...], launch: Callable[[], Browser]) -> Browser:
        if key not in self._launched:
            self._launched[key] = launch()
        return self._launched[key]


class Watch:
    """Listens to all that a page says and asks for, and holds at the end that it was clean."""

    def __init__(self, context: BrowserContext, origin: str):
        self._host = urlsplit(origin).netloc
        self._complaints: list[str] = []
        self._tolerated: list[re.Pattern[str]] = []
        context.on("page", self._attach)

    def tolerate(self, pattern: str) -> None:
        """Lets pass what the browser itself writes to the console when a test breaks something on purpose."""
        self._tolerated.append(re.compile(pattern))

    def assert_clean(self) -> None:
        serious = [text for text in self._complaints if not any(pattern.search(text) for pattern in self._tolerated)]
        assert not serious, "the page complained:\n  " + "\n  ".join(serious)

    def _attach(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self._complaints.append(f"uncaught error: {error}"))
        page.on("request", self._request)
        page.on("websocket", lambda socket: self._check_host(socket.url))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning", "assert"):
            self._complaints.append(f"console {message.type}: {message.text} ({message.location.get('url', '')})")

    def _request(self, request: Request) -> None:
        self._check_host(request.url)

    def _check_host(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.netloc != self._host:
            self._complaints.append(f"request to another host: {url}")


def new_context(
    browser: Browser, origin: str, relay_only: bool = False, script: str = "", **options: object
) -> tuple[BrowserContext, Watch]:
    """A fresh profile with the probe, and a test's own script, in place and everything watched."""
    options = {"locale": "en-US", "viewport": {"width": 1280, "height": 800}, **options}
    context = browser.new_context(ignore_https_errors=True, **options)
    context.set_default_timeout(15_000)
    if relay_only:
        context.add_init_script("globalThis.relayOnly = true")
    context.add_init_script(PROBE)
    if script:
        context.add_init_script(script)
    return context, Watch(context, origin)
