"""What the programs written in Python are told to publish."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Medium:
    """One track to be published."""

    source: str
    width: int = 320
    height: int = 180
    frames_per_second: int = 15
    # How many layers of simulcast, each half as wide as the one above it.
    layers: int = 1
    codec: str = "VP8"

    @property
    def kind(self) -> str:
        return "audio" if self.source in ("microphone", "screenAudio") else "video"


def wanted(media: list[dict[str, Any]] | None) -> list[Medium]:
    """The media of a request; a microphone and a camera if it names none."""
    return [Medium(**told) for told in media or [{"source": "microphone"}, {"source": "camera"}]]
