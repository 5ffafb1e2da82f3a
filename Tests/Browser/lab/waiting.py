"""Waiting for a condition; tests never sleep for a guessed time."""

import time
from collections.abc import Callable
from typing import TypeVar

Value = TypeVar("Value")

# How long a probe rests between two looks: short against what a person notices, long against the cost of looking.
INTERVAL = 0.04


def eventually(probe: Callable[[], Value], what: str, timeout: float = 15) -> Value:
    """Returns the probe's first truthy value; fails with `what` and the last value when there was none in time."""
    deadline = time.monotonic() + timeout
    while True:
        value = probe()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: not within {timeout:g} s (last seen: {value!r})")
        time.sleep(INTERVAL)


def stays(probe: Callable[[], bool], what: str, seconds: float) -> None:
    """Holds that the probe is true now and remains so for this long."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        assert probe(), what
        time.sleep(INTERVAL)


def over(seconds: float, read: Callable[[], Value]) -> tuple[Value, Value]:
    """What is read at the beginning and at the end of a span: for what must not move in it there is no event to wait for."""
    before = read()
    time.sleep(seconds)
    return before, read()
