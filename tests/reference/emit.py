# SPDX-License-Identifier: Apache-2.0
"""How the scripts beside this one write their numbers: arrays of C++ that read back to the same bits."""
import numpy


def spelled(value, kind):
    if kind == "int":
        return str(int(value))
    if numpy.isnan(value):
        return "none"
    text = str(numpy.float32(value)) if kind == "float" else repr(float(value))
    return text + "f" if kind == "float" else text


def emit(name, values, kind="double"):
    """Prints `inline constexpr kind name[]`; a missing value is spelled `none`, which the header then defines."""
    lines, line = [], "   "
    for text in (spelled(v, kind) for v in numpy.asarray(values).ravel()):
        if len(line) + len(text) + 2 > 108:
            lines.append(line)
            line = "   "
        line += f" {text},"
    lines.append(line)
    print(f"inline constexpr {kind} {name}[] = {{\n" + "\n".join(lines).rstrip(",") + "};")
