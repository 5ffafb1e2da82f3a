"""Where things are, and small facts about the machine."""

import os
import socket
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PARLEY = Path(os.environ.get("PARLEY", ROOT / ".build" / "release" / "parley"))
ARTIFACTS = ROOT / "artifacts"


def free_port(address: str = "127.0.0.1") -> int:
    """A TCP port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((address, 0))
        return probe.getsockname()[1]


def outward_address() -> str | None:
    """This machine's own address towards the world, or None where there is only loopback. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.200", 9))
        except OSError:
            return None
        address = probe.getsockname()[0]
    return None if address.startswith("127.") else address


def may_make_namespaces() -> bool:
    """Whether this process may make network namespaces: root with the capability, which containers often lack."""
    return os.geteuid() == 0 and os.system("unshare --net true 2>/dev/null") == 0
