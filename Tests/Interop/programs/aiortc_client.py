"""aiortc speaks to the server: WebRTC written in Python, DTLS 1.2 by OpenSSL, codecs by FFmpeg.

Of the dynamic payload types it knows only those from 96: it answers the numbers below with numbers of its own.
"""

import array
import asyncio
import fractions
import math
import time
from typing import Any

from aiortc import (
    MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCRtpSender, RTCRtpTransceiver, RTCSessionDescription,
    VideoStreamTrack)
from aiortc.mediastreams import MediaStreamError
from aiortc.rtcrtpparameters import RTCRtpCodecCapability
from av import AudioFrame, VideoFrame

from lines import serve
from media import Medium, wanted

SAMPLE_RATE = 48_000
SAMPLES = SAMPLE_RATE // 50  # 20 ms


class Tone(MediaStreamTrack):
    """A sine of 1 kHz, a quarter of the full scale loud."""

    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        wave = (int(8192 * math.sin(2 * math.pi * 1000 * index / SAMPLE_RATE)) for index in range(SAMPLES))
        self._wave = array.array("h", wave).tobytes()
        self._began = time.monotonic()
        self._count = 0

    async def recv(self) -> AudioFrame:
        await asyncio.sleep(self._began + self._count * SAMPLES / SAMPLE_RATE - time.monotonic())
        frame = AudioFrame(format="s16", layout="mono", samples=SAMPLES)
        frame.planes[0].update(self._wave)
        frame.sample_rate = SAMPLE_RATE
        frame.time_base = fractions.Fraction(1, SAMPLE_RATE)
        frame.pts = self._count * SAMPLES
        self._count += 1
        return frame


class Stripes(VideoStreamTrack):
    """Grey stripes that wander downwards."""

    def __init__(self, width: int, height: int) -> None:
        super().__init__()
        self._size = width, height

    async def recv(self) -> VideoFrame:
        pts, time_base = await self.next_timestamp()
        frame = VideoFrame(*self._size, "yuv420p")
        luma, *colours = frame.planes
        shift = pts // 3000
        luma.update(b"".join(bytes([(row * 4 + shift) % 256]) * luma.line_size for row in range(luma.height)))
        for plane in colours:
            plane.update(b"\x80" * plane.buffer_size)
        frame.pts, frame.time_base = pts, time_base
        return frame


class Link:
    """One peer connection, and when it was up."""

    def __init__(self) -> None:
        # Without servers of ours it would ask one of Google's for its address.
        self.connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.connected_at: float | None = None
        self.connection.on("connectionstatechange", self._changed)

    def _changed(self) -> None:
        if self.connection.connectionState == "connected" and self.connected_at is None:
            self.connected_at = time.time()

    def report(self) -> dict[str, Any]:
        return {"state": self.connection.connectionState, "connectedAt": self.connected_at}


class Reception:
    """What has been decoded of one track."""

    def __init__(self) -> None:
        self.frames = 0
        self.first_frame_at: float | None = None
        self.size: tuple[int, int] | None = None
        self.loudness: float | None = None

    async def watch(self, track: MediaStreamTrack) -> None:
        try:
            while frame := await track.recv():
                self.frames += 1
                self.size = frame.width, frame.height
                self.first_frame_at = self.first_frame_at or time.time()
        except MediaStreamError:
            return  # the track has ended

    async def listen(self, track: MediaStreamTrack) -> None:
        try:
            while True:
                frame = await track.recv()
                channels = len(frame.layout.channels)
                samples = memoryview(bytes(frame.planes[0])).cast("h")[:frame.samples * channels]
                self.loudness = math.sqrt(sum(sample * sample for sample in samples) / len(samples)) / 32768
        except MediaStreamError:
            return  # the track has ended

    def report(self, kind: str) -> dict[str, Any]:
        if kind == "audio":
            return {"loudness": self.loudness}
        width, height = self.size or (None, None)
        return {"frames": self.frames, "firstFrameAt": self.first_frame_at, "width": width, "height": height}


class Client:
    """Publishes tones and stripes, and decodes what arrives."""

    def __init__(self) -> None:
        self._publishing = Link()
        self._subscription = Link()
        self._receptions: dict[MediaStreamTrack, Reception] = {}
        self._readers: set[asyncio.Task[None]] = set()
        self._subscription.connection.on("track", self._read)

    async def publish(self, media: list[dict[str, Any]] | None = None) -> dict[str, Any]:
        connection = self._publishing.connection
        added = [(medium.source, self._add(medium)) for medium in wanted(media)]
        await connection.setLocalDescription(await connection.createOffer())
        tracks = [{"mid": transceiver.mid, "source": source} for source, transceiver in added]
        return {"sdp": connection.localDescription.sdp, "tracks": tracks}

    async def accept(self, sdp: str) -> None:
        await self._publishing.connection.setRemoteDescription(RTCSessionDescription(sdp, "answer"))

    async def subscribe(self, sdp: str) -> dict[str, Any]:
        connection = self._subscription.connection
        await connection.setRemoteDescription(RTCSessionDescription(sdp, "offer"))
        await connection.setLocalDescription(await connection.createAnswer())
        return {"sdp": connection.localDescription.sdp}

    async def watch(self, codec: str) -> dict[str, Any]:
        connection = self._subscription.connection
        connection.addTransceiver("audio", direction="recvonly")
        connection.addTransceiver("video", direction="recvonly").setCodecPreferences(codecs(codec))
        await connection.setLocalDescription(await connection.createOffer())
        return {"sdp": connection.localDescription.sdp}

    async def see(self, sdp: str) -> None:
        await self._subscription.connection.setRemoteDescription(RTCSessionDescription(sdp, "answer"))

    async def report(self) -> dict[str, Any]:
        return {
            "publishing": self._publishing.report(),
            "subscription": self._subscription.report(),
            "received": [
                await self._received(transceiver) for transceiver in self._subscription.connection.getTransceivers()],
        }

    async def close(self) -> None:
        await self._publishing.connection.close()
        await self._subscription.connection.close()
        await asyncio.gather(*self._readers)

    def _add(self, medium: Medium) -> RTCRtpTransceiver:
        track = Tone() if medium.kind == "audio" else Stripes(medium.width, medium.height)
        transceiver = self._publishing.connection.addTransceiver(track, direction="sendonly")
        if medium.kind == "video":
            transceiver.setCodecPreferences(codecs(medium.codec))
        return transceiver

    def _read(self, track: MediaStreamTrack) -> None:
        reception = self._receptions[track] = Reception()
        read = reception.listen if track.kind == "audio" else reception.watch
        self._readers.add(asyncio.ensure_future(read(track)))

    async def _received(self, transceiver: RTCRtpTransceiver) -> dict[str, Any]:
        receiver = transceiver.receiver
        statistics = (await receiver.getStats()).values()
        packets = sum(entry.packetsReceived for entry in statistics if entry.type == "inbound-rtp")
        reception = self._receptions.get(receiver.track, Reception())
        return {
            "mid": transceiver.mid, "kind": transceiver.kind, "packets": packets, **reception.report(transceiver.kind)}


def codecs(name: str) -> list[RTCRtpCodecCapability]:
    """A codec, and what repairs it."""
    known = RTCRtpSender.getCapabilities("video").codecs
    return [codec for codec in known if codec.mimeType in (f"video/{name}", "video/rtx")]


async def main() -> None:
    await serve(Client())


if __name__ == "__main__":
    asyncio.run(main())
