"""wrtc speaks to the server: libwebrtc, the engine of Chromium, without a browser around it."""

import array
import asyncio
import itertools
import math
import time
from collections.abc import Iterator
from typing import Any

import webrtc

from lines import serve
from media import Medium, wanted

SAMPLE_RATE = 48_000
SAMPLES = SAMPLE_RATE // 100  # 10 ms, the grain of this engine


def waves() -> Iterator[webrtc.AudioData]:
    """A sine of 1 kHz, a quarter of the full scale loud."""
    wave = (int(8192 * math.sin(2 * math.pi * 1000 * index / SAMPLE_RATE)) for index in range(SAMPLES))
    data = array.array("h", wave).tobytes()
    for index in itertools.count():
        yield webrtc.AudioData(webrtc.AudioDataInit(
            format="s16", sample_rate=SAMPLE_RATE, number_of_frames=SAMPLES, number_of_channels=1,
            timestamp=index * 10_000, data=data))


def stripes(medium: Medium) -> Iterator[webrtc.VideoFrame]:
    """Grey stripes that wander upwards, four rows with each frame."""
    width, height = medium.width, medium.height
    roll = b"".join(bytes([row * 4 % 256]) * width for row in range(height + 64))
    grey = b"\x80" * (width * height // 2)
    for index in itertools.count():
        top = index * 4 % 64 * width
        yield webrtc.VideoFrame(roll[top:top + width * height] + grey, webrtc.VideoFrameBufferInit(
            format="I420", coded_width=width, coded_height=height,
            timestamp=index * 1_000_000 // medium.frames_per_second))


async def write(pieces: Iterator[Any], sink: Any, interval: float) -> None:
    """Writes a piece into a generated track at each interval."""
    writer = sink.writable.get_writer()
    began = time.monotonic()
    for index, piece in enumerate(pieces):
        await writer.write(piece)
        piece.close()
        await asyncio.sleep(began + (index + 1) * interval - time.monotonic())


class Link:
    """One peer connection, and when it was up."""

    def __init__(self) -> None:
        self.connection = webrtc.RTCPeerConnection()
        self.connected_at: float | None = None
        self.connection.on("connectionstatechange", self._changed)

    def _changed(self, _: object = None) -> None:
        if self.connection.connection_state == "connected" and self.connected_at is None:
            self.connected_at = time.time()

    def report(self) -> dict[str, Any]:
        return {"state": str(self.connection.connection_state.value), "connectedAt": self.connected_at}


class Client:
    """Publishes tones and stripes, and decodes what arrives."""

    def __init__(self) -> None:
        self._publishing = Link()
        self._subscription = Link()
        self._first_frames: dict[str, float] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._subscription.connection.on("track", self._read)

    async def publish(self, media: list[dict[str, Any]] | None = None) -> dict[str, Any]:
        media = wanted(media)
        added = [(medium.source, self._add(medium)) for medium in media]
        offer = await self._offer()
        return {**offer, "tracks": [{"mid": transceiver.mid, "source": source} for source, transceiver in added]}

    async def accept(self, sdp: str) -> None:
        await self._publishing.connection.set_remote_description(
            webrtc.RTCSessionDescriptionInit(type="answer", sdp=sdp))

    async def restart(self) -> dict[str, Any]:
        self._publishing.connection.restart_ice()
        return await self._offer()

    async def subscribe(self, sdp: str) -> dict[str, Any]:
        connection = self._subscription.connection
        await connection.set_remote_description(webrtc.RTCSessionDescriptionInit(type="offer", sdp=sdp))
        await connection.set_local_description()
        return {"sdp": connection.local_description.sdp}

    async def watch(self, codec: str) -> dict[str, Any]:
        connection = self._subscription.connection
        connection.add_transceiver("audio", webrtc.RTCRtpTransceiverInit(direction="recvonly"))
        video = connection.add_transceiver("video", webrtc.RTCRtpTransceiverInit(direction="recvonly"))
        video.set_codec_preferences(codecs(codec))
        await connection.set_local_description()
        return {"sdp": connection.local_description.sdp}

    async def watch_anew(self) -> dict[str, Any]:
        connection = self._subscription.connection
        connection.restart_ice()
        await connection.set_local_description()
        return {"sdp": connection.local_description.sdp}

    async def see(self, sdp: str) -> None:
        await self._subscription.connection.set_remote_description(
            webrtc.RTCSessionDescriptionInit(type="answer", sdp=sdp))

    async def report(self) -> dict[str, Any]:
        statistics = (await self._subscription.connection.get_stats()).values()
        return {
            "publishing": self._publishing.report(), "subscription": self._subscription.report(),
            "received": [self._received(entry) for entry in statistics if entry.type == "inbound-rtp"],
            "repeated": await self._repeated(),
        }

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        self._publishing.connection.close()
        self._subscription.connection.close()

    def _add(self, medium: Medium) -> webrtc.RTCRtpTransceiver:
        """Begins to send a generated track."""
        if medium.kind == "audio":
            track = sink = webrtc.MediaStreamTrackGenerator("audio")
            self._begin(write(waves(), sink, SAMPLES / SAMPLE_RATE))
        else:
            sink = webrtc.VideoTrackGenerator()
            track = sink.track
            self._begin(write(stripes(medium), sink, 1 / medium.frames_per_second))
        settings = webrtc.RTCRtpTransceiverInit(direction="sendonly", send_encodings=encodings(medium))
        transceiver = self._publishing.connection.add_transceiver(track, settings)
        if medium.kind == "video":
            transceiver.set_codec_preferences(codecs(medium.codec))
        return transceiver

    def _received(self, entry: webrtc.RTCInboundRtpStreamStats) -> dict[str, Any]:
        told = {"mid": entry.mid, "kind": entry.kind, "packets": entry.packets_received}
        if entry.kind == "video":
            return {
                **told, "frames": entry.frames_decoded or 0, "firstFrameAt": self._first_frames.get(entry.mid),
                "width": entry.frame_width, "height": entry.frame_height, "freezes": entry.freeze_count or 0,
                "repaired": entry.retransmitted_packets_received or 0,
            }
        if entry.total_samples_duration:
            told["loudness"] = math.sqrt(entry.total_audio_energy / entry.total_samples_duration)
        return told

    async def _repeated(self) -> int:
        """How many packets it was asked for again, and sent."""
        statistics = (await self._publishing.connection.get_stats()).values()
        return sum(entry.retransmitted_packets_sent or 0 for entry in statistics if entry.type == "outbound-rtp")

    async def _offer(self) -> dict[str, Any]:
        await self._publishing.connection.set_local_description()
        return {"sdp": self._publishing.connection.local_description.sdp}

    def _read(self, event: webrtc.RTCTrackEvent) -> None:
        if event.track.kind == "video":
            self._begin(self._watch(event.track, event.transceiver.mid))

    async def _watch(self, track: webrtc.MediaStreamTrack, mid: str) -> None:
        """Notes when the first decoded frame is there."""
        async for frame in webrtc.MediaStreamTrackProcessor(webrtc.MediaStreamTrackProcessorInit(track)).readable:
            self._first_frames.setdefault(mid, time.time())
            frame.close()

    def _begin(self, work: Any) -> None:
        self._tasks.add(asyncio.ensure_future(work))


def encodings(medium: Medium) -> list[webrtc.RTCRtpEncodingParameters]:
    """The layers of simulcast, the smallest first; none for a medium that has no layers."""
    if medium.layers == 1:
        return []
    # But for VP8, this engine sends several layers only where each has a mode of scalability.
    mode = None if medium.codec == "VP8" else "L1T3"
    return [
        webrtc.RTCRtpEncodingParameters(rid=rid, scale_resolution_down_by=float(2**down), scalability_mode=mode)
        for down, rid in reversed(list(enumerate("fhq"[:medium.layers])))
    ]


def codecs(name: str) -> list[webrtc.RTCRtpCodec]:
    """A codec, and what repairs it."""
    known = webrtc.RTCRtpSender.get_capabilities("video").codecs
    return [codec for codec in known if codec.mime_type in (f"video/{name}", "video/rtx")]


async def main() -> None:
    await serve(Client())


if __name__ == "__main__":
    asyncio.run(main())
