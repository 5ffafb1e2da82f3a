"""FFmpeg publishes by its own `whip` muxer, which speaks HTTP, ICE and DTLS itself; PyAV brings it.

Its arguments are the endpoint, the key, and the files of a certificate and its private key: the certificate that it makes
by itself where it was built with GnuTLS is refused by OpenSSL. It ends when its standard input does.
"""

import array
import fractions
import math
import sys
import threading
import time

import av

SAMPLE_RATE, SAMPLES = 48_000, 960
WIDTH, HEIGHT, FRAMES_PER_SECOND = 320, 180, 15


def sound(index: int) -> av.AudioFrame:
    """A sine of 1 kHz, a quarter of the full scale loud, which repeats after each frame."""
    wave = array.array("h", (int(8192 * math.sin(2 * math.pi * at / 48)) for at in range(SAMPLES) for _ in (1, 2)))
    frame = av.AudioFrame(format="s16", layout="stereo", samples=SAMPLES)
    frame.planes[0].update(wave.tobytes())
    frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE, index * SAMPLES, fractions.Fraction(1, SAMPLE_RATE)
    return frame


def picture(index: int) -> av.VideoFrame:
    """Grey stripes that wander upwards."""
    frame = av.VideoFrame(WIDTH, HEIGHT, "yuv420p")
    luma, *colours = frame.planes
    luma.update(b"".join(bytes([(row + index) * 4 % 256]) * luma.line_size for row in range(luma.height)))
    for plane in colours:
        plane.update(b"\x80" * plane.buffer_size)
    frame.pts, frame.time_base = index, fractions.Fraction(1, FRAMES_PER_SECOND)
    return frame


def main() -> None:
    endpoint, key, certificate, private = sys.argv[1:]
    options = {"authorization": key, "cert_file": certificate, "key_file": private}
    ended = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
    given = {name: value for name, value in options.items() if value}
    with av.open(endpoint, "w", format="whip", options=given) as out:
        audio = out.add_stream("libopus", rate=SAMPLE_RATE)
        audio.layout = "stereo"
        # A keyframe each second: nobody can ask this muxer for one.
        video = out.add_stream("libx264", rate=FRAMES_PER_SECOND, options={
            "profile": "baseline", "preset": "ultrafast", "tune": "zerolatency", "g": str(FRAMES_PER_SECOND), "bf": "0"})
        video.width, video.height, video.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        began, sounds, pictures = time.monotonic(), 0, 0
        while not ended.is_set():
            if sounds * SAMPLES / SAMPLE_RATE <= pictures / FRAMES_PER_SECOND:
                out.mux(audio.encode(sound(sounds)))
                sounds += 1
            else:
                out.mux(video.encode(picture(pictures)))
                pictures += 1
            due = min(sounds * SAMPLES / SAMPLE_RATE, pictures / FRAMES_PER_SECOND)
            time.sleep(max(0.0, began + due - time.monotonic()))


if __name__ == "__main__":
    main()
