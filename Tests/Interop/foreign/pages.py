"""Browsers that publish and play from a page of another origin, which has nothing of Parley's client in it."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from playwright.sync_api import BrowserContext

from lab.browsers import Browsers

from .client import Report, reported
from .stacks import PROGRAMS
from .streams import Watched

SCRIPT = (PROGRAMS / "browser_client.js").read_text()


class EmptyPage:
    """A web server with one empty page, whose origin is not the server's: browsers ask first (CORS)."""

    def __init__(self) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = b"<!doctype html><title>Elsewhere</title>"
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                return  # a test's output is no access log

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class Visit(Watched):
    """A page of a browser that publishes or plays; `begin` is called with the page's functions."""

    def __init__(self, browsers: Browsers, kind: str, page: EmptyPage, begin: str, *arguments: object):
        self.context: BrowserContext = browsers.named(kind).new_context()
        try:
            self._page = self.context.new_page()
            self._page.goto(page.url)
            self._page.evaluate(SCRIPT)
            self.opened = self._page.evaluate(f"told => foreign.{begin}(...told)", list(arguments))
        except BaseException:
            self.context.close()
            raise

    def is_connected(self) -> None:
        self._page.wait_for_function("async () => (await foreign.report()).publishing.state === 'connected'")

    def report(self) -> Report:
        return reported(self._page.evaluate("() => foreign.report()"))

    def describe(self) -> str:
        return self.opened["answer"]

    def end(self) -> None:
        assert self._page.evaluate("() => foreign.end()") == 200
        self.context.close()
