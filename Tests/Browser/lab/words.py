"""The sentences of the interface, read from the client's own message files, so that a better wording breaks no test."""

import functools
import json

from .places import ROOT


@functools.cache
def messages(language: str) -> dict[str, str | dict[str, str]]:
    return json.loads((ROOT / "public" / "i18n" / f"{language}.json").read_text())


def words(key: str, language: str = "en", **values: object) -> str:
    """The sentence of a key with its values filled in; of one with plural forms, the general form."""
    entry = messages(language)[key]
    sentence = entry if isinstance(entry, str) else entry["other"]
    for name, value in values.items():
        sentence = sentence.replace(f"{{{name}}}", str(value))
    return sentence
