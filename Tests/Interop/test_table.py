"""docs/interop.md says what the tests try, and nothing else."""

from foreign.cells import ALL, CLIENTS, CODECS, PLAYED, PUBLISHED, REASONS, table
from lab.places import ROOT


def test_the_table_speaks_of_the_cells_that_are_tested() -> None:
    assert (ROOT / "docs" / "interop.md").read_text() == table(set(ALL)), "run `make interop`"


def test_every_empty_cell_says_why() -> None:
    empty = {(client, codec) for tried in (PUBLISHED, PLAYED) for client, codecs in tried.items()
             for codec in CODECS if codec not in codecs}

    assert set(REASONS) == empty
    assert all(REASONS.values())


def test_every_client_is_introduced() -> None:
    assert set(CLIENTS) == set(PUBLISHED) | set(PLAYED)
