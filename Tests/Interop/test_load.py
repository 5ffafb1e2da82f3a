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
HEARD = 4
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

    assert after.keys() == before.keys()
    arrived = {key: medium.packets - before[key].packets for key, medium in after.items()}
    lost = sum(medium.lost for medium in after.values())
    with capsys.disabled():
        print(f"\n{sum(arrived.values())} packets, {lost} lost ({unread} unread), {gained / (1 << 20):.1f} MiB gained")
    assert len(pairs) == PEOPLE * (PEOPLE - 1)
    assert len(after) == len(pairs) + HEARD * (PEOPLE - 1)
    # A machine that has other things to do leaves datagrams unread; the server itself loses none.
    assert lost <= unread
    assert lost < sum(arrived.values()) * MOST_UNREAD
    for track in {track for _, track in after}:
        shares = [count for (_, one), count in arrived.items() if one == track]
        assert min(shares) > 0.9 * max(shares) > 0, f"everybody receives as much of {track}: {shares}"
    assert gained < SLACK
