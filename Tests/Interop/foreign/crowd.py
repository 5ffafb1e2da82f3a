"""A meeting of many: one program of pion is all of them. What they send was encoded before; what arrives is counted."""

from lab.server import Server
from lab.waiting import stays

from .client import Client, Medium
from .meeting import Attendee, Meeting, Track
from .stacks import PION, Stack


class Crowd(Meeting):
    """`command` starts the program."""

    def __init__(self, server: Server, room: str, command: list[str]):
        super().__init__(server, room, self._next)
        self._program = Client([*command, "-crowd"])

    def grows(self, count: int, media: list[dict[str, str]] | None = None) -> list[Attendee]:
        """So many more join, and publish sound and video unless told otherwise."""
        return [self.enters(PION, media, f"Member {len(self.people)}") for _ in range(count)]

    def watches(self, watchers: list[Attendee], watched: list[Attendee]) -> list[tuple[Attendee, Track]]:
        """Has all of these watch all of those; returns who receives what, once everything arrives."""
        pairs = [(here, there.track()) for here in watchers for there in watched if here is not there]
        for here in watchers:
            here.wishes(*(track for receiver, track in pairs if receiver is here))
        self.carries(pairs, 60)
        return pairs

    def goes_on(self, seconds: float) -> None:
        stays(self.serve, "everybody obeys the server", seconds)

    def counts(self) -> dict[tuple[Attendee, Track], Medium]:
        """What has arrived of every track that anybody receives."""
        return self._counts([
            (attendee, track) for attendee in self.people for track in attendee.slots.values() if track is not None])

    @property
    def pid(self) -> int:
        return self._program.pid

    def describe(self) -> str:
        states = [sorted(attendee.report().states) for attendee in self.people]
        return f"{len(self.people)} people, their connections: {states}\n{self._program.tail()}"

    def close(self) -> None:
        super().close()
        self._program.kill()

    def _next(self, _: Stack) -> Client:
        return self._program.peer(len(self.people))
