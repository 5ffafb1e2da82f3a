"""Whether the words of a page fit: nothing is wider than its window or its box, and no word is broken."""

from pathlib import Path

from .call import Call
from .waiting import eventually

MISFITS = (Path(__file__).parent / "fitting.js").read_text()


def assert_fits(call: Call, what: str) -> None:
    """`what` is open on the page, whose window may have changed just now."""
    misfits: list[str] = []

    def fits() -> bool:
        misfits[:] = call.page.evaluate(MISFITS)
        return not misfits

    try:
        eventually(fits, "all words fit", 2)
    except AssertionError:
        raise AssertionError(f"{what} at {call.page.viewport_size}:\n  " + "\n  ".join(misfits)) from None
