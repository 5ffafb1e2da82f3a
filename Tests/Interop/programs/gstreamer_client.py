"""GStreamer speaks to the echo: webrtcbin with ICE by libnice, DTLS by OpenSSL and an RSA certificate.

Debian's Python runs it, for whose version the bindings are built.
"""

import asyncio
import os
import time
from typing import Any

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstSdp", "1.0")
gi.require_version("GstWebRTC", "1.0")
from gi.repository import Gst, GstSdp, GstWebRTC  # noqa: E402

from lines import serve  # noqa: E402

SOURCES = """
    webrtcbin name=peer bundle-policy=max-bundle
    audiotestsrc is-live=true freq=1000 volume=0.25 ! audioconvert ! audioresample ! opusenc ! rtpopuspay
      ! application/x-rtp,media=audio,encoding-name=OPUS,payload=97 ! peer.
    videotestsrc is-live=true pattern=ball ! video/x-raw,width=320,height=180,framerate=15/1
      ! vp8enc deadline=1 keyframe-max-dist=60 ! rtpvp8pay picture-id-mode=15-bit
      ! application/x-rtp,media=video,encoding-name=VP8,payload=96 ! peer.
"""
SINK = "pipeline.( webrtcbin name=peer bundle-policy=max-bundle )"
# The numbers from 35 to 63 are dynamic too (RFC 3551 §6, RFC 5761 §4), but `rtpopusdepay` refuses them: it is shown
# another.
DECODERS = {
    "audio": (
        "capssetter caps=application/x-rtp,payload=96 ! rtpopusdepay ! opusdec ! audioconvert"
        " ! level name=meter ! fakesink sync=false"
    ),
    "video": "rtpvp8depay ! vp8dec ! identity name=meter ! fakesink sync=false",
}
OFFER, ANSWER = GstWebRTC.WebRTCSDPType.OFFER, GstWebRTC.WebRTCSDPType.ANSWER


class Link:
    """A pipeline around one webrtcbin, and when that was up."""

    def __init__(self, description: str):
        self.pipeline = Gst.parse_launch(description)
        self.peer = self.pipeline.get_by_name("peer")
        self.connected_at: float | None = None
        self._adjust_ice()
        self.peer.connect("notify::connection-state", self._changed)

    @property
    def state(self) -> str:
        return self.peer.get_property("connection-state").value_nick

    def _adjust_ice(self) -> None:
        """Settings of libnice that webrtcbin does not hand on."""
        ice = self.peer.get_property("ice-agent")
        ice._ref()  # this getter gives a reference away that is not its own
        agent = ice.get_property("agent")
        # UPnP calls for routers in the whole network, and candidates wait for their answer.
        agent.set_property("upnp", False)
        # Its keepalives are indications, which prove nothing: a path that changes under it is checked only on request.
        agent.set_property("keepalive-conncheck", "NICE_CHECKS_PATHS" in os.environ)

    def play(self) -> None:
        assert self.pipeline.set_state(Gst.State.PLAYING) != Gst.StateChangeReturn.FAILURE

    def stop(self) -> None:
        self.pipeline.set_state(Gst.State.NULL)

    async def create(self, kind: GstWebRTC.WebRTCSDPType) -> str:
        """Makes an offer or an answer and sets it as the local description."""
        name = "offer" if kind == OFFER else "answer"
        text = await self._ask(f"create-{name}", None, reply=name)
        await self._describe("local", kind, text)
        return text

    async def take(self, kind: GstWebRTC.WebRTCSDPType, sdp: str) -> None:
        """Sets the remote description."""
        await self._describe("remote", kind, sdp)

    def report(self) -> dict[str, Any]:
        return {"state": self.state, "connectedAt": self.connected_at}

    async def _describe(self, side: str, kind: GstWebRTC.WebRTCSDPType, sdp: str) -> None:
        result, message = GstSdp.SDPMessage.new_from_text(sdp)
        assert result == GstSdp.SDPResult.OK, result
        await self._ask(f"set-{side}-description", GstWebRTC.WebRTCSessionDescription.new(kind, message))

    async def _ask(self, signal: str, *arguments: object, reply: str | None = None) -> str | None:
        """Emits a signal that takes a promise; returns the text of the description in its reply, if one is named."""
        loop = asyncio.get_running_loop()
        answer = loop.create_future()

        def kept(promise: Gst.Promise, *_: object) -> None:
            # The description lives no longer than the reply: its text is taken here.
            contents = promise.get_reply()
            if contents is not None and contents.has_field("error"):
                loop.call_soon_threadsafe(answer.set_exception, RuntimeError(contents.to_string()))
            else:
                text = contents.get_value(reply).sdp.as_text() if reply else None
                loop.call_soon_threadsafe(answer.set_result, text)

        self.peer.emit(signal, *arguments, Gst.Promise.new_with_change_func(kept))
        return await asyncio.wait_for(answer, 10)

    def _changed(self, *_: object) -> None:
        if self.state == "connected" and self.connected_at is None:
            self.connected_at = time.time()


class Client:
    """Publishes a tone and a ball, and decodes what comes back."""

    def __init__(self) -> None:
        self._publishing = Link(SOURCES)
        self._subscription = Link(SINK)
        self._packets = {"audio": 0, "video": 0}
        self._frames = 0
        self._first_frame_at: float | None = None
        self._loudness: float | None = None
        self._subscription.peer.connect("pad-added", self._read)

    async def publish(self) -> dict[str, Any]:
        wanted = asyncio.Event()
        loop = asyncio.get_running_loop()
        self._publishing.peer.connect(
            "on-negotiation-needed", lambda _: loop.call_soon_threadsafe(wanted.set))
        for index in range(2):
            transceiver = self._publishing.peer.emit("get-transceiver", index)
            transceiver.set_property("direction", GstWebRTC.WebRTCRTPTransceiverDirection.SENDONLY)
        self._publishing.play()
        await asyncio.wait_for(wanted.wait(), 10)
        return {"sdp": await self._publishing.create(OFFER)}

    async def accept(self, sdp: str) -> None:
        await self._publishing.take(ANSWER, sdp)

    async def subscribe(self, sdp: str) -> dict[str, Any]:
        self._subscription.play()
        await self._subscription.take(OFFER, sdp)
        return {"sdp": await self._subscription.create(ANSWER)}

    async def report(self) -> dict[str, Any]:
        self._read_level()
        return {
            "publishing": self._publishing.report(),
            "subscription": self._subscription.report(),
            "audio": {"packets": self._packets["audio"], "loudness": self._loudness},
            "video": {
                "packets": self._packets["video"], "frames": self._frames, "firstFrameAt": self._first_frame_at,
            },
        }

    async def close(self) -> None:
        self._publishing.stop()
        self._subscription.stop()

    def _read(self, _: Gst.Element, pad: Gst.Pad) -> None:
        """Decodes a track that has arrived."""
        if pad.direction != Gst.PadDirection.SRC:
            return
        kind = pad.get_current_caps().get_structure(0).get_string("media")
        decoder = Gst.parse_bin_from_description(DECODERS[kind], True)
        self._count(pad, lambda: self._add_packet(kind))
        if kind == "video":
            self._count(decoder.get_by_name("meter").get_static_pad("sink"), self._add_frame)
        self._subscription.pipeline.add(decoder)
        decoder.sync_state_with_parent()
        pad.link(decoder.get_static_pad("sink"))

    @staticmethod
    def _count(pad: Gst.Pad, step: Any) -> None:
        def passes(*_: object) -> Gst.PadProbeReturn:
            step()
            return Gst.PadProbeReturn.OK

        pad.add_probe(Gst.PadProbeType.BUFFER, passes)

    def _add_packet(self, kind: str) -> None:
        self._packets[kind] += 1

    def _add_frame(self) -> None:
        self._frames += 1
        self._first_frame_at = self._first_frame_at or time.time()

    def _read_level(self) -> None:
        bus = self._subscription.pipeline.get_bus()
        while message := bus.pop_filtered(Gst.MessageType.ELEMENT):
            measured = message.get_structure()
            if measured.get_name() == "level":
                self._loudness = 10 ** (measured.get_value("rms")[0] / 20)  # decibels below the full scale


async def main() -> None:
    Gst.init(None)
    await serve(Client())


if __name__ == "__main__":
    asyncio.run(main())
