"""wrtc speaks to the echo: libwebrtc, the engine of Chromium, without a browser around it."""

import array
import asyncio
import itertools
import math
import time
from collections.abc import Iterator
from typing import Any

import webrtc

from lines import serve

SAMPLE_RATE = 48_000
SAMPLES = SAMPLE_RATE // 100  # 10 ms, the grain of this engine
WIDTH, HEIGHT = 320, 180
FRAMES_PER_SECOND = 15


def waves() -> Iterator[webrtc.AudioData]:
    """A sine of 1 kHz, a quarter of the full scale loud."""
    wave = (int(8192 * math.sin(2 * math.pi * 1000 * index / SAMPLE_RATE)) for index in range(SAMPLES))
    data = array.array("h", wave).tobytes()
    for index in itertools.count():
        yield webrtc.AudioData(webrtc.AudioDataInit(
            format="s16", sample_rate=SAMPLE_RATE, number_of_frames=SAMPLES, number_of_channels=1,
            timestamp=index * 10_000, data=data))


def stripes() -> Iterator[webrtc.VideoFrame]:
    """Grey stripes that wander downwards."""
    for index in itertools.count():
        luma = b"".join(bytes([(row * 4 + index * 2) % 256]) * WIDTH for row in range(HEIGHT))
        yield webrtc.VideoFrame(luma + b"\x80" * (WIDTH * HEIGHT // 2), webrtc.VideoFrameBufferInit(
            format="I420", coded_width=WIDTH, coded_height=HEIGHT, timestamp=index * 1_000_000 // FRAMES_PER_SECOND))


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
    """Publishes a tone and stripes, and decodes what comes back."""

    def __init__(self) -> None:
        self._publishing = Link()
        self._subscription = Link()
        self._first_frame_at: float | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._subscription.connection.on("track", self._read)

    async def publish(self) -> dict[str, Any]:
        audio, video = webrtc.MediaStreamTrackGenerator("audio"), webrtc.VideoTrackGenerator()
        for track in (audio, video.track):
            self._publishing.connection.add_transceiver(track, webrtc.RTCRtpTransceiverInit(direction="sendonly"))
        self._begin(write(waves(), audio, SAMPLES / SAMPLE_RATE))
        self._begin(write(stripes(), video, 1 / FRAMES_PER_SECOND))
        return await self._offer()

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

    async def report(self) -> dict[str, Any]:
        audio: dict[str, Any] = {"packets": 0, "loudness": None}
        video: dict[str, Any] = {"packets": 0, "frames": 0, "firstFrameAt": self._first_frame_at}
        for entry in (await self._subscription.connection.get_stats()).values():
            if entry.type != "inbound-rtp":
                continue
            (audio if entry.kind == "audio" else video)["packets"] += entry.packets_received
            if entry.kind == "video":
                video["frames"] += entry.frames_decoded or 0
            elif entry.total_samples_duration:
                audio["loudness"] = math.sqrt(entry.total_audio_energy / entry.total_samples_duration)
        return {
            "publishing": self._publishing.report(), "subscription": self._subscription.report(),
            "audio": audio, "video": video,
        }

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        self._publishing.connection.close()
        self._subscription.connection.close()

    async def _offer(self) -> dict[str, Any]:
        await self._publishing.connection.set_local_description()
        return {"sdp": self._publishing.connection.local_description.sdp}

    def _read(self, event: webrtc.RTCTrackEvent) -> None:
        if event.track.kind == "video":
            self._begin(self._watch(event.track))

    async def _watch(self, track: webrtc.MediaStreamTrack) -> None:
        """Notes when the first decoded frame is there."""
        async for frame in webrtc.MediaStreamTrackProcessor(webrtc.MediaStreamTrackProcessorInit(track)).readable:
            self._first_frame_at = self._first_frame_at or time.time()
            frame.close()

    def _begin(self, work: Any) -> None:
        self._tasks.add(asyncio.ensure_future(work))


async def main() -> None:
    await serve(Client())


if __name__ == "__main__":
    asyncio.run(main())
