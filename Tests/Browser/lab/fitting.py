"""Whether the words of a page fit: nothing is wider than its window or its box, and no word is broken."""

from pathlib import Path

from .call import Call

MISFITS = (Path(__file__).parent / "fitting.js").read_text()


def assert_fits(call: Call, what: str) -> None:
    """`what` is open on the page."""
    misfits = call.page.evaluate(MISFITS)
    assert not misfits, f"{what} at {call.page.viewport_size}:\n  " + "\n  ".join(misfits)
