#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Whether kernels are fast under every compiler and optimisation level, told by their instructions: times are too noisy.

Callgrind counts the program benchmarks/instructions/kernels.cpp with one call and with two; the difference is one call,
the same whatever else the machine does. On x86-64 it is compiled for one fixed instruction set that valgrind knows
(AVX2). With g++ -O2, +5 % against benchmarks/instructions/counts.json fails; those counts hold for the compiler version
they were recorded with: with another a difference only warns. With g++ -O3 and clang++ -O2 and -O3, more than 1.2 times
the recorded count fails: a tile that a compiler keeps in memory takes 2 to 5 times as many.

AVX-512 is beyond valgrind: benchmarks/instructions/tiles.cpp is disassembled. Each of its tiles must have a loop with all its sums
in registers that reads nothing twice, and no loop that only sums may keep anything on the stack.
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
from sum_loops import sum_loops

FOLDER = tooling.ROOT / "benchmarks" / "instructions"
COUNTS = FOLDER / "counts.json"
KERNELS = ("gemm", "gemm_int8", "winograd", "conv", "max_pool")
MARGIN = 1.05
MARGIN_ELSEWHERE = 1.2                                       # measured: up to 1.13, clang++'s Winograd
SKIPPED = 77
TILES = {"gemm_tiles<6, 4, float": (6, 4), "gemm_tiles<8, 3, float": (8, 3), "gemm_tiles<6, 4, double": (6, 4),
         "gemm_tile<1, 16, float": (1, 16), "gemm_tile<2, 12, float": (2, 12), "gemm_tile<3, 8, float": (3, 8),
         "conv_tiles<6, float": (6, 4), "gradient_tile<float": (8, 3), "int8_tile<8, 2": (8, 2)}    # of tiles.cpp: rows, vectors


def build(compiler, level, source, out, *flags):
    compiled = subprocess.run([compiler, "-std=c++20", level, *flags, f"-I{tooling.ROOT / 'include'}", str(FOLDER / source), "-o", out])
    if compiled.returncode != 0:
        tooling.fail(f"benchmarks/instructions/{source} does not compile with {compiler} {level}")
    return out


def instructions(program, kernel, times):
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", program, kernel, str(times)]
    done = subprocess.run(command, capture_output=True, text=True)
    found = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode != 0 or not found:
        tooling.fail(f"valgrind failed:\n{done.stderr}")
    return int(found.group(1))


def count(compiler, level, folder):
    program = build(compiler, level, "kernels.cpp", str(Path(folder) / "kernels"), "-march=x86-64-v3")
    return {kernel: instructions(program, kernel, 2) - instructions(program, kernel, 1) for kernel in KERNELS}


def compare(counts, recorded, label, margin):
    """What is above the margin, a line each."""
    failures = []
    for kernel, number in counts.items():
        before = recorded["kernels"].get(kernel)
        print(f"{label:12} {kernel:12} {number:10} {before or '-':>10} {number / before if before else 0:6.2f}")
        if before is None:
            failures.append(f"{kernel} has no recorded count: run scripts/instruction_count.py --record")
        elif number > before * margin:
            failures.append(f"{label} {kernel}: {number} instructions, recorded {before}, at most {margin} times "
                            "(or --record with a reason)")
    return failures


def spills(compiler, level, label, folder):
    """Tiles of AVX-512 without their loop, and loops that keep something on the stack."""
    tiles = build(compiler, level, "tiles.cpp", str(Path(folder) / "tiles.o"), "-c", "-march=x86-64-v4", "-mavx512vnni")
    loops = list(sum_loops(tiles))
    failures = [f"{label} {loop.function}: {loop.on_stack} of the instructions in a loop of {loop.sums} sums touch the stack"
                for loop in loops if loop.on_stack]
    for name, (rows, vectors) in TILES.items():
        sums, loads = rows * vectors, rows + vectors         # of a step; what is read twice had no register either
        if not any(name in loop.function and loop.sums >= sums and loop.loads * sums <= loads * loop.sums for loop in loops):
            failures.append(f"{label} {name}, ...>: no loop of {sums} sums in registers that reads {loads} numbers or registers of them")
    print(f"{label:12} {len(TILES)} tiles of AVX-512, {len(loops)} loops that sum, {len(failures)} failures")
    return failures


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gcc", default="g++")
    parser.add_argument("--clang", default="clang++")
    parser.add_argument("--record", action="store_true", help="writes counts.json, for the same commit as the change")
    options = parser.parse_args()
    gcc, clang = shutil.which(options.gcc), shutil.which(options.clang)
    if not gcc or not shutil.which("valgrind") or platform.machine() not in ("x86_64", "AMD64"):
        print("skipped: instructions are counted with g++ and valgrind on x86-64")
        sys.exit(SKIPPED)
    if options.record:
        with tempfile.TemporaryDirectory() as folder:
            COUNTS.write_text(json.dumps({"compiler": version(gcc), "kernels": count(gcc, "-O2", folder)}, indent=2) + "\n")
        print(f"recorded in {COUNTS.relative_to(tooling.ROOT)}")
    recorded = json.loads(COUNTS.read_text()) if COUNTS.exists() else {"compiler": "", "kernels": {}}
    if not clang:
        print(f"{options.clang} is not installed: its half is left out")
    failures = []
    for compiler, name in ((gcc, "g++"), (clang, "clang++")):
        for level in ("-O2", "-O3") if compiler else ():
            first, label = (compiler, level) == (gcc, "-O2"), f"{name} {level}"
            with tempfile.TemporaryDirectory() as folder:
                found = compare(count(compiler, level, folder), recorded, label, MARGIN if first else MARGIN_ELSEWHERE)
                if found and first and recorded["compiler"] != version(gcc):
                    print(*(f"warning: {text}; recorded with g++ {recorded['compiler']}" for text in found), sep="\n")
                else:
                    failures += found
                if shutil.which("objdump"):
                    failures += spills(compiler, level, label, folder)
    if failures:
        tooling.fail("\n".join(failures))


if __name__ == "__main__":
    main()
