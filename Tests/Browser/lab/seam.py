"""Slips events into what a server tells a page, and reads what the page asks of it."""

from pathlib import Path

from .call import Call
from .waiting import eventually, over

SEAM = (Path(__file__).parent / "seam.js").read_text()


class Seam:
    """The place between one page and its server."""

    def __init__(self, call: Call):
        self.call = call

    def tells(self, type: str, **fields: object) -> None:
        self.call.page.evaluate("event => laboratory.tell(event)", {"type": type, **fields})

    def muffles(self, type: str, on: bool = True) -> None:
        """Keeps events of this type from the page."""
        self.call.page.evaluate("([type, on]) => { laboratory.muffle(type, on) }", [type, on])

    def answers(self, type: str, data: dict) -> None:
        """Has requests of this type answered with this, whatever the server says."""
        self.call.page.evaluate("([type, data]) => laboratory.answerWith(type, data)", [type, data])

    def asked(self, type: str) -> list[dict]:
        """The requests of this type, the oldest first."""
        return [request for request in self.call.page.evaluate("laboratory.asked()") if request["type"] == type]

    def wishes(self) -> dict[tuple[str, str], dict]:
        """The last wish for each track."""
        return {(track["participant"], track["source"]): track
                for request in self.asked("subscribe") for track in request["tracks"]}

    def encodings(self) -> dict[str, dict]:
        return self.call.page.evaluate("laboratory.encodings()")

    def active(self) -> list[str]:
        """The layers of the camera that are encoded, from the smallest."""
        encodings = self.encodings()
        return sorted((rid for rid in encodings if encodings[rid]["active"]), key="qhf".index)

    def encodes(self, *layers: str, within: float = 15) -> None:
        """Holds that these layers of the camera, and no others, are encoded."""
        eventually(lambda: self.active() == list(layers), f"{self.call.name} encodes {layers}", within)

    def frames(self, seconds: float) -> dict[str, int]:
        """How many frames of each layer are encoded meanwhile."""
        before, after = over(seconds, self.encodings)
        return {rid: after[rid]["frames"] - before[rid]["frames"] for rid in after}
