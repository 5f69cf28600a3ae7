# SPDX-License-Identifier: Apache-2.0
"""Loops of an object file that do nothing but sum: many FMAs (or vpdp...) and no store, but on the stack.

What such a loop keeps on the stack is what the compiler found no register for: a tile in memory runs at a fifth of the
speed, and stores of registers that nobody reads still cost.
"""
import re
import subprocess
from dataclasses import dataclass

LEAST = 8                                                    # FMAs of a loop that counts
FMA = re.compile(r"vfn?m(add|sub)|vpdp|vdpbf16")
LINE = re.compile(r"\s+([0-9a-f]+):\s+(\S+)\s*([^#<]*)")
VECTOR = re.compile(r"%[xyz]mm")
STORE = re.compile(r"\)(\{%k\d\})?\s*$")                     # the last operand is memory


@dataclass
class Loop:
    function: str
    sums: int                                                # FMAs
    loads: int                                               # vector instructions that read memory
    on_stack: int                                            # vector instructions that read or write the stack


def functions(object_file):
    """(demangled name, [(address, instruction, operands)]) of each."""
    out = subprocess.run(["objdump", "-dwC", "--no-show-raw-insn", str(object_file)], capture_output=True, text=True, check=True).stdout
    name, body = "", []
    for line in out.splitlines():
        if line.endswith(">:"):
            if body:
                yield name, body
            name, body = line.split("<", 1)[1][:-2], []
        elif match := LINE.match(line):
            body.append((int(match[1], 16), match[2], match[3].strip()))
    if body:
        yield name, body


def innermost(body):
    """(first, last) of the loops without another loop inside."""
    index = {address: i for i, (address, _, _) in enumerate(body)}
    spans = set()
    for i, (_, name, operands) in enumerate(body):
        if name.startswith("j") and re.match(r"[0-9a-f]+$", operands) and index.get(int(operands, 16), i + 1) <= i:
            spans.add((index[int(operands, 16)], i))
    return [s for s in spans if not any(o != s and s[0] <= o[0] and o[1] <= s[1] for o in spans)]


def sum_loops(object_file):
    for function, body in functions(object_file):
        stack = ("(%rsp", "(%rbp") if any(b[1:] == ("mov", "%rsp,%rbp") for b in body) else ("(%rsp",)
        for first, last in innermost(body):
            vectors = [(name, operands) for _, name, operands in body[first:last + 1] if VECTOR.search(operands)]
            sums = sum(bool(FMA.match(name)) for name, _ in vectors)
            on_stack = sum(any(s in operands for s in stack) for _, operands in vectors)
            elsewhere = any(STORE.search(operands) and not any(s in operands for s in stack) for _, operands in vectors)
            if sums >= LEAST and not elsewhere:
                yield Loop(function, sums, sum("(%" in operands and not STORE.search(operands) for _, operands in vectors), on_stack)
