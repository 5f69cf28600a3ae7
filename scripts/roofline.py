#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Draws the rows of scripts/bench kernels under the roof of the machine: scripts/roofline.py [KERNELS.json [OUT.svg]]

The roof is what the same run measured: multiply-adds in registers, and reading from each level of memory. A kernel is a
disc where we are and a ring where its best rival is, at its flops for each byte that has to be read and written at least
once. Winograd's algorithm does fewer flops than are counted here, so its rings may lie above the roof.
Rows of one thread; build/bench/kernels.json and docs/roofline.svg unless said otherwise.
"""
import json
import math
import sys
from pathlib import Path
from xml.sax.saxutils import escape

from tooling import ROOT, fail

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 900, 560, 62, 20, 40, 48
KINDS = (("gemm", "matrix product", "#0072b2"), ("gemv", "matrix times vector", "#56b4e9"),
         ("conv forward depthwise", "depthwise forward", "#e69f00"), ("conv forward", "convolution forward", "#d55e00"),
         ("conv backward", "convolution backward", "#009e73"))
LEVELS = (("read 16 KiB", "L1", -5), ("read 512 KiB", "L2", -3), ("read 8 MiB", "L3", 12), ("read 256 MiB", "memory", -5))


def kind_of(name):
    return next((kind for kind in KINDS if name.startswith(kind[0])), None)


class Plot:
    """Logarithmic axes; text and shapes in order."""

    def __init__(self, x, y):
        self.x, self.y, self.parts = x, y, []

    def at(self, x, y):
        def along(value, low, high):
            return (math.log10(value) - math.log10(low)) / (math.log10(high) - math.log10(low))

        return (LEFT + along(x, *self.x) * (WIDTH - LEFT - RIGHT), HEIGHT - BOTTOM - along(y, *self.y) * (HEIGHT - TOP - BOTTOM))

    def text(self, x, y, words, **style):
        style = {"font-size": 12, "fill": "#333"} | {key.replace("_", "-"): value for key, value in style.items()}
        attributes = " ".join(f'{key}="{value}"' for key, value in style.items())
        self.parts.append(f'<text x="{x:.1f}" y="{y:.1f}" {attributes}>{escape(words)}</text>')

    def line(self, start, end, colour="#333", width=1.0):
        (x1, y1), (x2, y2) = self.at(*start), self.at(*end)
        self.parts.append(f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" stroke-width="{width}"/>')

    def dot(self, x, y, colour, filled, title):
        cx, cy = self.at(x, y)
        fill = colour if filled else "none"
        self.parts.append(f'<circle cx="{cx:.1f}" cy="{cy:.1f}" r="4" fill="{fill}" stroke="{colour}">'
                          f"<title>{escape(title)}</title></circle>")

    def grid(self):
        for (low, high), across in ((self.x, True), (self.y, False)):
            for power in range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1):
                for step in (1, 2, 5):
                    value = step * 10.0 ** power
                    if not low <= value <= high:
                        continue
                    ends = ((value, self.y[0]), (value, self.y[1])) if across else ((self.x[0], value), (self.x[1], value))
                    self.line(*ends, "#ddd" if step == 1 else "#f0f0f0")
                    px, py = self.at(*ends[0])
                    if across:
                        self.text(px, py + 16, f"{value:g}", text_anchor="middle")
                    else:
                        self.text(px - 6, py + 4, f"{value:g}", text_anchor="end")

    def svg(self):
        return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif">\n'
                f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>\n' + "\n".join(self.parts) + "\n</svg>\n")


def draw(rows):
    value = {row["name"]: row["ours"] for row in rows}
    if "FMA float" not in value:
        fail("roofline.py: the run has no row `FMA float`")
    points = [row for row in rows
              if kind_of(row["name"]) and "threads" not in row["name"] and row.get("ours") and row.get("bytes")]
    where = {row["name"]: row["flops"] / row["bytes"] for row in points}
    rates = [rate for row in points for rate in (row["ours"], row.get("rival")) if rate] + [value["FMA float"]]
    plot = Plot((min(where.values()) / 2.5, max(where.values()) * 1.3), (min(rates) / 1.3, max(rates) * 1.5))
    plot.grid()
    low, high = plot.x
    peak = value["FMA float"]
    plot.line((low, peak), (high, peak), "#333", 1.6)
    plot.text(WIDTH - RIGHT - 4, plot.at(high, peak)[1] - 6, f"multiply-adds {peak:.0f} GFLOP/s", text_anchor="end")
    for name, level, off in LEVELS:                          # off: above or below the line
        if name not in value:
            continue
        rate = value[name]
        start, end = max(low, plot.y[0] / rate), min(high, peak / rate)
        if start < end:
            plot.line((start, rate * start), (end, peak), "#777", 1.2)
            (x, y), (x2, y2) = plot.at(start, rate * start), plot.at(end, rate * end)
            turn = math.degrees(math.atan2(y2 - y, x2 - x))
            plot.text(x + 8, y + off, f"{level} {rate:.0f} GB/s", fill="#777", font_size=11,
                      transform=f"rotate({turn:.1f} {x:.1f} {y:.1f})")
    for row in points:
        x, (_, _, colour) = where[row["name"]], kind_of(row["name"])
        if row.get("rival"):
            plot.dot(x, row["rival"], colour, False, f'{row["name"]}: {row["rival_name"]} {row["rival"]:.1f} GFLOP/s')
        plot.dot(x, row["ours"], colour, True, f'{row["name"]}: tutti {row["ours"]:.1f} GFLOP/s')
    for i, (_, words, colour) in enumerate(KINDS):
        plot.parts.append(f'<circle cx="{LEFT + 8 + 165 * i}" cy="18" r="4" fill="{colour}"/>')
        plot.text(LEFT + 18 + 165 * i, 22, words)
    plot.text((WIDTH + LEFT) / 2, HEIGHT - 10, "flops for each byte (disc: tutti, ring: its best rival)", text_anchor="middle")
    middle = (HEIGHT + TOP - BOTTOM) / 2
    plot.text(14, middle, "GFLOP/s", text_anchor="middle", transform=f"rotate(-90 14 {middle:.0f})")
    return plot.svg()


def main():
    source = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "build" / "bench" / "kernels.json"
    out = Path(sys.argv[2]) if len(sys.argv) > 2 else ROOT / "docs" / "roofline.svg"
    if not source.exists():
        fail(f"roofline.py: {source} is missing; scripts/bench kernels makes it")
    out.write_text(draw(json.loads(source.read_text())))


if __name__ == "__main__":
    main()
