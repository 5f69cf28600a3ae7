#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A program for several instruction sets (tutti_add_dispatched_library) runs the machine's own, or a lower one that is asked
for, with the results of a program compiled for this machine, and shows the linker nothing of its sets but their functions.
Under valgrind, a machine without AVX-512, it takes AVX2 and no instruction beyond.

check_dispatch.py --compiler g++
"""
import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import tooling

SETS = ("x86-64", "x86-64-v3", "x86-64-v4")
NEEDS = {"x86-64-v3": {"avx2", "fma", "bmi1", "bmi2"}, "x86-64-v4": {"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"}}
CLOSE = 1e-5
SKIPPED = 77


def machine_level():
    """How many of SETS this machine has."""
    flags = set(next(line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("flags")).split())
    return next((i for i, name in enumerate(SETS) if not NEEDS.get(name, set()) <= flags), len(SETS))


def run(command, most=None):
    """(exit status, the first line, the numbers behind it, what went to the error stream)"""
    environment = {name: value for name, value in os.environ.items() if name != "TUTTI_INSTRUCTIONS"}
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True,
                          env=environment | ({"TUTTI_INSTRUCTIONS": most} if most else {}))
    lines = done.stdout.split()
    return done.returncode, lines[0] if lines else "", [float(x) for x in lines[1:]], done.stderr


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--compiler", default="g++")
    parser.add_argument("--cmake", default="cmake")
    options = parser.parse_args()
    if platform.machine() != "x86_64" or platform.system() != "Linux" or not shutil.which("objcopy"):
        print("skipped: instruction sets are chosen among on x86-64 with GNU binutils")
        sys.exit(SKIPPED)
    failures = []

    def expect(good, what):
        print(f"{'good' if good else 'FAILED':6} {what}", flush=True)
        if not good:
            failures.append(what)

    with tempfile.TemporaryDirectory() as folder:
        at = Path(folder)
        configure = [options.cmake, "-S", str(tooling.ROOT / "tests" / "consume" / "instruction_sets"), "-B", folder,
                     f"-DTUTTI_SOURCE={tooling.ROOT}", f"-DCMAKE_CXX_COMPILER={options.compiler}", "-DCMAKE_BUILD_TYPE=Release",
                     "-DCMAKE_CXX_FLAGS=-O1 -Wall -Wextra -Werror"]
        refused = subprocess.run([*configure, "-DMODERN_SETS=x86-64-v9"], capture_output=True, text=True)
        expect(refused.returncode != 0 and "not x86-64-v9" in " ".join(refused.stderr.split()), "an unknown set is refused by name")
        for command in ([*configure, "-DMODERN_SETS="], [options.cmake, "--build", folder]):
            done = subprocess.run(command, capture_output=True, text=True)
            if done.returncode != 0:
                tooling.fail(done.stdout + done.stderr)

        level = machine_level()
        status, _, native, _ = run([at / "native"])
        expect(status == 0 and len(native) > 100, f"the program for this machine prints {len(native)} numbers")
        for most in (None, *SETS):
            wanted = SETS[min(level, SETS.index(most) + 1 if most else level) - 1]
            status, got, numbers, _ = run([at / "dispatched"], most)
            far = max((abs(a - b) for a, b in zip(numbers, native)), default=0)
            expect(status == 0 and got == wanted and len(numbers) == len(native) and far <= CLOSE,
                   f"{most or 'no wish'}: {got}, at most {far:.2g} from the program for this machine")
        for name in SETS:
            listed = subprocess.run(["nm", "--defined-only", "--extern-only", at / "model_sets" / f"{name}.o"], capture_output=True, text=True)
            shown = {line.split()[-1].rsplit("_model_", 1)[-1] for line in listed.stdout.splitlines()}
            expect(shown == {"instructions", "outputs", "starts"}, f"{name} shows {len(shown)} names")

        status, _, _, said = run([at / "dispatched"], "sse9")
        expect(status != 0 and "not 'sse9'" in said, "an unknown TUTTI_INSTRUCTIONS is refused by name")
        status, _, _, said = run([at / "modern_program"], "x86-64")
        expect(status != 0 and "modern needs x86-64-v3, this machine has x86-64" in said, "a machine without any of the sets is told so")
        if level >= 2:
            expect(run([at / "modern_program"])[1] in ("x86-64-v3", "x86-64-v4-vnni"), "a library without the lowest set runs")
            if shutil.which("valgrind"):
                status, got, numbers, _ = run(["valgrind", "--error-exitcode=9", at / "dispatched"])
                expect(status == 0 and got == "x86-64-v3" and len(numbers) == len(native), f"under valgrind: {got}")
    sys.exit(len(failures) > 0)


if __name__ == "__main__":
    main()
