#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What it costs to compile each program of benchmarks/compile/programs.txt, against benchmarks/compile/counts.json.

Seconds and peak memory come from g++ -O2, template instantiations from clang -ftime-trace. More than 10 % above the
recorded instantiations or memory fails; what is above a bar of programs.txt warns: the peak jumps by some per cent
with the moment of g++'s last garbage collection, the seconds with the machine. The recorded numbers hold for the
compiler versions they were recorded with: with others a difference only warns. On x86-64 the programs are compiled
for one fixed instruction set, so that the numbers do not depend on the machine.
"""
import argparse
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import tooling

LIST = tooling.ROOT / "benchmarks" / "compile" / "programs.txt"
COUNTS = tooling.ROOT / "benchmarks" / "compile" / "counts.json"
MARGIN = 1.10
SKIPPED = 77


def programs():
    for line in LIST.read_text().splitlines():
        words = line.split("#")[0].split()
        if words:
            yield words[0], float(words[1]), float(words[2])


def version(compiler):
    out = subprocess.run([compiler, "--version"], capture_output=True, text=True, check=True).stdout
    return re.search(r"\d+\.\d+(\.\d+)?", out.splitlines()[0].split(") ")[-1]).group(0)


def measure(compiler, flags, source):
    """Seconds of processor time, which other work hardly changes, and peak megabytes of one g++ -O2 run, assembler included."""
    process = subprocess.Popen([compiler, *flags, "-O2", "-c", "-o", os.devnull, str(source)])
    _, status, usage = os.wait4(process.pid, 0)              # the usage of the driver covers the processes it waited for
    if status != 0:
        tooling.fail(f"{source} does not compile with {compiler}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def instantiations(compiler, flags, source, folder):
    """How many templates clang instantiates."""
    target = Path(folder) / "program.o"
    trace = target.with_suffix(".json")
    command = [compiler, *flags, "-O0", "-Xclang", "-disable-llvm-passes", "-ftime-trace", "-ftime-trace-granularity=0",
               "-c", "-o", str(target), str(source)]
    if subprocess.run(command).returncode != 0:
        tooling.fail(f"{source} does not compile with {compiler}")
    text = trace.read_text(errors="replace")                 # one line of megabytes: counting beats parsing
    return len(re.findall(r'"name":"Instantiate(?:Class|Function)"', text))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--flags", required=True, help="file with one flag a line")
    parser.add_argument("--gcc", default="g++")
    parser.add_argument("--clang", default="clang++")
    parser.add_argument("--record", action="store_true", help="writes counts.json, for the same commit as the change")
    options = parser.parse_args()
    gcc, clang = shutil.which(options.gcc), shutil.which(options.clang)
    flags = tooling.read_flags(options.flags)
    if not gcc or "-DTUTTI_PARALLEL=2" not in flags:
        print("skipped: the cost is recorded for g++ and the tbb backend")
        sys.exit(SKIPPED)
    if platform.machine() in ("x86_64", "AMD64"):
        flags.append("-march=x86-64-v3")
    versions = {"g++": version(gcc), **({"clang": version(clang)} if clang else {})}
    recorded = json.loads(COUNTS.read_text()) if COUNTS.exists() else {"compilers": {}, "programs": {}}
    failures, rows = [], {}

    print(f"{'program':34} {'seconds':>8} {'bar':>5} {'MB':>6} {'bar':>5} {'recorded':>8} {'instances':>9} {'recorded':>8}")
    for name, bar_seconds, bar_megabytes in programs():
        source = tooling.ROOT / name
        if not source.exists():
            failures.append(f"{name} is listed in programs.txt and is not there")
            continue
        seconds, megabytes = measure(gcc, flags, source)
        count = None
        if clang:
            with tempfile.TemporaryDirectory() as folder:
                count = instantiations(clang, flags, source, folder)
        old = recorded["programs"].get(name, {})
        rows[name] = {"seconds": round(seconds, 1), "megabytes": round(megabytes), "instantiations": count}
        print(f"{name:34} {seconds:8.1f} {bar_seconds:5g} {megabytes:6.0f} {bar_megabytes:5g} "
              f"{old.get('megabytes') or '-':>8} {count or '-':>9} {old.get('instantiations') or '-':>8}")
        if seconds > bar_seconds:
            print(f"warning: {name} took {seconds:.1f} s, its bar is {bar_seconds:g} s")
        if megabytes > bar_megabytes:
            print(f"warning: {name} needs {megabytes:.0f} MB, its bar is {bar_megabytes:g} MB")
        for what, compiler in (("megabytes", "g++"), ("instantiations", "clang")):
            new, before = rows[name][what], old.get(what)
            if options.record or new is None:
                continue
            if before is None:
                failures.append(f"{name} has no recorded {what}: run scripts/compile_cost.py --record")
            elif new > before * MARGIN:
                text = f"{name}: {new:.0f} {what}, recorded {before}, at most +10 % (or --record with a reason)"
                if recorded["compilers"].get(compiler) == versions.get(compiler):
                    failures.append(text)
                else:
                    print(f"warning: {text}; recorded with {compiler} {recorded['compilers'].get(compiler)}")
    if options.record:
        if not clang:
            tooling.fail("recording needs clang++ as well")
        COUNTS.write_text(json.dumps({"compilers": versions, "programs": rows}, indent=2) + "\n")
        print(f"recorded in {COUNTS.relative_to(tooling.ROOT)}")
    if failures:
        tooling.fail("\n".join(failures))


if __name__ == "__main__":
    main()
