"""GStreamer speaks to the server: webrtcbin with ICE by libnice, DTLS by OpenSSL and an RSA certificate.

Debian's Python runs it, for whose version the bindings are built.
"""

import asyncio
import os
import re
import time
from typing import Any

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstSdp", "1.0")
gi.require_version("GstWebRTC", "1.0")
from gi.repository import Gst, GstSdp, GstWebRTC  # noqa: E402

from lines import serve  # noqa: E402
from media import Medium, wanted  # noqa: E402

PEER = "webrtcbin name=peer bundle-policy=max-bundle"
AUDIO = """
    audiotestsrc is-live=true freq=1000 volume=0.25 ! audioconvert ! audioresample ! opusenc ! rtpopuspay
      ! application/x-rtp,media=audio,encoding-name=OPUS,payload=97 ! peer.
"""
VIDEO = """
    videotestsrc is-live=true pattern=ball
      ! video/x-raw,format=I420,width={width},height={height},framerate={rate}/1 ! {encoder}
      ! application/x-rtp,media=video,encoding-name={codec},payload=96 ! peer.
"""
ENCODERS = {
    "VP8": "vp8enc deadline=1 keyframe-max-dist=60 ! rtpvp8pay picture-id-mode=15-bit",
    "VP9": "vp9enc deadline=1 cpu-used=8 keyframe-max-dist=60 ! rtpvp9pay picture-id-mode=15-bit",
    "H264": (
        "openh264enc complexity=low gop-size=60 ! video/x-h264,profile=constrained-baseline"
        " ! rtph264pay aggregate-mode=zero-latency config-interval=-1"
    ),
    "H265": (
        "x265enc speed-preset=ultrafast tune=zerolatency bitrate=500 key-int-max=30"
        " ! rtph265pay aggregate-mode=zero-latency config-interval=-1"
    ),
}
SINK = f"pipeline.( {PEER} )"
DECODERS = {
    "OPUS": "rtpopusdepay ! opusdec ! audioconvert ! level name=meter ! fakesink sync=false async=false",
    "VP8": "rtpvp8depay ! vp8dec ! identity name=meter ! fakesink sync=false async=false",
    "VP9": "rtpvp9depay ! vp9dec ! identity name=meter ! fakesink sync=false async=false",
    "H264": "rtph264depay ! h264parse ! openh264dec ! identity name=meter ! fakesink sync=false async=false",
    "H265": "rtph265depay ! h265parse ! libde265dec ! identity name=meter ! fakesink sync=false async=false",
}
# The payload types from 35 to 63 are dynamic too (RFC 3551 §6, RFC 5761 §4), but `rtpopusdepay` refuses them: it is shown
# another. Before it stands what takes all, since `webrtcbin` asks what follows which of the offered will do.
ENTRANCE = "appsink name=taker emit-signals=true sync=false async=false"
INSIDE = "appsrc name=giver format=time is-live=true ! capssetter caps=application/x-rtp,payload=96 ! {decoder}"
RECEIVED_AUDIO = "application/x-rtp,media=audio,encoding-name=OPUS,payload=97,clock-rate=48000,encoding-params=(string)2"
RECEIVED_VIDEO = "application/x-rtp,media=video,encoding-name={codec},payload=96,clock-rate=90000{more}"
PARAMETERS = {"H264": ",packetization-mode=(string)1,profile-level-id=(string)42e01f"}
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


class Reception:
    """What has arrived in one media description."""

    def __init__(self, kind: str):
        self.kind = kind
        self.packets = 0
        self.frames = 0
        self.first_frame_at: float | None = None
        self.size: tuple[int, int] | None = None
        self.loudness: float | None = None

    def add_packet(self, _: Gst.Pad) -> None:
        self.packets += 1

    def add_frame(self, pad: Gst.Pad) -> None:
        self.frames += 1
        self.first_frame_at = self.first_frame_at or time.time()
        described = pad.get_current_caps().get_structure(0)
        self.size = described.get_value("width"), described.get_value("height")

    def report(self, mid: str) -> dict[str, Any]:
        told = {"mid": mid, "kind": self.kind, "packets": self.packets}
        if self.kind == "audio":
            return {**told, "loudness": self.loudness}
        width, height = self.size or (None, None)
        return {**told, "frames": self.frames, "firstFrameAt": self.first_frame_at, "width": width, "height": height}


class Client:
    """Publishes tones and balls, and decodes what arrives."""

    def __init__(self) -> None:
        self._publishing: Link | None = None
        self._subscription = Link(SINK)
        self._receptions: dict[str, Reception] = {}
        self._meters: dict[str, Reception] = {}
        self._subscription.peer.connect("pad-added", self._read)

    async def publish(self, media: list[dict[str, Any]] | None = None) -> dict[str, Any]:
        media = wanted(media)
        wants_offer = asyncio.Event()
        loop = asyncio.get_running_loop()
        self._publishing = Link(PEER + "".join(map(source, media)))
        self._publishing.peer.connect(
            "on-negotiation-needed", lambda _: loop.call_soon_threadsafe(wants_offer.set))
        for index in range(len(media)):
            transceiver = self._publishing.peer.emit("get-transceiver", index)
            transceiver.set_property("direction", GstWebRTC.WebRTCRTPTransceiverDirection.SENDONLY)
        self._publishing.play()
        await asyncio.wait_for(wants_offer.wait(), 10)
        sdp = await self._publishing.create(OFFER)
        mids = re.findall(r"^a=mid:(\S+)", sdp, re.M)
        return {"sdp": sdp, "tracks": [{"mid": mid, "source": one.source} for mid, one in zip(mids, media)]}

    async def accept(self, sdp: str) -> None:
        await self._publishing.take(ANSWER, sdp)

    async def subscribe(self, sdp: str) -> dict[str, Any]:
        self._subscription.play()
        await self._subscription.take(OFFER, sdp)
        return {"sdp": await self._subscription.create(ANSWER)}

    async def watch(self, codec: str) -> dict[str, Any]:
        peer = self._subscription.peer
        video = RECEIVED_VIDEO.format(codec=codec, more=PARAMETERS.get(codec, ""))
        self._subscription.play()
        for caps in (RECEIVED_AUDIO, video):
            peer.emit("add-transceiver", GstWebRTC.WebRTCRTPTransceiverDirection.RECVONLY, Gst.Caps.from_string(caps))
        return {"sdp": await self._subscription.create(OFFER)}

    async def see(self, sdp: str) -> None:
        await self._subscription.take(ANSWER, sdp)

    async def report(self) -> dict[str, Any]:
        self._read_levels()
        return {
            "publishing": (self._publishing or self._subscription).report(),
            "subscription": self._subscription.report(),
            "received": [reception.report(mid) for mid, reception in self._receptions.items()],
        }

    async def close(self) -> None:
        if self._publishing is not None:
            self._publishing.stop()
        self._subscription.stop()

    def _read(self, _: Gst.Element, pad: Gst.Pad) -> None:
        """Decodes a track that has arrived."""
        if pad.direction != Gst.PadDirection.SRC:
            return
        described = pad.get_current_caps().get_structure(0)
        mid = pad.get_property("transceiver").get_property("mid")
        reception = self._receptions.setdefault(mid, Reception(described.get_string("media")))
        entrance = Gst.parse_bin_from_description(ENTRANCE, True)
        inside = INSIDE.format(decoder=DECODERS[described.get_string("encoding-name")])
        decoder = Gst.parse_bin_from_description(inside, False)
        giver = decoder.get_by_name("giver")
        entrance.get_by_name("taker").connect("new-sample", lambda taker: pass_on(taker, giver))
        meter = decoder.get_by_name("meter")
        self._count(pad, reception.add_packet)
        if reception.kind == "video":
            self._count(meter.get_static_pad("sink"), reception.add_frame)
        else:
            meter.set_property("name", f"meter-{mid}")
            self._meters[meter.get_name()] = reception
        for part in (decoder, entrance):
            self._subscription.pipeline.add(part)
            part.sync_state_with_parent()
        pad.link(entrance.get_static_pad("sink"))

    @staticmethod
    def _count(pad: Gst.Pad, step: Any) -> None:
        def passes(pad: Gst.Pad, _: Gst.PadProbeInfo) -> Gst.PadProbeReturn:
            step(pad)
            return Gst.PadProbeReturn.OK

        pad.add_probe(Gst.PadProbeType.BUFFER, passes)

    def _read_levels(self) -> None:
        bus = self._subscription.pipeline.get_bus()
        while message := bus.pop_filtered(Gst.MessageType.ELEMENT):
            measured, reception = message.get_structure(), self._meters.get(message.src.get_name())
            if measured.get_name() == "level" and reception is not None:
                reception.loudness = 10 ** (measured.get_value("rms")[0] / 20)  # decibels below the full scale


def pass_on(taker: Gst.Element, giver: Gst.Element) -> Gst.FlowReturn:
    return giver.emit("push-sample", taker.emit("pull-sample"))


def source(medium: Medium) -> str:
    """The part of a pipeline that makes a medium."""
    if medium.kind == "audio":
        return AUDIO
    return VIDEO.format(
        width=medium.width, height=medium.height, rate=medium.frames_per_second, codec=medium.codec,
        encoder=ENCODERS[medium.codec])


async def main() -> None:
    Gst.init(None)
    await serve(Client())


if __name__ == "__main__":
    asyncio.run(main())
