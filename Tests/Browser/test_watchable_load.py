"""The picture and the tone of `parley load --watchable`, as browsers in the same room see and hear them."""

import contextlib
import subprocess
from collections.abc import Iterator

import pytest

from conftest import People
from lab.places import PARLEY
from lab.senses import AUDIBLE, HERE
from lab.server import Server
from lab.waiting import eventually

BOTH = pytest.mark.parametrize("kind", ["chromium", pytest.param("firefox", marks=pytest.mark.firefox_media)])
WAYS = {"by-whip": ("--subscribers", "0"), "as-participants": ("--meeting", "--publishers", "2", "--simulcast")}
# Hertz; what every microphone of a load sends.
TONE = 440
# The test is over before, and ends it.
SECONDS = "180"
# Milliseconds; the picture is another one thirty times a second.
STILL = 1500
# Looks at the picture and ears for the tone: some seconds of them.
SAMPLES = 100


@contextlib.contextmanager
def load(server: Server, room: str, *options: str) -> Iterator[None]:
    command = [str(PARLEY), "load", "--server", server.origin, "--room", room, "--watchable", "--seconds", SECONDS,
               "--video-kbps", "600", *options]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        yield
    finally:
        ended = running.poll()
        running.terminate()
        told = running.communicate(timeout=10)[1]
    assert ended is None, f"the load ended early: {told}"


def enough(told: dict) -> dict | None:
    """What was seen and heard, once it was often enough."""
    return told if told["samples"] >= SAMPLES else None


@BOTH
@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
def test_a_browser_sees_the_picture_move_and_hears_the_tone(
        kind: str, way: tuple[str, ...], server: Server, room: str, people: People) -> None:
    with load(server, room, *way):
        adaline = people.joins("Adaline", kind)
        adaline.sees_moving("load-1", 40)
        page = adaline.page
        page.evaluate((HERE / "senses.js").read_text())
        eventually(lambda: page.evaluate("tone => Math.max(-200, senses.loudness(tone))", TONE) > AUDIBLE,
                   "Adaline hears the tone", 30)

        page.evaluate("tone => { senses.attend('load-1', tone) }", TONE)
        told = eventually(lambda: enough(page.evaluate("senses.told('load-1')")), "it has been watched for some seconds", 40)

        assert told["dark"] == 0
        assert told["longestStill"] < STILL, "one picture follows another"
        assert told["heard"] > told["samples"] * 0.8, "and the tone goes on"
