"""Calls through the reverse proxies an admin puts in front, each run with its file of `deploy/`."""

import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from conftest import People
from lab.places import free_port
from lab.proxies import Proxy, adapted
from lab.server import Server
from lab.wire import Refused, Session

# nginx as a program of its own instead of a system service.
NGINX = """
daemon off;
pid {home}/pid;
error_log stderr;
events {{}}
http {{
  access_log off;
  client_body_temp_path {home}/body;
  proxy_temp_path {home}/proxy;
  fastcgi_temp_path {home}/fastcgi;
  uwsgi_temp_path {home}/uwsgi;
  scgi_temp_path {home}/scgi;
  {site}
}}
"""


def nginx(proxy: Proxy, site: str) -> list[str]:
    (proxy.home / "nginx.conf").write_text(NGINX.format(home=proxy.home, site=site))
    return ["nginx", "-c", str(proxy.home / "nginx.conf"), "-p", str(proxy.home)]


def nginx_tls(proxy: Proxy) -> list[str]:
    certificates = "/etc/letsencrypt/live/meet.example.org"
    return nginx(proxy, adapted("nginx.conf", {
        "server 127.0.0.1:3010": f"server 127.0.0.1:{proxy.upstream}",
        "listen 80;": f"listen 127.0.0.1:{proxy.plain_port};",
        "listen [::]:80;": "",
        "listen 443 ssl http2;": f"listen 127.0.0.1:{proxy.tls_port} ssl http2;",
        "listen [::]:443 ssl http2;": "",
        f"{certificates}/fullchain.pem": str(proxy.certificate),
        f"{certificates}/privkey.pem": str(proxy.key),
    }))


def nginx_plain(proxy: Proxy) -> list[str]:
    return nginx(proxy, adapted("nginx.conf", {
        "server 127.0.0.1:3010": f"server 127.0.0.1:{proxy.upstream}",
        "listen 80;": f"listen 127.0.0.1:{proxy.tls_port};",  # the redirect to TLS, which nobody asks here
        "listen [::]:80;": "",
        "listen 443 ssl http2;": f"listen 127.0.0.1:{proxy.plain_port};",
        "listen [::]:443 ssl http2;": "",
        "  ssl_certificate     /etc/letsencrypt/live/meet.example.org/fullchain.pem;\n": "",
        "  ssl_certificate_key /etc/letsencrypt/live/meet.example.org/privkey.pem;\n": "",
    }))


def nginx_subpath(proxy: Proxy) -> list[str]:
    return nginx(proxy, adapted("nginx-subpath.conf", {
        "server 127.0.0.1:3010": f"server 127.0.0.1:{proxy.upstream}",
        "listen 80;": f"listen 127.0.0.1:{proxy.plain_port};",
    }))


def caddy(proxy: Proxy) -> list[str]:
    options = "{\n\tadmin off\n\tauto_https disable_redirects\n}\n"
    site = adapted("Caddyfile", {
        "meet.example.org {": f"https://localhost:{proxy.tls_port}, https://127.0.0.1:{proxy.tls_port} {{\n"
                              f"\ttls {proxy.certificate} {proxy.key}",
        "127.0.0.1:3010": f"127.0.0.1:{proxy.upstream}",
    })
    (proxy.home / "Caddyfile").write_text(options + site)
    return ["caddy", "run", "--adapter", "caddyfile", "--config", str(proxy.home / "Caddyfile")]


def haproxy(proxy: Proxy) -> list[str]:
    (proxy.home / "haproxy.cfg").write_text(adapted("haproxy.cfg", {
        "bind :80": f"bind 127.0.0.1:{proxy.plain_port}",
        "bind :443 ssl crt /etc/haproxy/certs/meet.example.org.pem":
            f"bind 127.0.0.1:{proxy.tls_port} ssl crt {proxy.home}/both.pem",
        "127.0.0.1:3010": f"127.0.0.1:{proxy.upstream}",
    }))
    return ["haproxy", "-db", "-f", str(proxy.home / "haproxy.cfg")]


@dataclass(frozen=True)
class Setup:
    """One way to put a proxy in front."""

    configure: Callable[[Proxy], list[str]]
    tls: bool
    path: str = ""

    def port(self, proxy: Proxy) -> int:
        return proxy.tls_port if self.tls else proxy.plain_port

    def origin(self, proxy: Proxy) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port(proxy)}"


SETUPS = [
    pytest.param(Setup(nginx_plain, tls=False), id="nginx-plain"),
    pytest.param(Setup(nginx_tls, tls=True), id="nginx-tls"),
    pytest.param(Setup(nginx_subpath, tls=False, path="/meet"), id="nginx-subpath"),
    pytest.param(Setup(caddy, tls=True), id="caddy"),
    pytest.param(Setup(haproxy, tls=True), id="haproxy"),
]


@dataclass
class Front:
    """The server with its proxy, as people reach it."""

    server: Server
    proxy: Proxy
    origin: str
    path: str

    @property
    def url(self) -> str:
        return self.origin + self.path

    def session(self, source: str, **headers: str) -> Session:
        """A socket through the proxy from this loopback address."""
        context = ssl._create_unverified_context() if self.url.startswith("https") else None
        return Session(self.url.replace("http", "ws", 1) + "/ws", ssl=context, local_addr=(source, 0),
                       additional_headers=headers)


@pytest.fixture(params=SETUPS)
def front(request: pytest.FixtureRequest, start_server: Callable[..., Server]) -> Iterator[Front]:
    setup: Setup = request.param
    port = free_port()
    proxy = Proxy(port, setup.configure)
    origin = setup.origin(proxy)
    server = start_server({"SERVER_HOST_URL": origin + setup.path, "TRUST_PROXY": "127.0.0.1"}, port=port)
    proxy.wait_for(setup.port(proxy))
    yield Front(server, proxy, origin, setup.path)
    proxy.close()


@pytest.fixture
def server(front: Front) -> Server:
    return front.server


def test_a_call_goes_through_the_proxy(people: People, front: Front) -> None:
    one = people.joins("Adaline", at=front.url)
    other = people.joins("Bertrand", at=front.url)

    one.sees_moving("Bertrand")
    other.sees_moving("Adaline")
    one.hears()
    one.say("through the proxy")
    other.open_chat()
    other.reads("through the proxy")
    other.press("Leave")
    one.no_longer_sees("Bertrand", 3)


def test_the_limits_count_the_people_and_not_the_proxy(front: Front) -> None:
    # Twenty rooms may be made at once from one address, whatever the client says it is.
    opened = [make_room(front, "127.0.0.2", number) for number in range(20)]
    with pytest.raises(Refused) as refusal:
        make_room(front, "127.0.0.2", 20)
    assert refusal.value.code == "tooManyRooms"

    # Somebody else behind the same proxy is not concerned.
    opened.append(make_room(front, "127.0.0.3", 21))
    for client in opened:
        client.close()
    assert not any("198.51.100." in line for line in front.server.log)


def make_room(front: Front, source: str, number: int) -> Session:
    forged = {"X-Forwarded-For": f"198.51.100.{number}", "X-Real-IP": f"198.51.100.{number}",
              "Forwarded": f"for=198.51.100.{number}"}
    client = front.session(source, **forged)
    client.join(f"made-{number}", "Valentin")
    return client


def test_a_page_of_another_site_may_not_open_the_socket(front: Front) -> None:
    with pytest.raises(Exception, match="403"):
        front.session("127.0.0.2", Origin="https://evil.example")
