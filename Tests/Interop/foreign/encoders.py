"""Encoders that speak WHIP themselves, and the form of one that this machine cannot run."""

import importlib.util
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .stacks import PROGRAMS, Unavailable

SOUND = ("audiotestsrc is-live=true freq=1000 volume=0.25 ! audioconvert ! audioresample ! opusenc"
         " ! rtpopuspay pt=100 ssrc=1 ! application/x-rtp,media=audio,encoding-name=OPUS,payload=100")
PICTURE = ("videotestsrc is-live=true pattern=ball ! video/x-raw,format=I420,width=320,height=180,framerate=15/1"
           " ! {encoder} pt=96 ssrc=2 ! application/x-rtp,media=video,encoding-name={codec},payload=96")
PAYLOADERS = {
    "VP8": "vp8enc deadline=1 keyframe-max-dist=15 ! rtpvp8pay picture-id-mode=15-bit",
    "H264": "openh264enc complexity=low gop-size=15 ! video/x-h264,profile=constrained-baseline"
            " ! rtph264pay aggregate-mode=zero-latency config-interval=-1",
}


# Debian 12 links libnice to a library for home routers that brings libsoup 3, and this client to libsoup 2, which end each
# other's process. libnice is given an empty one.
NO_ROUTERS = """
void *gupnp_simple_igd_thread_new(void) { return 0; }
unsigned long gupnp_simple_igd_get_type(void) { return 80; }  /* G_TYPE_OBJECT */
void gupnp_simple_igd_add_port(void) {}
void gupnp_simple_igd_remove_port_local(void) {}
"""


@dataclass(frozen=True)
class Encoder:
    """`command` is what publishes to an endpoint with a key in a codec; its last argument is an empty directory."""

    name: str
    command: Callable[[str, str, str, Path], list[str]]
    # How it is told to end, when not by the end of its input.
    ending: signal.Signals | None = None

    def __str__(self) -> str:
        return self.name


def ffmpeg(endpoint: str, key: str, _: str, directory: Path) -> list[str]:
    if importlib.util.find_spec("av") is None:
        raise Unavailable("the Python package av is not installed")
    import av

    if "whip" not in av.formats_available:
        raise Unavailable("the FFmpeg of the Python package av has no whip muxer")
    certificate, private = directory / "certificate.pem", directory / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", "/CN=encoder", "-keyout", private, "-out", certificate], check=True, capture_output=True)
    return [sys.executable, str(PROGRAMS / "ffmpeg_encoder.py"), endpoint, key, str(certificate), str(private)]


def simple_whip_client(endpoint: str, key: str, codec: str, directory: Path) -> list[str]:
    compiler = shutil.which("cc") or shutil.which("clang")
    if not shutil.which("whip-client") or compiler is None:
        raise Unavailable("Debian's package simple-whip-client or a C compiler is not installed")
    build = [compiler, "-shared", "-fPIC", "-x", "c", "-", "-o", directory / "libgupnp-igd-1.0.so.4"]
    subprocess.run(build, input=NO_ROUTERS, text=True, check=True)
    picture = PICTURE.format(encoder=PAYLOADERS[codec], codec=codec)
    client = ["whip-client", "-u", endpoint, "-t", key, "-A", SOUND, "-V", picture]
    return ["env", f"LD_LIBRARY_PATH={directory}", *client]


ENCODERS = (Encoder("FFmpeg", ffmpeg), Encoder("simple-whip-client", simple_whip_client, signal.SIGINT))


class Running:
    """An encoder that publishes until it is told to end."""

    def __init__(self, encoder: Encoder, endpoint: str, key: str, codec: str, directory: Path):
        self._ending = encoder.ending
        self._process = subprocess.Popen(
            encoder.command(endpoint, key, codec, directory), text=True, start_new_session=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self._said: list[str] = []
        threading.Thread(target=self._listen, daemon=True).start()

    def end(self) -> None:
        """Has it say goodbye, and holds that it could."""
        if self._ending is None:
            self._process.stdin.close()
        else:
            self._process.send_signal(self._ending)
        status = self._process.wait(10)
        assert status == 0, f"the encoder ended with {status}:\n{self.tail()}"

    def kill(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait(10)

    def tail(self) -> str:
        return "\n".join(self._said[-40:])

    def _listen(self) -> None:
        for line in self._process.stdout:
            self._said.append(line.rstrip("\n"))


STUDIO = """v=0
o=rtc 3767197920 0 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0 1
a=group:LS 0 1
a=msid-semantic:WMS *
a=setup:actpass
a=ice-ufrag:{ufrag}
a=ice-pwd:{pwd}
a=ice-options:ice2,trickle
a=fingerprint:sha-256 {fingerprint}
m=audio 9 UDP/TLS/RTP/SAVPF 111
c=IN IP4 0.0.0.0
a=mid:0
a=sendonly
a=ssrc:{audio} cname:stream
a=ssrc:{audio} msid:stream stream-audio
a=msid:stream stream-audio
a=rtcp-mux
a=rtpmap:111 opus/48000/2
a=fmtp:111 minptime=10;maxaveragebitrate=96000;stereo=1;sprop-stereo=1;useinbandfec=1
m=video 9 UDP/TLS/RTP/SAVPF 96
c=IN IP4 0.0.0.0
a=mid:1
a=sendonly
a=ssrc:{video} cname:stream
a=ssrc:{video} msid:stream stream-video
a=msid:stream stream-video
a=rtcp-mux
a=rtpmap:96 H264/90000
a=rtcp-fb:96 nack
a=rtcp-fb:96 nack pli
a=rtcp-fb:96 goog-remb
a=fmtp:96 profile-level-id=42e01f;packetization-mode=1;level-asymmetry-allowed=1
"""


def as_obs(sdp: str) -> str:
    """The offer of OBS from 30.2 on, with the credentials and SSRCs of the stack that sends in its place.

    libdatachannel makes it: no candidates, no header extensions, no repair stream, payload types of its own.
    """
    audio, video = (part for part in re.split(r"^m=", sdp, flags=re.M)[1:3])
    found = {name: re.search(rf"^a={name}:(\S+)", sdp, re.M).group(1) for name in ("ice-ufrag", "ice-pwd")}
    return STUDIO.format(
        ufrag=found["ice-ufrag"], pwd=found["ice-pwd"],
        fingerprint=re.search(r"^a=fingerprint:sha-256 (\S+)", sdp, re.M | re.I).group(1),
        audio=re.search(r"^a=ssrc:(\d+)", audio, re.M).group(1), video=re.search(r"^a=ssrc:(\d+)", video, re.M).group(1),
    ).replace("\n", "\r\n")
