# SPDX-License-Identifier: Apache-2.0
"""What the checking scripts share: the build's compiler flags and the compiler's own words."""
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def read_flags(path):
    """The flags that the build wrote for us, one a line."""
    return [line for line in Path(path).read_text().splitlines() if line.strip()]


def is_clang(compiler):
    out = subprocess.run([compiler, "--version"], capture_output=True, text=True, check=True).stdout
    return "clang" in out.lower()


def plain_diagnostics(compiler):
    """Flags for messages without colour and without quoted source."""
    caret = "-fno-caret-diagnostics" if is_clang(compiler) else "-fno-diagnostics-show-caret"
    return [caret, "-fno-color-diagnostics" if is_clang(compiler) else "-fdiagnostics-color=never"]


def compile_only(compiler, flags, source, extra=(), into=os.devnull):
    """Compiles and instantiates one file, keeps nothing unless told where. Returns (succeeded, output)."""
    env = dict(os.environ, LC_ALL="C")
    command = [compiler, *flags, *extra, "-c", "-o", str(into), str(source)]
    done = subprocess.run(command, capture_output=True, text=True, env=env, errors="replace")
    return done.returncode == 0, done.stdout + done.stderr


def in_parallel(jobs, function, items):
    with ThreadPoolExecutor(max_workers=jobs or os.cpu_count() or 1) as pool:
        return list(pool.map(function, items))


def normalise(output):
    """Both compilers in one spelling: straight quotes, and >> for > >."""
    output = output.replace("\u2018", "'").replace("\u2019", "'")
    while "> >" in output:
        output = output.replace("> >", ">>")
    return output


def fail(message):
    print(message, file=sys.stderr)
    sys.exit(1)
