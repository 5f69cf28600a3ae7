#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prints every include that goes against the order of the folders, or brings a heavy header where it does not belong.

A header includes only folders above its own in ORDER, and its own. Headers at the root of include/tutti (the
umbrellas) are free to include anything; a folder may include an umbrella of a folder above it, and version.hpp.
"""
import argparse
import re
import sys
import tempfile
from pathlib import Path

from tooling import ROOT

ORDER = "meta kernel core data measure layer train model combine tune explain deploy".split()
HEAVY = [  # (what, pattern of the included name, where it is allowed: path below include/tutti)
    ("xsimd", r"xsimd/", r"kernel/"),
    ("TBB", r"(tbb|oneapi)/", r"kernel/parallel[^/]*$|kernel/parallel/"),
    ("Eigen", r"(Eigen|unsupported/Eigen)/", r"model/"),
    ("a slow standard header", r"(iostream|random|functional|regex)$", r"(?!meta/|core/)"),
]
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def target_folder(name):
    """The folder that an include of tutti/<name> depends on: its umbrella counts as the folder; None: free."""
    folder = name.split("/")[0] if "/" in name else name.removesuffix(".hpp")
    if folder in ORDER:
        return folder
    return None if name == "version.hpp" else "everything"


def offences(include):
    """Yields one line for each offending include below the folder `include` (that holds tutti/)."""
    library = include / "tutti"
    for header in sorted(library.rglob("*.hpp")):
        own = header.relative_to(library).as_posix()
        folder = own.split("/")[0]
        for number, line in enumerate(header.read_text().splitlines(), 1):
            found = INCLUDE.match(line)
            if not found:
                continue
            quoted, name = found.group(1) == '"', found.group(2)
            at = f"include/tutti/{own}:{number}: "
            if quoted:
                if (header.parent / name).exists():
                    name = (header.parent / name).resolve().relative_to(include.resolve()).as_posix()
                elif not (include / name).exists():
                    yield f"{at}{name} is not there"
                    continue
            for what, pattern, allowed in HEAVY:
                if re.match(pattern, name) and "/" in own and not re.match(allowed, own):
                    yield f"{at}{what} ({name}) does not belong into {folder}/"
            if not name.startswith("tutti/") or "/" not in own:
                continue
            if not (include / name).exists():
                yield f"{at}{name} is not there"
            if folder not in ORDER:
                yield f"{at}folder {folder}/ has no place in the order {' < '.join(ORDER)}"
                break
            target = target_folder(name.removeprefix("tutti/"))
            if target == "everything":
                yield f"{at}{name} is an umbrella over everything"
            elif target is not None and ORDER.index(target) > ORDER.index(folder):
                yield f"{at}{folder}/ -> {target}/ goes against the order: {name}"


def self_test():
    cases = {  # header: (text, the words of the expected complaint or None)
        "core/a.hpp": ("#include <tutti/meta/m.hpp>\n#include <vector>\n#include <tutti/version.hpp>\n", None),
        "core/b.hpp": ("#include <tutti/model/c.hpp>\n", "core/ -> model/"),
        "model/c.hpp": ('#include "d.hpp"\n#include <Eigen/Dense>\n#include "../core/a.hpp"\n', None),
        "model/d.hpp": ("#  include <tutti/combine.hpp>\n", "model/ -> combine/"),
        "core/e.hpp": ("#include <functional>\n", "slow standard header"),
        "layer/f.hpp": ("#include <functional>\n#include <xsimd/xsimd.hpp>\n", "xsimd"),
        "kernel/g.hpp": ("#include <tbb/parallel_for.h>\n", "TBB"),
        "kernel/parallel.hpp": ("#include <tbb/parallel_for.h>\n#include <xsimd/xsimd.hpp>\n", None),
        "data/h.hpp": ("#include <Eigen/Core>\n", "Eigen"),
        "tune/i.hpp": ("#include <tutti/tutti.hpp>\n", "umbrella over everything"),
        "helper/j.hpp": ("#include <tutti/meta/m.hpp>\n", "no place"),
        "meta/k.hpp": ('#include "../core/a.hpp"\n', "meta/ -> core/"),
        "tune/l.hpp": ("#include <tutti/meta/missing.hpp>\n", "not there"),
        "meta/m.hpp": ("#pragma once\n", None),
        "combine.hpp": ("#include <tutti/combine/x.hpp>\n#include <random>\n", None),
        "combine/x.hpp": ("", None),
        "tutti.hpp": ("#include <tutti/deploy/y.hpp>\n", None),
        "version.hpp": ("", None),
    }
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        include = Path(folder)
        for name, (text, _) in cases.items():
            path = include / "tutti" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        found = list(offences(include))
        for name, (_, expected) in cases.items():
            mine = [line for line in found if line.startswith(f"include/tutti/{name}:")]
            wrong = mine if expected is None else ([] if len(mine) == 1 and expected in mine[0] else mine or ["nothing"])
            if wrong:
                print(f"self-test: {name}: expected {expected!r}, got {wrong}")
                failed += 1
    print(f"self-test: {len(cases) - failed} passed, {failed} failed")
    return failed == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--include", type=Path, default=ROOT / "include")
    parser.add_argument("--self-test", action="store_true")
    options = parser.parse_args()
    if options.self_test:
        sys.exit(0 if self_test() else 1)
    found = list(offences(options.include))
    print("\n".join(found) if found else "every include goes up the list of folders")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
