"""The table of docs/interop.md: which client is tried with what, and why it is not where it is not.

The tests take their parameters from here, and `scripts/interop.py` writes the table from what they made of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import pytest

PUBLISHES, PLAYS, PARTICULAR = "publishes", "plays", "particular"
CODECS = ("VP8", "VP9", "H264", "AV1", "H265")
CLIENTS = {
    "Chromium": "Debian's, a page of another origin with `fetch` and `RTCPeerConnection`",
    "Firefox": "Debian's ESR, the same page",
    "wrtc": "libwebrtc for Python",
    "aiortc": "WebRTC in Python, codecs by FFmpeg",
    "GStreamer": "`webrtcbin` 1.22, ICE by libnice",
    "pion": "WebRTC in Go, 3.1",
    "FFmpeg": "its `whip` muxer, in the wheel of PyAV",
    "simple-whip-client": "Debian's, GStreamer behind its own HTTP",
    "OBS": "the offer of OBS 30.2 and later; aiortc sends the media in its place",
}
# For each client, the codecs it is tried with.
PLAYED = {
    "Chromium": ("VP8", "VP9", "H264", "AV1"),
    "Firefox": ("VP8", "VP9", "AV1"),
    "wrtc": ("VP8", "VP9", "AV1"),
    "aiortc": ("VP8", "H264"),
    "GStreamer": ("VP8", "VP9", "H264", "H265"),
    "pion": ("VP8", "VP9", "H264"),
}
# Whoever plays also publishes; encoders only publish.
PUBLISHED = PLAYED | {
    "FFmpeg": ("H264",),
    "simple-whip-client": ("VP8", "H264"),
    "OBS": ("H264",),
}
# What else is tried, and with whom.
PARTICULARS = {
    "simulcast": ("Chromium", "Firefox", "wrtc"),
    "RTX of a publisher": ("wrtc",),
    "RTX to a player": ("wrtc",),
    "ICE-TCP": ("wrtc", "GStreamer"),
    "DTLS server": ("wrtc", "aiortc", "GStreamer", "pion"),
    "trickle by PATCH": ("wrtc", "simple-whip-client"),
    "ICE restart by PATCH": ("wrtc", "pion"),
}
# Why a cell is empty.
REASONS = {
    ("Chromium", "H265"): "not in Debian's build",
    ("Firefox", "H264"): "OpenH264 is a download",
    ("Firefox", "H265"): "not in this release",
    ("wrtc", "H264"): "OpenH264 is a download",
    ("wrtc", "H265"): "not in the wheel",
    ("aiortc", "VP9"): "not in aiortc",
    ("aiortc", "AV1"): "not in aiortc",
    ("aiortc", "H265"): "not in aiortc",
    ("GStreamer", "AV1"): "no AV1 over RTP before 1.24",
    ("pion", "AV1"): "not among the codecs it registers by itself",
    ("pion", "H265"): "not in this version",
    ("FFmpeg", "VP8"): "H.264 alone in FFmpeg 8",
    ("FFmpeg", "VP9"): "H.264 alone in FFmpeg 8",
    ("FFmpeg", "AV1"): "H.264 alone in FFmpeg 8",
    ("FFmpeg", "H265"): "H.264 alone in FFmpeg 8",
    ("simple-whip-client", "VP9"): "not tried: GStreamer's row says it",
    ("simple-whip-client", "AV1"): "no AV1 over RTP before GStreamer 1.24",
    ("simple-whip-client", "H265"): "not tried: GStreamer's row says it",
    ("OBS", "VP8"): "not in OBS",
    ("OBS", "VP9"): "not in OBS",
    ("OBS", "AV1"): "no stack here sends it in this form",
    ("OBS", "H265"): "no stack here sends it in this form",
}


@dataclass(frozen=True, order=True)
class Cell:
    """One place in the table."""

    direction: str
    client: str
    column: str

    def __str__(self) -> str:
        return f"{self.client}-{self.column}".replace(" ", "-")


def cells(direction: str, tried: Mapping[str, tuple[str, ...]]) -> list[Cell]:
    return [Cell(direction, client, codec) for client, codecs in tried.items() for codec in codecs]


PARTICULAR_CELLS = [Cell(PARTICULAR, client, column) for column, clients in PARTICULARS.items() for client in clients]
ALL = [*cells(PUBLISHES, PUBLISHED), *cells(PLAYS, PLAYED), *PARTICULAR_CELLS]


def parameters(cells: list[Cell]) -> list[object]:
    """What pytest is to run: each cell under its name, so that whoever writes the table finds its result again."""
    return [pytest.param(cell, id=str(cell), marks=marks(cell)) for cell in cells]


def marks(cell: Cell) -> list[pytest.MarkDecorator]:
    filled = [pytest.mark.cell(cell.direction, cell.client, cell.column)]
    return [*filled, pytest.mark.firefox_media] if cell.client == "Firefox" else filled


def particular(column: str, of: str | None = None) -> list[object]:
    """The cells of one of the particulars; with `of`, those of one client."""
    return parameters([cell for cell in PARTICULAR_CELLS if cell.column == column and of in (None, cell.client)])


def table(passed: set[Cell]) -> str:
    """The text of docs/interop.md for the cells whose tests have passed."""
    publishers = rows(PUBLISHES, CODECS, PUBLISHED, passed)
    players = rows(PLAYS, CODECS, PLAYED, passed)
    particulars = [
        f"| {column} | {', '.join(client for client in clients if Cell(PARTICULAR, client, column) in passed)} |"
        for column, clients in PARTICULARS.items()]
    return TEXT.format(
        clients="\n".join(f"* **{name}**: {what}" for name, what in CLIENTS.items()),
        codecs=" | ".join(spoken(codec) for codec in CODECS), lines="|---" * (len(CODECS) + 1) + "|",
        publishers="\n".join(publishers), players="\n".join(players), particulars="\n".join(particulars))


def rows(
    direction: str, codecs: tuple[str, ...], tried: Mapping[str, tuple[str, ...]], passed: set[Cell]
) -> list[str]:
    return [
        f"| {client} | " + " | ".join(
            "passes" if Cell(direction, client, codec) in passed else REASONS[client, codec] for codec in codecs) + " |"
        for client in tried]


def spoken(codec: str) -> str:
    return {"H264": "H.264", "H265": "H.265"}.get(codec, codec)


TEXT = """# Which clients work with the doors for encoders and players

`scripts/interop.py` writes this file from the results of `Tests/Interop/test_whip.py` and `test_whep.py`: a cell says
*passes* only after its test has passed, against a server with real sockets; any other cell says why there is no such test. A
test holds that the file and the tests speak of the same cells.

{clients}

## Publishing by WHIP

The client offers Opus and this codec; somebody who plays by WHEP, offers the same codec alone and decodes it, is sent picture
and sound. Then the client ends its session by `DELETE`, which it is answered with 200.

| | {codecs} |
{lines}
{publishers}

## Playing by WHEP

The client offers to receive Opus and this codec alone, decodes the picture (Pion, which has no codecs, puts whole frames
together) and hears the tone.

| | {codecs} |
{lines}
{players}

## Particulars

| what | passes with |
|---|---|
{particulars}

* *simulcast*: three layers of VP8 are published, and a player is sent the one it chooses by the extension for layers.
* *RTX*: one in twenty datagrams is lost on the way, and packets that were asked for again arrive as what they are.
* *ICE-TCP*: the server's UDP candidates are taken out of its answer, and all of the client's out of its offer.
* *DTLS server*: the offer says `setup:passive`, as FFmpeg's always does; everybody else's client begins the handshake.
* *trickle*: the offer comes without candidates, which follow by `PATCH`, and the answer is 204.
* *ICE restart*: new credentials by `PATCH`; the picture goes on over the new path.
"""
