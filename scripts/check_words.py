#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every word that a Mismatch may need (core/words.hpp) is explained on the page about errors and provoked by a program of tests/reject.
"""
import argparse
import re
import sys
import tempfile
from pathlib import Path

import tooling


def complaints(root):
    """One line for each word that is nowhere explained, or that no program provokes."""
    words = re.findall(r"^struct ([a-zA-Z]\w*);", (root / "include/tutti/core/words.hpp").read_text(), re.M)
    page = (root / "docs/reading_an_error.md").read_text()
    programs = "".join(path.read_text() for path in sorted((root / "tests/reject").glob("*.cpp")))
    for word in words:
        if word in ("none", "Mismatch"):
            continue
        if not re.search(rf"`{word}[`<]", page):
            yield f"docs/reading_an_error.md does not explain {word}"
        if not re.search(rf"\b{word}\b", programs):
            yield f"no program in tests/reject gets the word {word}"


def self_test():
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        for folder in ("include/tutti/core", "docs", "tests/reject"):
            (root / folder).mkdir(parents=True)
        (root / "include/tutti/core/words.hpp").write_text("struct none;\nstruct Layer;  // where\nstruct a_row_of;\n")
        (root / "docs/reading_an_error.md").write_text("| `a_row_of<X>` | another row |\n")
        (root / "tests/reject/a.cpp").write_text("// EXPECT: Mismatch<Layer<1>, Needs>\n")
        found = list(complaints(root))
    passed = found == ["docs/reading_an_error.md does not explain Layer", "no program in tests/reject gets the word a_row_of"]
    print(f"self-test: {'passed' if passed else found}")
    return passed


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--self-test", action="store_true")
    if parser.parse_args().self_test:
        sys.exit(0 if self_test() else 1)
    if found := list(complaints(tooling.ROOT)):
        tooling.fail("\n".join(found))
    print("every word of a mismatch is explained and provoked")


if __name__ == "__main__":
    main()
