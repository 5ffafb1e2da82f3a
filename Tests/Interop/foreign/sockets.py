"""What the kernel has thrown away because a program did not read its sockets in time."""

import contextlib
import os
from pathlib import Path


def dropped_datagrams(pid: int) -> int:
    """The datagrams for this process that found its UDP sockets full, so far."""
    inodes = set(sockets(pid))
    tables = [Path(f"/proc/{pid}/net/{name}").read_text().splitlines()[1:] for name in ("udp", "udp6")]
    lines = [line.split() for table in tables for line in table]
    return sum(int(fields[12]) for fields in lines if fields[9] in inodes)


def sockets(pid: int) -> list[str]:
    """The inodes of the sockets that a process has open."""
    found = []
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # closed meanwhile
            target = os.readlink(descriptor)
            if target.startswith("socket:["):
                found.append(target[len("socket:["):-1])
    return found
