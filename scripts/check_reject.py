#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A program that must not compile, and its repaired twin that must.

The first line of the program is `// EXPECT: <regex>`. Compiled as it is, it must
  - fail,
  - print exactly one error,
  - print at most 8 lines, counted without quoted source (the compiler is told to leave it out), without the
    chain of `In file included from` (it says where headers lie, not what is wrong), and without clang's closing
    count of errors; lines that lead to the error (`required from`, `in instantiation of`, notes) do count,
  - match the regex somewhere in these lines; for both compilers quotes are straight, `> >` reads `>>`, and names
    stand without `tutti::` and `tutti::error::`.
With -DREPAIRED the same file must compile without a word. Function bodies are instantiated in both runs, and no code is made.
--precompile FOLDER parses the library once for all programs that are then checked with --precompiled FOLDER.
"""
import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import tooling

LIMIT = 8
NOT_COUNTED = re.compile(r"^In file included from |^ +from \S+:\d+[,:]|^\d+ errors? generated\.$")


def counted_lines(output):
    return [line for line in tooling.normalise(output).splitlines() if line.strip() and not NOT_COUNTED.match(line)]


def all_flags(compiler, flags):
    serial = ["-UTUTTI_PARALLEL", "-DTUTTI_PARALLEL=0"]      # changes no message, and oneTBB is slow to parse
    return [*flags, "-O0", *serial, *tooling.plain_diagnostics(compiler)]


def precompiled(compiler, folder):
    """The header of tutti that is parsed already, and the flags that make a compiler begin with it."""
    header = Path(folder) / "tutti.hpp"
    binary = header.with_suffix(".hpp.pch" if "clang" in compiler else ".hpp.gch")
    return header, binary, ["-include-pch", str(binary)] if "clang" in compiler else ["-include", str(header)]


def precompile(compiler, flags, folder):
    header, binary, _ = precompiled(compiler, folder)
    header.parent.mkdir(parents=True, exist_ok=True)
    header.write_text("#include <tutti/tutti.hpp>\n")
    command = [compiler, *all_flags(compiler, flags), "-x", "c++-header", str(header), "-o", str(binary)]
    if subprocess.run(command).returncode != 0:
        tooling.fail(f"tutti/tutti.hpp does not compile with {compiler}")


def check(compiler, flags, program, twin=True):
    """Returns the list of complaints, empty when the program is rejected as it should be."""
    first = Path(program).read_text().split("\n", 1)[0]
    expected = re.match(r"// EXPECT: (.+)", first)
    if not expected:
        return [f"{program}: the first line must be `// EXPECT: <regex>`"]
    flags = [*all_flags(compiler, flags), "-fsyntax-only"]
    complaints = []

    compiled, output = tooling.compile_only(compiler, flags, program)
    lines = counted_lines(output)
    text = "\n".join(lines)
    errors = [line for line in lines if re.search(r"\b(fatal )?error: ", line)]
    if compiled:
        complaints.append("it compiles, and must not")
    else:
        if len(errors) != 1:
            complaints.append(f"{len(errors)} errors, and must be exactly 1")
        if len(lines) > LIMIT:
            complaints.append(f"{len(lines)} lines, and may be at most {LIMIT}")
        if not re.search(expected.group(1), re.sub(r"\btutti::(error::)?", "", text)):
            complaints.append(f"no match for: {expected.group(1)}")
    if complaints:
        complaints.append("the compiler said:\n" + (text or "(nothing)"))

    compiled, output = tooling.compile_only(compiler, flags, program, ["-DREPAIRED"]) if twin else (True, "")
    if not compiled or output.strip():
        complaints.append("with -DREPAIRED it must compile without a word, and says:\n" + output)
    return complaints


GOOD = '''// EXPECT: only_integers<float>
template <class T> struct only_integers { static_assert(sizeof(T) == 0, "no floats"); };
#ifdef REPAIRED
int main() {}
#else
int main() { only_integers<float> x; }
#endif
'''
SELF_TEST = {
    "a good program": (GOOD, None),
    "no expectation": ("int main() { return x; }\n", "first line"),
    "a program that compiles": ("// EXPECT: x\nint main() {}\n", "it compiles"),
    "another message": (GOOD.replace("only_integers<float>\n", "only_reals\n", 1), "no match"),
    "two errors": ("// EXPECT: x\n#ifdef REPAIRED\nint main() {}\n#else\nint main() { x; y; }\n#endif\n", "2 errors"),
    "a twin that fails": ("// EXPECT: x\nint main() { x; }\n", "REPAIRED"),
    "a twin that fails in a template": ("// EXPECT: x\ntemplate <class T> void f() { T::x(); }\nint main() { f<int>(); }\n", "REPAIRED"),
    "a long story": ("// EXPECT: f\n#ifndef REPAIRED\n"
                     + "".join(f"void f({', '.join(['int'] * count)});\n" for count in range(1, 10))
                     + "void g() { f(); }\n#endif\nint main() {}\n", "at most 8"),
}


def self_test(compiler):
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "program.cpp"
        for name, (text, complaint) in SELF_TEST.items():
            program.write_text(text)
            said = "\n".join(check(compiler, ["-std=c++20"], program))
            if (complaint is None and said) or (complaint is not None and complaint not in said):
                print(f"self-test, {name}: expected {complaint!r}, got {said!r}")
                failed += 1
    print(f"self-test: {len(SELF_TEST) - failed} passed, {failed} failed")
    return failed == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", nargs="?")
    parser.add_argument("--compiler", default="g++")
    parser.add_argument("--flags", help="file with one flag a line")
    parser.add_argument("--no-twin", action="store_true", help="looks at the message alone")
    parser.add_argument("--precompile", metavar="FOLDER")
    parser.add_argument("--precompiled", metavar="FOLDER")
    parser.add_argument("--self-test", action="store_true")
    options = parser.parse_args()
    if options.self_test:
        sys.exit(0 if self_test(options.compiler) else 1)
    flags = tooling.read_flags(options.flags) if options.flags else ["-std=c++20", f"-I{tooling.ROOT / 'include'}"]
    if options.precompile:
        return precompile(options.compiler, flags, options.precompile)
    if options.precompiled:
        flags = [*precompiled(options.compiler, options.precompiled)[2], *flags]
    complaints = check(options.compiler, flags, options.program, not options.no_twin)
    if complaints:
        tooling.fail(f"{options.program} with {options.compiler}: " + "\n  ".join(complaints))
    print(f"{options.program} with {options.compiler}: rejected as expected" + ("" if options.no_twin else ", and repaired"))


if __name__ == "__main__":
    main()
