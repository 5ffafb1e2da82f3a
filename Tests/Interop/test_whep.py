"""Everybody's player plays by WHEP (draft-ietf-wish-whep) what somebody publishes."""

import json
from collections.abc import Callable, Iterator

import pytest

from conftest import ADDRESS
from foreign.audience import Audience, counts, lost
from foreign.cells import PLAYED, PLAYS, Cell, cells, parameters, particular
from foreign.client import Medium
from foreign.events import Events
from foreign.lossy import LossyForwarder
from foreign.stacks import PION, Workshop
from foreign.streams import Player, Reply, ask
from foreign.studio import Studio
from lab.server import Server
from lab.waiting import eventually

# Who publishes what the others play.
SOURCES = {"VP8": "wrtc", "VP9": "wrtc", "AV1": "wrtc", "H264": "aiortc", "H265": "GStreamer"}
LAYER = "urn:ietf:params:whep:ext:core:layer"
EVENTS = "urn:ietf:params:whep:ext:core:server-sent-events"
# A room of many, small enough for every run of the tests; `make bench ONLY=players` has 200.
PLAYERS_BEFORE, PLAYERS_AFTER, SECONDS = 10, 50, 5


class Channel:
    """A server with one room for each codec, in which somebody publishes."""

    def __init__(self, studio: Studio):
        self.server = Server({"SFU_PORT": "0", "SFU_ANNOUNCED_IP": ADDRESS})
        self._studio = studio
        self._publishing: set[str] = set()

    def room(self, codec: str) -> str:
        if codec not in self._publishing:
            self._studio.publishes(self.server, codec, SOURCES[codec], codec).is_connected()
            self._publishing.add(codec)
        return codec


@pytest.fixture(scope="module")
def channel(
    workshop: Workshop, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Channel]:
    studio = Studio(workshop, lambda: request.getfixturevalue("browsers"), tmp_path_factory.mktemp("channel"))
    opened = Channel(studio)
    yield opened
    studio.close()
    opened.server.close()


@pytest.mark.parametrize("cell", parameters(cells(PLAYS, PLAYED)))
def test_a_player_sees_and_hears_what_is_published(cell: Cell, channel: Channel, studio: Studio) -> None:
    room = channel.room(cell.column)

    player = studio.plays(channel.server, room, cell.client, cell.column)

    player.plays()
    player.end()


def test_while_nobody_publishes_a_player_is_told_when_to_ask_again(
    start_server: Callable[..., Server], studio: Studio
) -> None:
    server = start_server()
    offer = studio.start("wrtc").watch("VP8")

    reply = ask(server, "POST", "/whep/tea", offer, Content_Type="application/sdp")

    assert reply.status == 409
    assert 0 < int(reply.headers["Retry-After"]) <= 60
    assert reply.problem()["detail"]
    assert server.metric("parley_media_peers") == 0


@pytest.mark.parametrize("cell", particular("simulcast"))
def test_a_player_is_sent_the_layer_it_chooses(
    cell: Cell, start_server: Callable[..., Server], studio: Studio
) -> None:
    server = start_server()
    studio.publishes(server, "tea", cell.client, "VP8", layers=3)
    player = studio.plays(server, "tea", "wrtc", "VP8")
    player.plays()

    for rid, width in (("q", 240), ("f", 960), ("h", 480)):
        # A sender begins its layers one after the other, and only what is there can be chosen.
        eventually(lambda: choose(server, player, rid=rid).status == 200, f"the layer {rid} is there")
        eventually(lambda: width_of(player) == width, f"the layer {rid} is sent", 20)

    assert choose(server, player, maxWidth=300).status == 200
    eventually(lambda: width_of(player) == 240, "the largest layer within the bound is sent", 20)
    assert choose(server, player).status == 200
    eventually(lambda: width_of(player) == 960, "the server chooses again", 20)
    assert choose(server, player, maxWidth=-1).status == 400


def choose(server: Server, player: Player, **layer: object) -> Reply:
    [mid] = player.report().videos
    body = json.dumps({"mediaId": mid, **layer})
    return ask(server, "POST", player.session.links[LAYER], body, Content_Type="application/json")


def width_of(player: Player) -> int | None:
    return video(player).width


def test_viewers_are_counted(start_server: Callable[..., Server], studio: Studio) -> None:
    server = start_server()
    publication = studio.publishes(server, "tea", "wrtc", "VP8")
    first = studio.plays(server, "tea", "wrtc", "VP8")
    events = Events(server, first.session.links[EVENTS], "viewercount", "active", "inactive")

    events.until("active", {})
    events.until("viewercount", {"viewercount": 1})
    second = studio.plays(server, "tea", "wrtc", "VP8")
    events.until("viewercount", {"viewercount": 2})
    second.end()
    events.until("viewercount", {"viewercount": 1})

    publication.end()
    events.until("inactive", {})


@pytest.mark.parametrize("cell", particular("RTX to a player"))
def test_what_is_lost_on_the_way_to_a_player_is_sent_again(
    cell: Cell, channel: Channel, studio: Studio, lossy: LossyForwarder
) -> None:
    player = studio.plays(
        channel.server, channel.room("VP8"), cell.client, "VP8", redirect=lossy.redirect)

    player.plays()

    eventually(lambda: video(player).repaired > 5, "packets come when they are asked for again")
    assert lossy.lost > 5
    player.end()


def video(player: Player) -> Medium:
    return next(iter(player.report().videos.values()))


def test_a_player_may_begin_ice_anew(channel: Channel, studio: Studio) -> None:
    player = studio.plays(channel.server, channel.room("VP8"), "wrtc", "VP8")
    player.plays()

    player.restart()

    player.plays()
    player.end()


@pytest.fixture
def audience(channel: Channel, workshop: Workshop) -> Iterator[Audience]:
    gathered = Audience(channel.server, channel.room("VP8"), workshop.command(PION))
    yield gathered
    gathered.close()


def test_many_who_come_at_once_cost_those_who_are_there_nothing(audience: Audience) -> None:
    there = audience.grows(PLAYERS_BEFORE)
    audience.sees(there)
    before, unread = counts(there), audience.unread()

    came = audience.grows(PLAYERS_AFTER, SECONDS)

    audience.sees(came)
    after = counts(there)
    arrived = [after[index][mid].packets - medium.packets
               for index, media in enumerate(before) for mid, medium in media.items()]
    assert min(arrived) > 10 * SECONDS, f"everybody was sent picture and sound meanwhile: {arrived}"
    # A machine that has other things to do leaves datagrams unread; the server itself loses none.
    assert lost(there) <= audience.unread() - unread
