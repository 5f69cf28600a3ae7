#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes text.hpp beside this file: what scikit-learn's HashingVectorizer and TfidfTransformer make of a few texts.

Run with scikit-learn 1.2 (Debian 12: apt-get install python3-sklearn) by: /usr/bin/python3 tests/reference/text.py
"""
from pathlib import Path

import sklearn
from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer

TEXTS = ["The quick brown fox jumps over the lazy dog.", "a b c", "", "Don't PANIC: panic is no plan, plan_b is!",
         "x1 x2 x1 x22 the the the", "words-with-hyphens and 12 numbers 3 4567", "The dog, the fox; the end"]
PLACES = 64


def rows(name, matrix):
    lines = []
    for r in matrix.toarray():
        cells = ", ".join(f"{{{j}, {float(v)!r}}}" for j, v in enumerate(r) if v != 0)
        lines.append("    {" + cells + "},")
    return f"inline const std::vector<std::vector<Place>> {name}{{\n" + "\n".join(lines) + "\n};\n"


def hashed(**options):
    return HashingVectorizer(n_features=PLACES, **options).transform(TEXTS)


out = f"""// SPDX-License-Identifier: Apache-2.0
// Made by text.py with scikit-learn {sklearn.__version__}; do not edit.
#pragma once
#include <string>
#include <vector>

namespace reference::text {{

struct Place {{
  int at;
  double value;
}};
inline constexpr int places = {PLACES};
inline const std::vector<std::string> texts{{
""" + "\n".join(f'    "{t}",' for t in TEXTS) + "\n};\n"
out += rows("counts", hashed(norm=None, alternate_sign=False))
out += rows("signed_rows", hashed())
out += rows("pairs", hashed(ngram_range=(1, 3)))
out += rows("rarity", TfidfTransformer().fit_transform(hashed(norm=None, alternate_sign=False)))
out += "\n}  // namespace reference::text\n"
(Path(__file__).parent / "text.hpp").write_text(out)
