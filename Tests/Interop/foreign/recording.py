"""A few seconds of sound and video in files, for a stack that has no codecs."""

import array
import fractions
import math
import random
from pathlib import Path

SAMPLE_RATE = 48_000
SAMPLES = SAMPLE_RATE // 50  # 20 ms
WIDTH, HEIGHT = 320, 180
FRAMES_PER_SECOND = 15
SECONDS = 4
LEAST_DELAY = {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0", "auto-alt-ref": "0", "g": "30"}
# Asked for; about 150 kbit/s come of it.
BITS_PER_SECOND = 165_000
EVEN = dict.fromkeys(("minrate", "maxrate", "bufsize"), str(BITS_PER_SECOND))
# What each point differs from its stripe by at most, so that there is something to encode.
GRAIN = 7


def write_recording(audio: Path, video: Path) -> None:
    """Writes a tone as Opus, one packet on each Ogg page, and wandering grainy stripes as VP8 in an IVF file."""
    import av  # not everywhere: the caller has looked

    with av.open(str(audio), "w", format="ogg", options={"page_duration": "20000"}) as file:
        stream = file.add_stream("libopus", rate=SAMPLE_RATE)
        stream.layout = "mono"
        for index in range(SECONDS * SAMPLE_RATE // SAMPLES):
            file.mux(stream.encode(tone(index)))
        file.mux(stream.encode(None))
    with av.open(str(video), "w", format="ivf") as file:
        stream = file.add_stream("libvpx", rate=FRAMES_PER_SECOND, options={**LEAST_DELAY, **EVEN})
        stream.width, stream.height, stream.pix_fmt, stream.bit_rate = WIDTH, HEIGHT, "yuv420p", BITS_PER_SECOND
        for index in range(SECONDS * FRAMES_PER_SECOND):
            file.mux(stream.encode(stripes(index)))
        file.mux(stream.encode(None))


def tone(index: int) -> "av.AudioFrame":  # noqa: F821
    from av import AudioFrame

    start = index * SAMPLES
    wave = (int(8192 * math.sin(2 * math.pi * 1000 * at / SAMPLE_RATE)) for at in range(start, start + SAMPLES))
    frame = AudioFrame(format="s16", layout="mono", samples=SAMPLES)
    frame.planes[0].update(array.array("h", wave).tobytes())
    frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE, start, fractions.Fraction(1, SAMPLE_RATE)
    return frame


def stripes(index: int) -> "av.VideoFrame":  # noqa: F821
    from av import VideoFrame

    frame = VideoFrame(WIDTH, HEIGHT, "yuv420p")
    luma, *colours = frame.planes
    grain = random.Random(index)
    luma.update(b"".join(
        grain.randbytes(luma.line_size).translate(grainy((row * 4 + index * 2) % 256)) for row in range(luma.height)))
    for plane in colours:
        plane.update(b"\x80" * plane.buffer_size)
    frame.pts = index
    return frame


def grainy(shade: int) -> bytes:
    """For each random byte, a shade of grey close to the one given."""
    return bytes(min(255, shade + (each & GRAIN)) for each in range(256))
