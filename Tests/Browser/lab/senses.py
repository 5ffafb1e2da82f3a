"""People with pictures and voices of their own, and what others see and hear of them."""

import statistics
from dataclasses import dataclass
from pathlib import Path

from .call import Call
from .waiting import eventually

HERE = Path(__file__).parent
# Hertz, each in the middle of a band that no other's tone reaches.
VOICES = {"Adaline": 469, "Bertrand": 703, "Clothilde": 937, "Dagobert": 1172}
# Decibels; a voice comes with −20 to −30.
AUDIBLE = -70


def actor(name: str) -> str:
    """The script that stands for this person's camera and microphone."""
    return f"globalThis.actor = {{ voice: {VOICES[name]} }};" + (HERE / "actor.js").read_text()


@dataclass(frozen=True)
class Impression:
    """What somebody saw and heard of somebody else over a while; times in milliseconds."""

    samples: int
    dark: int
    longestDark: float
    longestStill: float
    longestSilence: float
    # More connections than either topology needs.
    longestBoth: float
    heard: int


class Senses:
    """The eyes and ears of the person at a page."""

    def __init__(self, call: Call):
        self.call = call
        call.page.evaluate((HERE / "senses.js").read_text())

    def hears(self, name: str, timeout: float = 20) -> None:
        """Holds that this person's voice is played."""
        eventually(lambda: self.loudness(name) > AUDIBLE, f"{self.call.name} hears {name}", timeout)

    def hears_nothing_of(self, name: str, timeout: float = 10) -> None:
        eventually(lambda: self.loudness(name) <= AUDIBLE, f"{self.call.name} no longer hears {name}", timeout)

    def loudness(self, name: str) -> float:
        # JSON has no infinity, which silence is.
        return self.call.page.evaluate("voice => Math.max(-200, senses.loudness(voice))", VOICES[name])

    def width(self, name: str) -> int:
        """How wide the picture is that arrives of somebody, in its own pixels."""
        return self.call.page.evaluate("name => senses.width(name)", name)

    def sees_width(self, name: str, least: int, most: int, timeout: float = 20) -> None:
        eventually(lambda: least <= self.width(name) <= most,
                   f"{self.call.name} is sent {least} to {most} pixels of {name}", timeout)

    def attend(self, name: str) -> None:
        """Watches and listens from now on."""
        self.call.page.evaluate("([name, voice]) => { senses.attend(name, voice) }", [name, VOICES[name]])

    def told(self, name: str) -> Impression:
        """What there was to see and hear since."""
        told = self.call.page.evaluate("name => senses.told(name)", name)
        return Impression(**{field: told[field] for field in Impression.__dataclass_fields__})

    def lag(self, name: str, seconds: int) -> float:
        """By how many milliseconds the picture comes after the sound: the median of as many flashes as seconds."""
        found = self.call.page.evaluate(
            "([name, voice, seconds]) => senses.lag(name, voice, seconds)", [name, VOICES[name], seconds])
        assert len(found) > seconds / 2, f"{self.call.name} sees and hears flashes with beeps: {found}"
        return statistics.median(found)
