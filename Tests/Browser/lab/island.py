"""A server behind a firewall: a network namespace of its own, joined to the browsers' by one cable.

    browsers 198.51.100.1, 2001:db8:7::1 ── cable ── 198.51.100.2, 2001:db8:7::2 server
"""

import contextlib
import os

from .nat import run

ADDRESS = "198.51.100.2"
ADDRESS_6 = "2001:db8:7::2"
MEDIA_PORT = 3478


class Island:
    """Named after this process, so that two runs do not meet; taken down by `close`."""

    def __init__(self) -> None:
        self._name = f"parley{os.getpid()}-isle"
        self._cable = f"isle{os.getpid()}"
        try:
            self._build()
        except BaseException:
            self.close()
            raise

    @property
    def inside(self) -> list[str]:
        """What to put before a command so that it runs on the island."""
        return ["ip", "netns", "exec", self._name]

    def block(self, *protocols: str) -> None:
        """Drops what comes to the media port by these protocols (udp, tcp), and lets everything else in."""
        rules = "".join(f"{protocol} dport {MEDIA_PORT} drop\n" for protocol in protocols)
        text = f"""
            flush ruleset
            table inet wall {{
              chain in {{
                type filter hook input priority 0;
                {rules}
              }}
            }}
            """
        run(*self.inside, "nft", "-f", "-", text=text)

    def close(self) -> None:
        with contextlib.suppress(AssertionError):
            run("ip", "link", "del", self._cable)
        with contextlib.suppress(AssertionError):
            run("ip", "netns", "del", self._name)

    def _build(self) -> None:
        run("ip", "netns", "add", self._name)
        run("ip", "link", "add", self._cable, "type", "veth", "peer", "name", "shore", "netns", self._name)
        # A browser takes an address that comes later for a change of network and drops what it is loading: so there is no
        # address of the link, and no detection of duplicates.
        run("ip", "link", "set", self._cable, "addrgenmode", "none")
        run("ip", "-n", self._name, "link", "set", "shore", "addrgenmode", "none")
        for address in ("198.51.100.1/24", "2001:db8:7::1/64"):
            run("ip", "addr", "add", address, "dev", self._cable, *(["nodad"] if ":" in address else []))
        for address in (f"{ADDRESS}/24", f"{ADDRESS_6}/64"):
            run("ip", "-n", self._name, "addr", "add", address, "dev", "shore", *(["nodad"] if ":" in address else []))
        run("ip", "-n", self._name, "link", "set", "lo", "up")
        run("ip", "-n", self._name, "link", "set", "shore", "up")
        run("ip", "link", "set", self._cable, "up")
