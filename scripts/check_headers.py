#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compiles every header alone, with all warnings as errors, as many at a time as there are cores.

A header that includes, at any depth, one of a few much used headers starts from that one precompiled: what it would parse anyhow
is parsed once. Nothing that it lacks is hidden: what it gets from there it includes, and the much used ones are compiled alone too.
"""
import argparse
import re
import shutil
import sys
import tempfile
import time
from pathlib import Path

import tooling

INCLUDE = tooling.ROOT / "include"
STANDARD = 300                                                # lines that a header of the standard library counts for


def includes(headers):
    """For every header: the headers of this library that it reaches."""
    direct = {header: [INCLUDE / name for name in re.findall(r'#include [<"](tutti/[^>"]+)[>"]', header.read_text())] for header in headers}
    reached = {}

    def closure(header):
        if header not in reached:
            reached[header] = set().union(*({to} | closure(to) for to in direct[header]))
        return reached[header]

    for header in headers:
        closure(header)
    return reached


def much_used(reached, count=8):
    """The headers whose precompiled form saves most lines, one after the other; and for each header the one to start from."""
    texts = {header: header.read_text() for header in reached}
    own = {header: text.count("\n") + STANDARD * len(re.findall(r"#include <[a-z_]+>", text)) for header, text in texts.items()}
    lines = {header: own[header] + sum(own[to] for to in reached[header]) for header in reached}
    start = dict.fromkeys(reached)
    saved = lambda header: lines.get(start[header], 0)
    gain = lambda candidate: sum(max(0, lines[candidate] - saved(header)) for header in reached if candidate in reached[header])
    for _ in range(count):
        best = max(reached, key=gain)
        start.update({header: best for header in reached if best in reached[header] and lines[best] > saved(header)})
    return start


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--compiler", default="g++")
    parser.add_argument("--flags", required=True, help="file with one flag a line")
    parser.add_argument("--jobs", type=int, default=0)
    options = parser.parse_args()
    flags = tooling.read_flags(options.flags)
    flags += ["-fsyntax-only", "-Wall", "-Wextra", "-Wconversion", "-Werror"]
    nothing = tooling.ROOT / "cmake" / "empty.cpp"
    headers = sorted((tooling.ROOT / "include").rglob("*.hpp"))
    if "-DTUTTI_PARALLEL=2" not in flags:                    # oneTBB may be absent
        headers = [header for header in headers if header.stem != "parallel_tbb"]
    serial = [*flags, "-UTUTTI_PARALLEL", "-DTUTTI_PARALLEL=0"]       # oneTBB is slow to parse: only its own header meets it
    first = much_used(includes(headers))
    folder = Path(tempfile.mkdtemp())

    def precompile(header):
        copy = folder / header.relative_to(INCLUDE).as_posix().replace("/", "_")
        copy.write_text(f'#include "{header.relative_to(INCLUDE)}"\n')
        suffix = ".pch" if tooling.is_clang(options.compiler) else ".gch"
        parse = [flag for flag in serial if flag != "-fsyntax-only"]
        done = tooling.compile_only(options.compiler, [*parse, "-x", "c++-header"], copy, into=f"{copy}{suffix}")
        return copy if done[0] else header                            # it is named below, where it stands alone

    ready = sorted({header for header in first.values() if header})
    started = dict(zip(ready, tooling.in_parallel(options.jobs, precompile, ready)))

    def alone(header):
        start = time.monotonic()
        own = flags if header.stem == "parallel_tbb" else serial
        before = ["-include", str(started[first[header]])] if first[header] and own is serial else []
        return *tooling.compile_only(options.compiler, [*own, *before, "-include", str(header)], nothing), time.monotonic() - start

    results = tooling.in_parallel(options.jobs, alone, headers)
    shutil.rmtree(folder)
    for header, (good, output, _) in zip(headers, results):
        if not good:
            print(f"{header.relative_to(tooling.ROOT)} does not compile alone:")
            print("\n".join(output.splitlines()[:12]) + "\n")
    failed = sum(not good for good, _, _ in results)
    slowest = sorted(((seconds, header) for header, (_, _, seconds) in zip(headers, results)), reverse=True)[:3]
    print("slowest:", ", ".join(f"{header.name} {seconds:.1f} s" for seconds, header in slowest))
    print(f"headers alone: {len(headers) - failed} passed, {failed} failed")
    sys.exit(1 if failed or not headers else 0)


if __name__ == "__main__":
    main()
