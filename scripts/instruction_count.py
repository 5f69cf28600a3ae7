#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How many instructions a call of some kernels takes, against benchmarks/instructions/counts.json; +5 % fails.

Callgrind counts the program benchmarks/instructions/kernels.cpp with one call and with two; the difference is one call,
the same whatever else the machine does. On x86-64 it is compiled for one fixed instruction set that valgrind knows
(AVX2). The counts hold for the compiler version they were recorded with: with another a difference only warns.
"""
import argparse
import json
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import tooling
from compile_cost import version

FOLDER = tooling.ROOT / "benchmarks" / "instructions"
COUNTS = FOLDER / "counts.json"
KERNELS = ("gemm", "winograd", "conv", "max_pool")
MARGIN = 1.05
SKIPPED = 77


def instructions(program, kernel, times):
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", program, kernel, str(times)]
    done = subprocess.run(command, capture_output=True, text=True)
    found = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode != 0 or not found:
        tooling.fail(f"valgrind failed:\n{done.stderr}")
    return int(found.group(1))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gcc", default="g++")
    parser.add_argument("--record", action="store_true", help="writes counts.json, for the same commit as the change")
    options = parser.parse_args()
    gcc = shutil.which(options.gcc)
    if not gcc or not shutil.which("valgrind") or platform.machine() not in ("x86_64", "AMD64"):
        print("skipped: instructions are counted with g++ and valgrind on x86-64")
        sys.exit(SKIPPED)
    recorded = json.loads(COUNTS.read_text()) if COUNTS.exists() else {"compiler": "", "kernels": {}}
    counts, failures = {}, []
    with tempfile.TemporaryDirectory() as folder:
        program = str(Path(folder) / "kernels")
        compiled = subprocess.run([gcc, "-std=c++20", "-O2", "-march=x86-64-v3", f"-I{tooling.ROOT / 'include'}",
                                   str(FOLDER / "kernels.cpp"), "-o", program])
        if compiled.returncode != 0:
            tooling.fail("benchmarks/instructions/kernels.cpp does not compile")
        print(f"{'kernel':12} {'instructions':>12} {'recorded':>12}")
        for kernel in KERNELS:
            counts[kernel] = instructions(program, kernel, 2) - instructions(program, kernel, 1)
            before = recorded["kernels"].get(kernel)
            print(f"{kernel:12} {counts[kernel]:12} {before or '-':>12}")
            if options.record:
                continue
            if before is None:
                failures.append(f"{kernel} has no recorded count: run scripts/instruction_count.py --record")
            elif counts[kernel] > before * MARGIN:
                text = f"{kernel}: {counts[kernel]} instructions, recorded {before}, at most +5 % (or --record with a reason)"
                if recorded["compiler"] == version(gcc):
                    failures.append(text)
                else:
                    print(f"warning: {text}; recorded with g++ {recorded['compiler']}")
    if options.record:
        COUNTS.write_text(json.dumps({"compiler": version(gcc), "kernels": counts}, indent=2) + "\n")
        print(f"recorded in {COUNTS.relative_to(tooling.ROOT)}")
    if failures:
        tooling.fail("\n".join(failures))


if __name__ == "__main__":
    main()
