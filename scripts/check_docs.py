#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compiles every C++ block of README.md and docs/**/*.md.

A block that holds `int main` is a program and compiles as it stands. The others of a page share one namespace, after
`#include <tutti/tutti.hpp>`, docs/prelude.hpp where it exists, and `using namespace tutti;`:
  ```cpp              the body of a function
  ```cpp continued    goes on in the function of the block before it, and sees its variables
  ```cpp declaration  stands in the page's namespace (structs, templates, functions); later blocks of the page see it
  ```cpp reject       the body of a function that must not compile
Errors name the page and its line. Function bodies are instantiated, and no code is made.
"""
import argparse
import re
import sys
import tempfile
from pathlib import Path

import tooling

KINDS = ("", "continued", "declaration", "reject")
HEAD = "#include <tutti/tutti.hpp>\n#include <iostream>\n#include <string>\n#include <vector>\n"


class BadPage(Exception):
    pass


def blocks(text, name):
    """Yields (line number of the first code line, info word after cpp, code) for each C++ block of a page."""
    opened, code = None, []
    for number, line in enumerate(text.splitlines(), 1):
        fence = re.match(r"^\s*(```+|~~~+)\s*(.*?)\s*$", line)
        if opened is None and fence:
            opened, code = (number + 1, fence.group(2), fence.group(1)), []
        elif opened is not None and fence and fence.group(1) == opened[2] and not fence.group(2):
            start, info, _ = opened
            opened = None
            language, _, kind = info.partition(" ")
            if language.lower() in ("c++", "cc", "cxx", "hpp") or (language.lower() == "cpp" and language != "cpp"):
                raise BadPage(f"{name}:{start - 1}: write ```cpp, so that the block is compiled")
            if language == "cpp":
                if kind not in KINDS:
                    raise BadPage(f"{name}:{start - 1}: a block is one of {', '.join(filter(None, KINDS))}, not {kind!r}")
                yield start, kind, "\n".join(code) + "\n"
        elif opened is not None:
            code.append(line)
    if opened is not None:
        raise BadPage(f"{name}:{opened[0] - 1}: this block is never closed")


def hoist(code, includes):
    """Moves the include lines of a block to the top of the translation unit, keeps the line numbers."""
    lines = code.splitlines(keepends=True)
    for i, line in enumerate(lines):
        if re.match(r"\s*#\s*include\b", line):
            includes.append(line)
            lines[i] = "\n"
    return "".join(lines)


def page_units(text, name, path):
    """What a page becomes: (its includes, its namespace), [whole programs], [programs that must not compile]."""
    includes, programs, rejects, body, open_function, declared = [], [], [], [], False, []
    space = "page_" + re.sub(r"\W", "_", name)
    begin = f"namespace {space} {{\nusing namespace tutti;\n"
    for count, (line, kind, code) in enumerate(blocks(text, name)):
        place = f'#line {line} "{path}"\n'
        if re.search(r"\bint\s+main\s*\(", code):
            programs.append((f"{name}:{line}", place + code))
            continue
        if kind == "continued":
            if not open_function:
                raise BadPage(f"{name}:{line - 1}: there is no block before it to continue")
            body.append(place + hoist(code, includes))
            continue
        if kind != "reject" and open_function:
            body.append("}\n")
            open_function = False
        function = f"[[maybe_unused]] void block_{count}() {{\n"
        if kind == "reject":
            own = list(includes)
            wrong = place + hoist(code, own)
            rejects.append((f"{name}:{line}", "".join(own) + begin + "".join(declared) + function + wrong + "}\n}\n"))
        elif kind == "declaration":
            declared.append(place + hoist(code, includes))
            body.append(declared[-1])
        else:
            body.append(function + place + hoist(code, includes))
            open_function = True
    if open_function:
        body.append("}\n")
    return ("".join(includes), begin + "".join(body) + "}\n" if body else ""), programs, rejects


def check(pages, compiler, flags, jobs, prelude=None):
    """pages: (name, path) pairs. Returns (number of units compiled, list of complaints)."""
    head = HEAD + (f'#include "{prelude}"\n' if prelude else "")
    units, shared, complaints = [], [], []
    for name, path in pages:
        try:
            page, programs, rejects = page_units(Path(path).read_text(), name, path)
        except BadPage as bad:
            complaints.append(str(bad))
            continue
        if page[1]:
            shared.append((name, *page))
        units += [(where, code, True) for where, code in programs]
        units += [(where, head + code, False) for where, code in rejects]
    groups = min(len(shared), jobs)                          # the umbrella is parsed once a group, not once a page
    for group in (shared[i::groups] for i in range(groups)):
        includes = "".join(page[1] for page in group)
        units.append((", ".join(page[0] for page in group), head + includes + "".join(page[2] for page in group), True))

    with tempfile.TemporaryDirectory() as folder:
        def compile_unit(numbered):
            number, (_, code, _) = numbered
            source = Path(folder) / f"unit{number}.cpp"
            source.write_text(code)
            return tooling.compile_only(compiler, [*flags, "-O0", "-fsyntax-only", *tooling.plain_diagnostics(compiler)], source)

        results = tooling.in_parallel(jobs, compile_unit, list(enumerate(units)))
    for (where, _, must_compile), (compiled, output) in zip(units, results):
        if compiled != must_compile:
            complaints.append(f"{where}: " + (f"does not compile\n{output}" if must_compile else "compiles, and must not"))
    return len(units), complaints


SELF_TEST = [
    ("```cpp\nint a = 1;\n```\ntext\n```cpp continued\n#include <map>\nstd::map<int, int> m{{a, a}};\n```\n", None),
    ("```cpp declaration\ntemplate <class T> struct S { T t; };\n```\n```cpp\nS<int> s{1};\n```\n", None),
    ("```cpp\n#include <cmath>\nint main() { return int(std::sqrt(0.0)); }\n```\n", None),
    ("```cpp reject\nint a = nothing;\n```\n```text\nx\n```\n```sh\nls\n```\n", None),
    ("\n```cpp\nint a = nothing;\n```\n", "page:3:"),
    ("```cpp\nint a = 1;\n```\n```cpp\nint b = a;\n```\n", "page:5:"),
    ("```cpp reject\nint a = 1;\n```\n", "must not"),
    ("```c++\nint a = 1;\n```\n", "write ```cpp"),
    ("```cpp sketch\nint a = 1;\n```\n", "sketch"),
    ("```cpp\nint a = 1;\n", "never closed"),
    ("```cpp continued\nint a = 1;\n```\n", "no block before"),
]


def self_test(compiler):
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "tutti").mkdir()
        (Path(folder) / "tutti" / "tutti.hpp").write_text("namespace tutti {}\n")
        page = Path(folder) / "page"
        for text, expected in SELF_TEST:
            page.write_text(text)
            _, complaints = check([("page", page)], compiler, ["-std=c++20", f"-I{folder}"], 1)
            said = "\n".join(complaints)
            if (expected is None and said) or (expected is not None and expected not in said):
                print(f"self-test: expected {expected!r}, got {said!r} for\n{text}")
                failed += 1
    print(f"self-test: {len(SELF_TEST) - failed} passed, {failed} failed")
    return failed == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--compiler", default="g++")
    parser.add_argument("--flags", help="file with one flag a line")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--self-test", action="store_true")
    options = parser.parse_args()
    if options.self_test:
        sys.exit(0 if self_test(options.compiler) else 1)
    root = tooling.ROOT
    flags = tooling.read_flags(options.flags) if options.flags else ["-std=c++20", f"-I{root / 'include'}"]
    found = [path for path in [root / "README.md", *sorted((root / "docs").rglob("*.md"))] if path.exists()]
    prelude = root / "docs" / "prelude.hpp"
    units, complaints = check([(path.relative_to(root).as_posix(), path) for path in found], options.compiler, flags,
                              options.jobs, prelude if prelude.exists() else None)
    if not found:
        complaints.append("there is no page: neither README.md nor docs/*.md")
    if complaints:
        tooling.fail("\n".join(complaints))
    print(f"{len(found)} pages in {units} translation units: every block compiles")


if __name__ == "__main__":
    main()
