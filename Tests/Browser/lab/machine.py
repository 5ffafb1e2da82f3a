"""What a run of tests asks of the machine: hooks of pytest for the folders of browser tests and of foreign stacks."""

import pytest

from lab.places import PARLEY, may_make_namespaces, outward_address


def pytest_sessionstart() -> None:
    if not PARLEY.exists():
        pytest.exit(f"{PARLEY} is missing: build it with `swift build -c release`", returncode=2)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skips what no package can give a machine, and says why: a right of the user, or a network."""
    reasons = {}
    if not may_make_namespaces():
        reasons["namespaces"] = "network namespaces need root with CAP_NET_ADMIN and CAP_SYS_ADMIN"
    if outward_address() is None:
        reasons["firefox_media"] = "this machine has only loopback, which Firefox does not use for media"
    for item in items:
        for marker, reason in reasons.items():
            if item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason=reason))
