"""How many instructions the worker takes to forward a packet, counted by callgrind, beside what was recorded last.

Time depends on the machine and on what else it does; a count of instructions hardly does, so a few percent more are a change of the code.
The kernel's instructions are not in it, and those of encryption, which depend on the processor, are told apart.
"""

import json
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from lab.places import ROOT
from measuring import Figure

PROGRAM = ROOT / ".build" / "release" / "WebRTCBenchmarks"
# Written by hand when a change of the figure is meant.
RECORD = ROOT / "Benchmarks" / "instructions.json"
FEW, MANY = 60, 180
TOLERANCE = 1.03
# Who encrypts: OpenSSL, or Intel's library where there is one.
ENCRYPTION = ("libcrypto", "libIPSec_MB")
WHAT = "instructions to forward a packet from 1 to 20"


@dataclass
class Count:
    packets: int
    encryption: int
    others: int


def instructions() -> list[Figure]:
    """Two runs that differ in packets only, so that what leads up to them is in neither figure."""
    few, many = counted(FEW), counted(MANY)
    packets = many.packets - few.packets
    others = (many.others - few.others) / packets
    encryption = (many.encryption - few.encryption) / packets
    recorded = json.loads(RECORD.read_text())[WHAT]
    return [
        Figure(f"{WHAT}, without encryption", others, "", aim=round(recorded * TOLERANCE), digits=0),
        Figure(f"{WHAT}, by what was recorded", others / recorded * 100, "%", aim=TOLERANCE * 100, digits=1),
        Figure(f"{WHAT}, encryption", encryption, "", digits=0),
    ]


def counted(rounds: int) -> Count:
    with tempfile.TemporaryDirectory() as folder:
        program, profile = Path(folder) / "program", Path(folder) / "profile"
        # Symbols are enough, and Debian's valgrind gives up where it cannot read what debuggers are told.
        subprocess.run(["strip", "--strip-debug", "-o", str(program), str(PROGRAM)], check=True)
        command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={profile}", "--toggle-collect=*countedTurn*",
                   str(program), "instructions", str(rounds)]
        result = subprocess.run(command, capture_output=True, text=True, timeout=600)
        assert result.returncode == 0, f"callgrind ended with {result.returncode}: {result.stderr[-2000:]}"
        by_object = instructions_by_object(profile.read_text())
    encryption = sum(count for name, count in by_object.items() if any(library in name for library in ENCRYPTION))
    others = sum(by_object.values()) - encryption
    assert others > 0, "callgrind did not find the turns that are counted"
    return Count(json.loads(result.stdout)["packets"], encryption, others)


def instructions_by_object(profile: str) -> dict[str, int]:
    """What was executed in each file of code, by a profile of callgrind (its manual, *Callgrind Format Specification*)."""
    names: dict[str, str] = {}
    counts: dict[str, int] = {}
    current, is_call = "", False
    for line in profile.splitlines():
        key, _, value = line.partition("=")
        if key in ("ob", "cob"):
            # A name stands beside its number once; after that the number is enough.
            number, _, name = value.partition(" ")
            names.setdefault(number, name)
            current = names[number] if key == "ob" else current
        elif line.startswith("calls="):
            is_call = True
        elif line[:1].isdigit() or line[:1] in ("+", "-", "*"):
            # The line after a call has what the callee took, which is counted there.
            if not is_call:
                counts[current] = counts.get(current, 0) + int(line.split()[1])
            is_call = False
    return counts
