#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes loans.csv beside this file: loans that nobody took, with categories, dates and holes. Run by: python3 make_loans.py"""
import datetime
import math
import random
from pathlib import Path

random.seed(2026)
JOBS = {"clerk": 0.0, "nurse": -0.4, "driver": 0.3, "teacher": -0.5, "farmer": 0.1, "none": 1.2}
PURPOSES = {"car": 0.0, "house": -0.6, "education": -0.1, "holiday": 0.8}
lines = ["amount,income,age,job,purpose,applied,late_payments,default"]
for _ in range(1200):
    job, purpose = random.choice(list(JOBS)), random.choice(list(PURPOSES))
    income = max(300.0, random.gauss(2800, 900) * (0.4 if job == "none" else 1.0))
    amount = math.exp(random.gauss(9, 0.6))
    late = min(9, int(random.expovariate(1.2)))
    applied = datetime.date(2023, 1, 1) + datetime.timedelta(days=random.randrange(730))
    score = -2.2 + JOBS[job] + PURPOSES[purpose] + 0.7 * late + 0.9 * math.log(amount / income / 3)
    default = "yes" if random.random() < 1 / (1 + math.exp(-score)) else "no"
    cells = [f"{amount:.2f}", f"{income:.2f}", str(random.randrange(19, 71)), job, purpose, str(applied), str(late), default]
    for column in (1, 3, 6):                                 # a hole in every twentieth of these
        if random.random() < 0.05:
            cells[column] = ""
    lines.append(",".join(cells))
(Path(__file__).parent / "loans.csv").write_text("\n".join(lines) + "\n")
