"""Two homes behind routers, and an internet between them, in network namespaces.

    caller A 10.1.0.2 ── router A 203.0.113.2 ─┐                ┌─ router B 203.0.113.3 ── caller B 10.2.0.2
                                               ├─ internet ─────┤
                              203.0.113.10 web ┘                └ 203.0.113.11 STUN and TURN
"""

import contextlib
import os
import subprocess
from pathlib import Path

WEB = "203.0.113.10"
TURN = "203.0.113.11"
# The internet's default route leads to a neighbour that is not there. Without one, sending to a private address
# fails at once, which coturn takes as the end of an allocation.
NOWHERE = "203.0.113.254"
NOWHERE_MAC = "02:00:00:00:00:01"

# Each kind of router as nftables sees it: how it rewrites what leaves, and what it lets in unasked.
KINDS = {
    # One outer port per inner socket, open only to whom it has spoken (port-restricted cone).
    "cone": "oifname \"pub\" masquerade",
    # Another random outer port for each destination.
    "symmetric": "oifname \"pub\" masquerade random,fully-random",
}


def run(*command: str, text: str | None = None) -> None:
    finished = subprocess.run(command, input=text, text=True, capture_output=True)
    assert finished.returncode == 0, f"{' '.join(command)}: {finished.stderr.strip()}"


class NatLab:
    """Builds the namespaces, named after this process so that two runs do not meet, and takes them down."""

    def __init__(self) -> None:
        self._names = {short: f"parley{os.getpid()}-{short}" for short in ("web", "ra", "rb", "ca", "cb")}
        try:
            self._build()
        except BaseException:
            self.close()
            raise

    def inside(self, short: str) -> list[str]:
        """What to put before a command so that it runs in this namespace."""
        return ["ip", "netns", "exec", self._names[short]]

    def chromium(self, short: str, directory: Path) -> str:
        """A program that starts Chromium in this namespace."""
        wrapper = directory / f"chromium-{short}"
        wrapper.write_text(f'#!/bin/sh\nexec {" ".join(self.inside(short))} chromium "$@"\n')
        wrapper.chmod(0o755)
        return str(wrapper)

    def nat(self, side: str, kind: str) -> None:
        """Makes the router of side `a` or `b` one of this kind, forgetting what it had open."""
        # Unasked packets are dropped at the outer side: else the other's early ones would be tracked and take the port.
        rules = f"""
            flush ruleset
            table ip nat {{
              chain out {{ type nat hook postrouting priority 100; {KINDS[kind]}
              }}
              chain in {{ type filter hook input priority 0; iifname "pub" ct state established,related accept
                iifname "pub" drop
              }}
            }}
            """
        run(*self.inside(f"r{side}"), "nft", "-f", "-", text=rules)
        subprocess.run([*self.inside(f"r{side}"), "conntrack", "-F"], capture_output=True)

    def part(self) -> None:
        """Lets nothing pass between the two homes; the internet remains."""
        for side, other in (("a", 3), ("b", 2)):
            self._wall(side, f"ip daddr 203.0.113.{other} drop")

    def cut(self, side: str) -> None:
        """Lets nothing into or out of a home until `part` says something else."""
        self._wall(side, "drop")

    def _wall(self, side: str, rule: str) -> None:
        rules = f"""
            table ip wall
            flush table ip wall
            table ip wall {{
              chain pass {{ type filter hook forward priority 0; {rule}
              }}
            }}
            """
        run(*self.inside(f"r{side}"), "nft", "-f", "-", text=rules)

    def close(self) -> None:
        for name in self._names.values():
            with contextlib.suppress(AssertionError):
                run("ip", "netns", "del", name)

    def _ip(self, short: str, command: str) -> None:
        run("ip", "-n", self._names[short], *command.split())

    def _build(self) -> None:
        for short, name in self._names.items():
            run("ip", "netns", "add", name)
            # An IPv6 address that is confirmed seconds after the link came up is a change of network to Chromium,
            # which drops what it is loading.
            run(*self.inside(short), "sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1",
                "net.ipv6.conf.default.disable_ipv6=1")
            self._ip(short, "link set lo up")
        self._ip("web", "link add inet type bridge")
        self._ip("web", "link set inet up")
        for address in (WEB, TURN):
            self._ip("web", f"addr add {address}/24 dev inet")
        self._default_route("web", "inet")
        for number, side in enumerate("ab", start=1):
            self._build_home(side, number)

    def _build_home(self, side: str, number: int) -> None:
        router, caller = f"r{side}", f"c{side}"
        self._ip("web", f"link add home{side} type veth peer name pub netns {self._names[router]}")
        self._ip("web", f"link set home{side} master inet up")
        self._ip(router, f"addr add 203.0.113.{number + 1}/24 dev pub")
        self._ip(router, "link set pub up")
        self._default_route(router, "pub")
        self._ip(router, f"link add lan type veth peer name eth0 netns {self._names[caller]}")
        self._ip(router, f"addr add 10.{number}.0.1/24 dev lan")
        self._ip(router, "link set lan up")
        self._ip(caller, f"addr add 10.{number}.0.2/24 dev eth0")
        self._ip(caller, "link set eth0 up")
        self._ip(caller, f"route add default via 10.{number}.0.1")
        run(*self.inside(router), "sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward")
        self.nat(side, "cone")

    def _default_route(self, short: str, device: str) -> None:
        self._ip(short, f"neigh add {NOWHERE} lladdr {NOWHERE_MAC} dev {device} nud permanent")
        self._ip(short, f"route add default via {NOWHERE}")
