"""What has arrived at a page over time, by its own statistics: sound that was made up, pictures that stood still, sizes."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .call import Call

HERE = Path(__file__).parent
# Seconds in which a picture that moves has several frames.
LATELY = 0.5


@dataclass(frozen=True)
class Reception:
    """What arrived in a while; times in seconds."""

    seconds: float
    # The share of sound that was made up because its packets were missing.
    concealed: float
    # Of one picture.
    longest_freeze: float
    freezes: int
    # The mean wait of a frame in the jitter buffer.
    buffered: float
    # Of all video.
    video_bits_per_second: float
    widths: tuple[int, ...]
    # How many pictures moved.
    pictures: int

    def __str__(self) -> str:
        return (f"{self.seconds:.0f} s: {self.concealed:.2%} of sound made up, longest freeze "
                f"{self.longest_freeze * 1000:.0f} ms of {self.freezes}, buffered {self.buffered * 1000:.0f} ms, "
                f"{self.video_bits_per_second / 1000:.0f} kbit/s of {self.pictures} pictures, widths {self.widths}")


@dataclass(frozen=True)
class Tile:
    """A tile on the screen, and the picture in it."""

    name: str
    width: int
    tracks: frozenset[str]


class Watching:
    """Notes all that arrives at a page from now on."""

    def __init__(self, call: Call):
        self.call = call
        call.page.evaluate((HERE / "watching.js").read_text())
        self._notes: list[dict[str, Any]] = []

    def take(self) -> None:
        """Forgets what was noted until now, but for the last of each track, from which on is counted."""
        self._collect()
        last = {(note["kind"], note["track"]): note for note in self._notes}
        self._notes = list(last.values())

    def received(self, name: str | None = None) -> Reception:
        """What arrived since `take`; of all, or of the one picture that somebody's tile shows."""
        self._collect()
        if name is None:
            return reception(self._notes)
        tracks = next(tile.tracks for tile in self.tiles() if tile.name == name)
        return reception([note for note in self._notes if note["track"] in tracks])

    def width(self) -> int:
        """Of the last frame of the widest picture that moves now."""
        self._collect()
        latest = max((note["at"] for note in self._notes), default=0)
        lately = tracks_of(note for note in self._notes if note["kind"] == "video" and note["at"] > latest - LATELY)
        return max((each[-1]["width"] for each in lately.values() if grown(each, "frames")), default=0)

    def tiles(self) -> list[Tile]:
        """What the tiles on the screen show."""
        return [
            Tile(re.split("[.,]", tile["label"])[0], tile["width"], frozenset(tile["tracks"]))
            for tile in self.call.page.evaluate("watching.tiles()") if not tile["isHidden"]]

    def _collect(self) -> None:
        self._notes += self.call.page.evaluate("watching.take()")


def reception(notes: list[dict[str, Any]]) -> Reception:
    """What notes tell together."""
    tracks = tracks_of(notes)
    sounds = [each for (kind, _), each in tracks.items() if kind == "audio"]
    # What never moved carries nobody.
    videos = [each for (kind, _), each in tracks.items() if kind == "video" and each[-1]["frames"] > each[0]["frames"]]
    times = [note["at"] for note in notes]
    seconds = max(times) - min(times) if times else 0
    return Reception(
        seconds=seconds,
        concealed=share(sounds, "concealed", "samples"),
        longest_freeze=max((longest_freeze(each) for each in videos), default=seconds),
        freezes=sum(grown(each, "freezes") for each in videos),
        buffered=share(videos, "buffered", "emitted"),
        video_bits_per_second=sum(grown(each, "bytes") for each in videos) * 8 / seconds if seconds else 0,
        widths=tuple(sorted({note["width"] for each in videos for note in each[1:]})),
        pictures=len(videos),
    )


def tracks_of(notes: Iterable[dict[str, Any]]) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """The notes of each track, by kind and id."""
    tracks = defaultdict(list)
    for note in notes:
        tracks[note["kind"], note["track"]].append(note)
    return tracks


def grown(notes: list[dict[str, Any]], field: str) -> Any:
    return notes[-1][field] - notes[0][field]


def share(tracks: list[list[dict[str, Any]]], part: str, whole: str) -> float:
    total = sum(grown(each, whole) for each in tracks)
    return sum(grown(each, part) for each in tracks) / total if total else 0


def longest_freeze(notes: list[dict[str, Any]]) -> float:
    """The longest that a browser says a picture stood still, or the longest that it decoded nothing, which it says late."""
    longest, moved = 0.0, notes[0]["at"]
    for before, note in zip(notes, notes[1:]):
        if ended := note["freezes"] - before["freezes"]:
            longest = max(longest, (note["frozen"] - before["frozen"]) / ended)
        if note["frames"] > before["frames"]:
            moved = note["at"]
        longest = max(longest, note["at"] - moved)
    return longest
