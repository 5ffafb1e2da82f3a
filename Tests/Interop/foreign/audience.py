"""Many who play one stream: one program of pion is all of them, and counts what arrives."""

import time

from lab.server import Server
from lab.waiting import eventually

from .client import Client, Medium
from .sockets import dropped_datagrams
from .streams import Player, Session


class Audience:
    """`command` starts the program."""

    def __init__(self, server: Server, room: str, command: list[str], codec: str = "VP8"):
        self._server = server
        self._room = room
        self._codec = codec
        self._program = Client([*command, "-crowd"])
        self.players: list[Player] = []

    def grows(self, count: int, seconds: float = 0) -> list[Player]:
        """So many more come, evenly within this time, or as fast as they can."""
        came, began = [], time.monotonic()
        for index in range(count):
            time.sleep(max(0.0, began + index * seconds / count - time.monotonic()))
            peer = self._program.peer(len(self.players))
            player = Player(peer, Session(self._server, f"/whep/{self._room}"), self._codec)
            self.players.append(player)
            came.append(player)
        return came

    def sees(self, players: list[Player], timeout: float = 30) -> None:
        """Waits until each of them is sent picture and sound."""
        waiting = list(players)

        def all_see() -> bool:
            waiting[:] = [player for player in waiting if not has_both(player)]
            return not waiting

        eventually(all_see, "everybody is sent picture and sound", timeout)

    def unread(self) -> int:
        """Datagrams that the kernel threw away so far, as players miss them: what the server did not read, all of them."""
        return dropped_datagrams(self._program.pid) + dropped_datagrams(self._server.pid) * len(self.players)

    def close(self) -> None:
        self._program.kill()


def has_both(player: Player) -> bool:
    report = player.report()
    return report.audio.packets > 0 and report.video.packets > 0


def counts(players: list[Player]) -> list[dict[str, Medium]]:
    """What each has been sent, by mid."""
    reports = [player.report() for player in players]
    return [{**report.audios, **report.videos} for report in reports]


def lost(players: list[Player]) -> int:
    return sum(medium.lost for media in counts(players) for medium in media.values())
