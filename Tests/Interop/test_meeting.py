"""Foreign stacks meet in a routed room: each publishes, and every other receives what it wishes for."""

import itertools

import pytest

from foreign.meeting import LAYERED, Attendee, Meeting, Track
from foreign.stacks import AIORTC, GSTREAMER, PION, STACKS, WRTC, Stack
from lab.waiting import stays

# The widths of the layers.
LARGE, MIDDLE, SMALL = 960, 480, 240


def camera(codec: str) -> list[dict[str, str]]:
    return [{"source": "microphone"}, {"source": "camera", "codec": codec}]


def others(people: list[Attendee]) -> list[tuple[Attendee, Attendee]]:
    """Each with each other: who receives, and who sends."""
    return list(itertools.permutations(people, 2))


def gather(meeting: Meeting, stacks: list[Stack], media: list[dict[str, str]] | None = None) -> list[Attendee]:
    """Somebody with each stack joins, once the others have been offered the sound of the one before.

    Of several media descriptions that a later offer adds, aiortc puts only one into the bundle.
    """
    gathered = []
    for stack in stacks:
        newcomer = meeting.enters(stack, media)
        gathered.append(newcomer)
        for other in meeting.people:
            if other is not newcomer:
                meeting.offers(other, newcomer.track("microphone"))
    return gathered


def watch(meeting: Meeting, pairs: list[tuple[Attendee, Attendee]]) -> None:
    """Has each first wish for the camera of the second; holds that picture and sound arrive."""
    for here, there in pairs:
        here.wishes(there.track())
        meeting.offers(here, there.track())
    meeting.carries((here, there.track(source)) for here, there in pairs for source in ("camera", "microphone"))


def test_every_stack_receives_every_other(meeting: Meeting) -> None:
    people = gather(meeting, STACKS)

    watch(meeting, others(people))

    for here, there in others(people):
        seen = here.received(there.track())
        assert (seen.width, seen.height) == (320, 180), f"{here} of {there}: {seen}"
        heard = here.received(there.track("microphone"))
        assert heard.loudness is None or heard.loudness > 0.01, f"{here} of {there}: {heard}"


# Pion takes those alone that its first picture could come in.
@pytest.mark.parametrize(("codec", "sender", "receivers"), [
    ("VP9", WRTC, [WRTC, PION, GSTREAMER]),
    ("VP9", GSTREAMER, [WRTC, PION]),
    ("H264", AIORTC, [AIORTC, PION, GSTREAMER]),
    ("H264", GSTREAMER, [AIORTC, PION]),
    ("AV1", WRTC, [WRTC]),
])
def test_other_codecs_than_vp8_arrive(
    meeting: Meeting, codec: str, sender: Stack, receivers: list[Stack]
) -> None:
    sending = meeting.enters(sender, camera(codec))
    receiving = gather(meeting, receivers)

    watch(meeting, [(here, sending) for here in receiving])


@pytest.mark.parametrize("codec", ["VP8", "VP9", "AV1"])
def test_the_layer_follows_the_wish(meeting: Meeting, codec: str) -> None:
    layered = [{**medium, "codec": codec} if medium["source"] == "camera" else medium for medium in LAYERED]
    sender, watcher = meeting.enters(WRTC, layered), meeting.enters(WRTC)
    track = sender.track()

    for width, height in ((240, 135), (960, 540), (480, 270), (960, 540)):
        watcher.wishes(track, width=width, height=height)
        meeting.until(lambda: watcher.received(track).width == width, f"{width} pixels arrive for {width} wished for")
        meeting.carries([(watcher, track)])
    for layer, width in ((0, SMALL), (2, LARGE), (1, MIDDLE)):
        watcher.wishes(track, spatialLayer=layer)
        meeting.until(lambda: watcher.received(track).width == width, f"{width} pixels arrive for layer {layer}")

    assert watcher.received(track).freezes == 0


@pytest.mark.parametrize("stack", [AIORTC, PION, GSTREAMER], ids=str)
def test_every_stack_follows_a_layer_that_changes(meeting: Meeting, stack: Stack) -> None:
    sender, watcher = meeting.enters(WRTC, LAYERED), meeting.enters(stack)

    for width in (SMALL, LARGE, SMALL):
        watcher.wishes(sender.track(), width=width, height=width * 9 // 16)
        meeting.until(lambda: watcher.received(sender.track()).width == width, f"{width} pixels arrive")
        meeting.carries([(watcher, sender.track())])


def test_people_with_other_wishes_are_given_other_layers(meeting: Meeting) -> None:
    sender, *watchers = meeting.enters(WRTC, LAYERED), meeting.enters(WRTC), meeting.enters(WRTC)

    for watcher, width in zip(watchers, (SMALL, LARGE)):
        watcher.wishes(sender.track(), width=width, height=width * 9 // 16)

    meeting.carries((watcher, sender.track()) for watcher in watchers)
    meeting.until(
        lambda: [watcher.received(sender.track()).width for watcher in watchers] == [SMALL, LARGE], "each has its own")


@pytest.mark.parametrize("stack", STACKS, ids=str)
def test_a_pause_is_silent_and_ends(meeting: Meeting, stack: Stack) -> None:
    sender, watcher = meeting.enters(PION), meeting.enters(stack)
    track = sender.track()
    watcher.wishes(track)
    meeting.carries([(watcher, track)])

    watcher.wishes(track, paused=True)
    nothing_arrives(meeting, watcher, track)
    meeting.carries([(watcher, sender.track("microphone"))])

    watcher.wishes(track)
    meeting.carries([(watcher, track)])
    assert watcher.received(track).strangers == 0


def test_what_is_no_longer_wished_for_ends(meeting: Meeting) -> None:
    sender, watcher = meeting.enters(PION), meeting.enters(PION)
    watcher.wishes(sender.track())
    meeting.carries([(watcher, sender.track())])

    watcher.wishes_no_more(sender.track())

    meeting.until(lambda: sender.track() not in watcher.slots.values(), "the slot is free")
    watcher.wishes(sender.track())
    meeting.carries([(watcher, sender.track())])


@pytest.mark.parametrize(("action", "source", "goes_on"), [
    ("mute", "microphone", "camera"), ("hideVideo", "camera", "microphone")])
def test_the_server_stops_what_a_host_forbids(
    meeting: Meeting, action: str, source: str, goes_on: str
) -> None:
    host, sender = meeting.enters(PION), meeting.enters(PION)
    host.wishes(sender.track())
    meeting.carries((host, sender.track(each)) for each in ("camera", "microphone"))

    # The client under the host's hand does not obey: it goes on sending.
    host.session.request("moderate", action=action, participants=[sender.id])

    nothing_arrives(meeting, host, sender.track(source))
    meeting.carries([(host, sender.track(goes_on))])


@pytest.mark.parametrize("stack", STACKS, ids=str)
def test_who_leaves_and_comes_back_is_seen_again(meeting: Meeting, stack: Stack) -> None:
    watcher, leaver = meeting.enters(PION), meeting.enters(stack)
    watch(meeting, others(meeting.people))

    meeting.leaves(leaver)
    meeting.until(lambda: not any(watcher.slots.values()), "the slots of who left are free")

    returned = meeting.enters(stack, name=leaver.name)
    watch(meeting, others([watcher, returned]))


@pytest.mark.parametrize("politely", [True, False], ids=["after-closing", "without-a-word"])
@pytest.mark.parametrize(("stack", "media"), [
    pytest.param(PION, None, id="pion"), pytest.param(WRTC, LAYERED, id="wrtc-with-layers")])
def test_who_begins_anew_is_seen_again(
    meeting: Meeting, stack: Stack, media: list[dict[str, object]] | None, politely: bool
) -> None:
    watcher, returning = meeting.enters(PION), meeting.enters(stack, media)
    watch(meeting, others(meeting.people))
    slots = dict(watcher.slots)

    meeting.begins_anew(returning, stack, media, politely)

    # Nobody wishes for anything again: wishes outlive connections.
    meeting.carries((here, there.track(source)) for here, there in others(meeting.people)
                    for source in ("camera", "microphone"))
    assert watcher.slots == slots


def test_a_screen_goes_beside_the_camera(meeting: Meeting) -> None:
    sharer = meeting.enters(WRTC, [
        {"source": "microphone"}, {"source": "camera"}, {"source": "screen", "width": 640, "height": 360},
        {"source": "screenAudio"}])
    watcher = meeting.enters(PION)
    screen, sound = sharer.track("screen"), sharer.track("screenAudio")

    watcher.wishes(sharer.track(), screen)

    meeting.carries((watcher, track) for track in (sharer.track(), sharer.track("microphone"), screen, sound))
    assert watcher.received(screen).width == 640
    assert watcher.received(sharer.track()).width == 320


def nothing_arrives(meeting: Meeting, watcher: Attendee, track: Track) -> None:
    """Holds that a track that arrives ceases to."""
    def gained(seconds: float) -> int:
        before = watcher.received(track).packets
        stays(meeting.serve, "everybody obeys the server", seconds)
        return watcher.received(track).packets - before

    meeting.until(lambda: gained(0.3) == 0, f"{track.source} no longer arrives at {watcher}")
    assert gained(1) == 0
