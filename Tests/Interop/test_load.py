"""Thirty people meet, and each sees all others."""

import contextlib
from collections.abc import Callable

import pytest

from foreign.crowd import Crowd
from foreign.sockets import dropped_datagrams
from foreign.stacks import PION, Workshop
from lab.server import Server

PEOPLE = 30
# `make bench ONLY=meeting` has ten minutes of it.
SECONDS = 20
# The loudest, and whoever leads the conversation.
LOUDEST, HEARD = 3, 4
# Packets of one in a second.
VOICE = 50
# What a server may gain in a while of the same: histories that fill, a heap that is not given back.
SLACK = 16 << 20
# Of what arrives: more would say that the server is too slow for its work.
MOST_UNREAD = 0.02


@pytest.mark.timeout(240)
def test_thirty_people_see_each_other(
    workshop: Workshop, start_server: Callable[..., Server], capsys: pytest.CaptureFixture[str]
) -> None:
    server = start_server()
    with contextlib.closing(Crowd(server, "load", workshop.command(PION))) as crowd:
        people = crowd.grows(PEOPLE)
        pairs = crowd.watches(people, people)
        crowd.goes_on(5)

        memory, before = server.memory(), crowd.counts()
        crowd.goes_on(SECONDS)
        after, gained = crowd.counts(), server.memory() - memory
        unread = dropped_datagrams(crowd.pid) + dropped_datagrams(server.pid) * (PEOPLE - 1)

    # Who is heard may change meanwhile, and with it the places of their sound.
    arrived = {key: medium.packets - before[key].packets for key, medium in after.items() if key in before}
    seen = {key: count for key, count in arrived.items() if not key[1].is_audio}
    heard = [[count for (person, track), count in arrived.items() if person is one and track.is_audio and count > 0]
             for one in people]
    lost = sum(medium.lost for medium in after.values())
    with capsys.disabled():
        print(f"\n{sum(arrived.values())} packets, {lost} lost ({unread} unread), {gained / (1 << 20):.1f} MiB gained, "
              f"{sum(map(len, heard)) / PEOPLE:.1f} voices each")
    assert len(pairs) == len(seen) == PEOPLE * (PEOPLE - 1)
    # A machine that has other things to do leaves datagrams unread; the server itself loses none.
    assert lost <= unread
    assert lost < sum(arrived.values()) * MOST_UNREAD
    for track in {track for _, track in seen}:
        shares = [count for (_, one), count in seen.items() if one == track]
        assert min(shares) > 0.9 * max(shares) > 0, f"everybody receives as much of {track}: {shares}"
    # Whoever is heard does not hear itself.
    least, most = (LOUDEST - 1) * VOICE, HEARD * VOICE
    assert all(0.9 * least < sum(voices) / SECONDS < 1.1 * most for voices in heard), heard
    assert gained < SLACK
