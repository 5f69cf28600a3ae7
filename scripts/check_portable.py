#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The digits stack trained with 1, 2 and 7 threads and with each parallel backend saves the same bytes; a file written
by the g++ program loads in the clang program, which predicts within 1e-5.

check_portable.py --compiler g++ --flags build/gcc/flags/Release.txt
"""
import argparse
import pathlib
import shutil
import subprocess
import sys
import tempfile

from tooling import ROOT, in_parallel, is_clang, read_flags

BACKENDS = {"serial": 0, "threads": 1, "tbb": 2}


DIGITS = ROOT / "examples" / "data" / "digits.csv.gz"


def build(compiler, backend, out, source, flags):
    flags = [flag for flag in flags if not flag.startswith("-DTUTTI_PARALLEL") and flag not in ("-O3", "-g")]
    subprocess.run([compiler, *flags, "-O1", "-w", "-pthread", f"-DTUTTI_PARALLEL={BACKENDS[backend]}", str(source), "-o", str(out),
                    *(["-ltbb"] if backend == "tbb" else []), *(["-lz"] if any("HAS_ZLIB=1" in f for f in flags) else [])], check=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--compiler", default="g++")
    parser.add_argument("--flags", required=True)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    flags = read_flags(options.flags)
    other_name = "g++" if is_clang(options.compiler) else "clang++"
    source = ROOT / "tests" / "portable" / "stack.cpp"
    failures = 0

    with tempfile.TemporaryDirectory() as folder:
        at = pathlib.Path(folder)
        other_is_here = shutil.which(other_name) is not None
        programs = [(options.compiler, backend, at / backend) for backend in BACKENDS]
        programs += [(other_name, "serial", at / "other")] if other_is_here else []
        in_parallel(options.jobs, lambda program: build(*program, source, flags), programs)
        reference = None
        for backend, threads in [("tbb", 2), ("tbb", 1), ("tbb", 7), ("threads", 7), ("threads", 2), ("serial", 1)]:
            file = at / f"{backend}-{threads}.tutti"
            subprocess.run([at / backend, "fit", DIGITS, file, str(threads)], check=True)
            data = file.read_bytes()
            reference = reference or data
            same = data == reference
            failures += not same
            print(f"{backend:8} {threads} threads: {len(data)} bytes, {'the same' if same else 'DIFFERENT'}", flush=True)
        if other_is_here:
            file = at / "tbb-2.tutti"
            runs = [subprocess.run([p, "predict", DIGITS, file], check=True, capture_output=True, text=True).stdout.split()
                    for p in (at / "tbb", at / "other")]
            far = max(abs(float(a) - float(b)) for a, b in zip(*runs))
            good = len(runs[0]) == len(runs[1]) == 500 and far <= 1e-5
            failures += not good
            print(f"{pathlib.Path(options.compiler).name} to {other_name}: {len(runs[0])} probabilities, largest difference {far:.2g}, {'good' if good else 'TOO FAR'}")
        else:
            print(f"{other_name} is not installed: its half is left out")
    sys.exit(failures != 0)


if __name__ == "__main__":
    main()
