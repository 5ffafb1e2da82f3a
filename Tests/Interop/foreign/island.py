"""A network namespace that is joined to this machine by one cable."""

import secrets
import subprocess

NO_UDP = """
table inet parley {
  chain leaving { type filter hook output priority 0; policy accept; meta l4proto udp drop; }
  chain arriving { type filter hook input priority 0; policy accept; meta l4proto udp drop; }
}
"""


class Island:
    """Programs started with `prefix` live there; `shore` and `shore_ipv6` are this machine's addresses for them."""

    def __init__(self) -> None:
        mark = secrets.token_hex(3)
        self._name = f"parley-{mark}"
        self._cable = f"pa{mark}"
        # IPv4 that is set aside for laboratories (RFC 2544), and a unique local IPv6 prefix (RFC 4193).
        ipv4 = f"198.18.{secrets.randbelow(256)}."
        ipv6 = f"fd{mark[:2]}:7061:726c:6579::"
        self.shore, self.shore_ipv6 = f"{ipv4}1", f"{ipv6}1"
        run("ip", "netns", "add", self._name)
        try:
            run("ip", "link", "add", self._cable, "type", "veth", "peer", "name", "shore", "netns", self._name)
            self._settle([], self._cable, self.shore, self.shore_ipv6)
            self._settle(self.prefix, "shore", f"{ipv4}2", f"{ipv6}2")
            run(*self.prefix, "ip", "link", "set", "lo", "up")
        except BaseException:
            self.close()
            raise

    @property
    def prefix(self) -> tuple[str, ...]:
        return ("ip", "netns", "exec", self._name)

    def block_udp(self) -> None:
        """From now on UDP neither leaves nor arrives."""
        run(*self.prefix, "nft", "-f", "-", given=NO_UDP)

    def close(self) -> None:
        """The cable goes with the namespace, though later: it is taken away first."""
        subprocess.run(["ip", "link", "delete", self._cable], capture_output=True)
        run("ip", "netns", "delete", self._name)

    @staticmethod
    def _settle(prefix: tuple[str, ...] | list[str], device: str, ipv4: str, ipv6: str) -> None:
        run(*prefix, "ip", "address", "add", f"{ipv4}/30", "dev", device)
        # Nobody else is on the cable who might have this address.
        run(*prefix, "ip", "address", "add", f"{ipv6}/126", "dev", device, "nodad")
        run(*prefix, "ip", "link", "set", device, "up")


def run(*command: str, given: str | None = None) -> str:
    done = subprocess.run(command, input=given, capture_output=True, text=True)
    assert done.returncode == 0, f"{' '.join(command)}: {done.stderr}"
    return done.stdout
