#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compiles every header alone, with all warnings as errors, as many at a time as there are cores."""
import argparse
import sys
import time

import tooling


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

    def alone(header):
        start = time.monotonic()
        own = flags if header.stem == "parallel_tbb" else serial
        return *tooling.compile_only(options.compiler, [*own, "-include", str(header)], nothing), time.monotonic() - start

    results = tooling.in_parallel(options.jobs, alone, headers)
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
