"""Everybody's encoder publishes by WHIP (RFC 9725), and somebody who plays decodes it."""

from collections.abc import Callable

import pytest

from foreign.cells import PUBLISHED, PUBLISHES, Cell, cells, parameters, particular
from foreign.lossy import LossyForwarder
from foreign.streams import as_dtls_server, ask, only_tcp, without_candidates
from foreign.studio import Studio
from lab.server import Server
from lab.waiting import eventually
from lab.wire import Session, member

# Who has a decoder for it, and offers nothing else.
JUDGES = {"VP8": "wrtc", "VP9": "wrtc", "AV1": "wrtc", "H264": "aiortc", "H265": "GStreamer"}


@pytest.mark.parametrize("cell", parameters(cells(PUBLISHES, PUBLISHED)))
def test_what_an_encoder_publishes_is_seen_and_heard(
    cell: Cell, start_server: Callable[..., Server], studio: Studio
) -> None:
    server = start_server()
    publication = studio.publishes(server, "tea", cell.client, cell.column)

    player = studio.plays(server, "tea", JUDGES[cell.column], cell.column)

    player.plays()
    player.end()
    publication.end()
    eventually(lambda: server.metric("parley_media_peers") == 0, "the server has forgotten both")


@pytest.mark.parametrize("cell", particular("ICE-TCP"))
def test_an_encoder_publishes_over_tcp(cell: Cell, start_server: Callable[..., Server], studio: Studio) -> None:
    server = start_server()
    # Neither knows an address of the other for UDP.
    only = {"shape": without_candidates, "redirect": only_tcp}
    studio.publishes(server, "tea", cell.client, "VP8", **only)

    studio.plays(server, "tea", "wrtc", "VP8", **only).plays()


@pytest.mark.parametrize("cell", particular("DTLS server"))
def test_an_encoder_waits_for_the_handshake(cell: Cell, start_server: Callable[..., Server], studio: Studio) -> None:
    server = start_server()
    publication = studio.publishes(server, "tea", cell.client, "VP8", shape=as_dtls_server)

    player = studio.plays(server, "tea", "wrtc", "VP8")

    assert "a=setup:active" in publication.session.answer
    assert "a=setup:passive" in player.session.answer
    player.plays()


@pytest.mark.parametrize("cell", particular("RTX of a publisher"))
def test_what_is_lost_of_a_publication_is_sent_again(
    cell: Cell, start_server: Callable[..., Server], studio: Studio, lossy: LossyForwarder
) -> None:
    server = start_server()
    publication = studio.publishes(server, "tea", cell.client, "VP8", redirect=lossy.redirect)
    assert "a=rtpmap:97 rtx/90000" in publication.session.answer

    player = studio.plays(server, "tea", "wrtc", "VP8")

    player.plays()
    eventually(lambda: publication.client.report().repeated > 5, "packets are asked for again and sent")
    assert lossy.lost > 5


@pytest.mark.parametrize("cell", particular("trickle by PATCH", of="simple-whip-client"))
def test_a_client_that_trickles_by_itself_has_nothing_to_complain(
    cell: Cell, start_server: Callable[..., Server], studio: Studio
) -> None:
    server = start_server()

    publication = studio.publishes(server, "tea", cell.client, "VP8")

    studio.plays(server, "tea", "wrtc", "VP8").plays()
    publication.end()
    said = publication.tail()
    assert "ICE gathering completed" in said
    assert "[trickle]" not in said and "[ERR]" not in said, said


@pytest.mark.parametrize("cell", particular("trickle by PATCH", of="wrtc"))
def test_candidates_may_follow(cell: Cell, start_server: Callable[..., Server], studio: Studio) -> None:
    server = start_server()

    publication = studio.publishes(server, "tea", cell.client, "VP8", shape=without_candidates)
    reply = publication.session.patch(publication.fragment())

    assert (reply.status, reply.text, reply.headers["ETag"]) == (204, "", None)
    assert publication.session.patch(publication.fragment(), '"another"').status == 412
    studio.plays(server, "tea", "wrtc", "VP8").plays()


@pytest.mark.parametrize("cell", particular("ICE restart by PATCH"))
def test_the_picture_goes_on_after_an_ice_restart(
    cell: Cell, start_server: Callable[..., Server], studio: Studio
) -> None:
    server = start_server()
    publication = studio.publishes(server, "tea", cell.client, "VP8")
    player = studio.plays(server, "tea", "wrtc", "VP8")
    player.plays()
    tag, answer = publication.session.tag, publication.session.answer

    publication.restart()

    assert publication.session.answer != answer
    player.plays()
    publication.is_connected()
    assert publication.session.patch(publication.fragment(), tag).status == 412, "the old tag is worth nothing"


def test_an_encoder_that_comes_back_takes_its_place_over(start_server: Callable[..., Server], studio: Studio) -> None:
    server = start_server()
    with member(server, "tea", "Adaline") as host:
        key = stream_key(server, host)
        first = studio.publishes(server, "tea", "wrtc", "VP8", key)
        player = studio.plays(server, "tea", "wrtc", "VP8")
        player.plays()
        machine = host.event("participantJoined")["participant"]
        assert (machine["role"], machine["name"]) == ("machine", "Stage")

        first.client.kill()  # without a word
        second = studio.publishes(server, "tea", "wrtc", "VP8", key)

        second.is_connected()
        player.plays()
        others = [event for event in host.drain() if event["type"] in ("participantJoined", "participantLeft")]
        assert others == [], "for the room it has never been away"
        assert first.session.end().status == 404
        second.end()


def test_a_revoked_key_puts_its_encoder_out(start_server: Callable[..., Server], studio: Studio) -> None:
    server = start_server()
    with member(server, "tea", "Adaline") as host:
        key = stream_key(server, host)
        publication = studio.publishes(server, "tea", "wrtc", "VP8", key)
        publication.is_connected()
        [kept] = host.request("getStreamKeys")["keys"]

        host.request("revokeStreamKey", streamKey=kept["id"])

        assert host.event("participantLeft")["participant"] == kept["participant"]
        assert publication.session.end().status == 404
        refused = ask(server, "POST", "/whip/tea", publication.offer, Content_Type="application/sdp",
                      Authorization=f"Bearer {key}")
        assert refused.status == 401, refused


def stream_key(server: Server, host: Session) -> str:
    key = host.request("createStreamKey", name="Stage")["key"]
    server.keep_private(key)
    return key
