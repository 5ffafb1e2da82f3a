"""A few seconds of sound and video in files, for a stack that has no codecs."""

import array
import fractions
import functools
import math
import random
import struct
from pathlib import Path

SAMPLE_RATE = 48_000
SAMPLES = SAMPLE_RATE // 50  # 20 ms
WIDTH, HEIGHT = 320, 180
FRAMES_PER_SECOND = 15
SECONDS = 4
# As of a voice; by default a tone would take three times as much.
SPEECH_BITS_PER_SECOND = 32_000
# Asked for; about 150 kbit/s come of it.
BITS_PER_SECOND = 165_000


def even(bits_per_second: int) -> dict[str, str]:
    """Options by which an encoder neither saves bits nor spends more at once."""
    return dict.fromkeys(("minrate", "maxrate", "bufsize"), str(bits_per_second))


LEAST_DELAY = {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0", "auto-alt-ref": "0", "g": "30"}
# By the name of the codec: FFmpeg's encoder, its options, and the mark of an IVF file.
ENCODERS = {
    "VP8": ("libvpx", {**LEAST_DELAY, **even(BITS_PER_SECOND)}, b"VP80"),
    "VP9": ("libvpx-vp9", {**LEAST_DELAY, **even(BITS_PER_SECOND)}, b"VP90"),
    "H264": ("libx264", {"profile": "baseline", "tune": "zerolatency", "preset": "veryfast", "g": "30"}, b"H264"),
}
# A picture in layers, from the smallest: rid, width, height and bits a second. It is half as long: one keyframe.
LAYERS = (("q", 240, 135, 45_000), ("h", 480, 270, 150_000), ("f", 960, 540, 600_000))
# What each point differs from its stripe by at most, so that there is something to encode.
GRAIN = 7


def write_recording(directory: Path) -> None:
    """Writes a tone as Opus, one packet on each Ogg page, and wandering grainy stripes in each codec as an IVF file."""
    import av  # not everywhere: the caller has looked

    with av.open(str(directory / "audio.ogg"), "w", format="ogg", options={"page_duration": "20000"}) as file:
        stream = file.add_stream("libopus", rate=SAMPLE_RATE)
        stream.layout, stream.bit_rate = "mono", SPEECH_BITS_PER_SECOND
        for index in range(SECONDS * SAMPLE_RATE // SAMPLES):
            file.mux(stream.encode(tone(index)))
        file.mux(stream.encode(None))
    for codec, (encoder, options, mark) in ENCODERS.items():
        (directory / f"{codec}.ivf").write_bytes(ivf(mark, encoded(encoder, options)))
    for rid, width, height, bits in LAYERS:
        (directory / f"VP8-{rid}.ivf").write_bytes(ivf(b"VP80", layer(width, height, bits), width, height))


def layer(width: int, height: int, bits: int) -> list[bytes]:
    """The frames of one of the layers."""
    return encoded("libvpx", {**LEAST_DELAY, **even(bits)}, width, height, bits, SECONDS // 2)


def layer_rates() -> list[float]:
    """The bits a second that the frames of each layer take, from the smallest."""
    return [sum(map(len, layer(*size))) * 8 / (SECONDS // 2) for _, *size in LAYERS]


def encoded(
    encoder: str, options: dict[str, str], width: int = WIDTH, height: int = HEIGHT, bits: int = BITS_PER_SECOND,
    seconds: int = SECONDS,
) -> list[bytes]:
    """The stripes, one element for each frame."""
    from av import CodecContext

    context = CodecContext.create(encoder, "w")
    context.width, context.height, context.pix_fmt, context.bit_rate = width, height, "yuv420p", bits
    context.time_base = fractions.Fraction(1, FRAMES_PER_SECOND)
    context.options = options
    packets = [
        packet for index in range(seconds * FRAMES_PER_SECOND)
        for packet in context.encode(stripes(index, width, height))]
    return [bytes(packet) for packet in (*packets, *context.encode(None))]


def ivf(mark: bytes, frames: list[bytes], width: int = WIDTH, height: int = HEIGHT) -> bytes:
    """A file of frames. FFmpeg's own writer knows no H.264, and nobody who reads these looks at the mark."""
    head = struct.pack(
        "<4sHH4sHHIIII", b"DKIF", 0, 32, mark, width, height, FRAMES_PER_SECOND, 1, len(frames), 0)
    return head + b"".join(struct.pack("<IQ", len(frame), index) + frame for index, frame in enumerate(frames))


def tone(index: int) -> "av.AudioFrame":  # noqa: F821
    from av import AudioFrame

    start = index * SAMPLES
    wave = (int(8192 * math.sin(2 * math.pi * 1000 * at / SAMPLE_RATE)) for at in range(start, start + SAMPLES))
    frame = AudioFrame(format="s16", layout="mono", samples=SAMPLES)
    frame.planes[0].update(array.array("h", wave).tobytes())
    frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE, start, fractions.Fraction(1, SAMPLE_RATE)
    return frame


def stripes(index: int, width: int, height: int) -> "av.VideoFrame":  # noqa: F821
    from av import VideoFrame

    frame = VideoFrame(width, height, "yuv420p")
    luma, *colours = frame.planes
    grain = random.Random(index)
    luma.update(b"".join(
        grain.randbytes(luma.line_size).translate(grainy((row * 4 + index * 2) % 256)) for row in range(luma.height)))
    for plane in colours:
        plane.update(b"\x80" * plane.buffer_size)
    frame.pts = index
    return frame


@functools.cache
def grainy(shade: int) -> bytes:
    """For each random byte, a shade of grey close to the one given."""
    return bytes(min(255, shade + (each & GRAIN)) for each in range(256))
