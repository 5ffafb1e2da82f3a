"""aiortc speaks to the echo: WebRTC written in Python, DTLS 1.2 by OpenSSL, codecs by FFmpeg.

Of the dynamic payload types it knows only those from 96: it answers the numbers below with numbers of its own.
"""

import array
import asyncio
import fractions
import math
import time
from typing import Any

from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCSessionDescription, VideoStreamTrack
from aiortc.mediastreams import MediaStreamError
from av import AudioFrame, VideoFrame

from lines import serve

SAMPLE_RATE = 48_000
SAMPLES = SAMPLE_RATE // 50  # 20 ms
WIDTH, HEIGHT = 320, 180


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

    async def recv(self) -> VideoFrame:
        pts, time_base = await self.next_timestamp()
        frame = VideoFrame(WIDTH, HEIGHT, "yuv420p")
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


class Client:
    """Publishes a tone and stripes, and decodes what comes back."""

    def __init__(self) -> None:
        self._publishing = Link()
        self._subscription = Link()
        self._frames = 0
        self._first_frame_at: float | None = None
        self._loudness: float | None = None
        self._readers: set[asyncio.Task[None]] = set()
        self._subscription.connection.on("track", self._read)

    async def publish(self) -> dict[str, Any]:
        connection = self._publishing.connection
        for track in (Tone(), Stripes()):
            connection.addTransceiver(track, direction="sendonly")
        await connection.setLocalDescription(await connection.createOffer())
        return {"sdp": connection.localDescription.sdp}

    async def accept(self, sdp: str) -> None:
        await self._publishing.connection.setRemoteDescription(RTCSessionDescription(sdp, "answer"))

    async def subscribe(self, sdp: str) -> dict[str, Any]:
        connection = self._subscription.connection
        await connection.setRemoteDescription(RTCSessionDescription(sdp, "offer"))
        await connection.setLocalDescription(await connection.createAnswer())
        return {"sdp": connection.localDescription.sdp}

    async def report(self) -> dict[str, Any]:
        packets = {"audio": 0, "video": 0}
        for receiver in self._subscription.connection.getReceivers():
            for entry in (await receiver.getStats()).values():
                if entry.type == "inbound-rtp":
                    packets[entry.kind] += entry.packetsReceived
        return {
            "publishing": self._publishing.report(),
            "subscription": self._subscription.report(),
            "audio": {"packets": packets["audio"], "loudness": self._loudness},
            "video": {"packets": packets["video"], "frames": self._frames, "firstFrameAt": self._first_frame_at},
        }

    async def close(self) -> None:
        await self._publishing.connection.close()
        await self._subscription.connection.close()
        await asyncio.gather(*self._readers)

    def _read(self, track: MediaStreamTrack) -> None:
        read = self._listen if track.kind == "audio" else self._watch
        self._readers.add(asyncio.ensure_future(read(track)))

    async def _watch(self, track: MediaStreamTrack) -> None:
        try:
            while await track.recv():
                self._frames += 1
                self._first_frame_at = self._first_frame_at or time.time()
        except MediaStreamError:
            return  # the track has ended

    async def _listen(self, track: MediaStreamTrack) -> None:
        try:
            while True:
                frame = await track.recv()
                channels = len(frame.layout.channels)
                samples = memoryview(bytes(frame.planes[0])).cast("h")[:frame.samples * channels]
                self._loudness = math.sqrt(sum(sample * sample for sample in samples) / len(samples)) / 32768
        except MediaStreamError:
            return  # the track has ended


async def main() -> None:
    await serve(Client())


if __name__ == "__main__":
    asyncio.run(main())
