#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Numbers that objectives of boosting are tested against, from scikit-learn 1.2 (python3-sklearn of Debian 12).

    python3 tests/reference/objectives.py > tests/reference/objectives.hpp

Losses and derivatives are those of sklearn._loss; the boosted models are HistGradientBoostingRegressor on columns with few
distinct values, where both sides see the same bins.
"""
import numpy
import sklearn
from sklearn._loss import loss
from sklearn.ensemble import HistGradientBoostingRegressor

from emit import emit

random = numpy.random.RandomState(11)

print(f"""// SPDX-License-Identifier: Apache-2.0
// Made by tests/reference/objectives.py with scikit-learn {sklearn.__version__}; do not edit.
#pragma once

namespace reference {{
""")

score = (random.randint(-16, 17, 24) / 8).astype(float)
target = (random.randint(1, 40, 24) / 8 + 1 / 16).astype(float)  # never equal to the score
emit("objective_score", score, "float")
emit("objective_target", target, "float")
for name, of in [("squared", loss.HalfSquaredError()), ("absolute", loss.AbsoluteError()),
                 ("quantile", loss.PinballLoss(quantile=0.8)), ("poisson", loss.HalfPoissonLoss()),
                 ("gamma", loss.HalfGammaLoss())]:
    emit(f"{name}_loss", of.loss(target, score) + of.constant_to_optimal_zero(target))
    gradient, hessian = of.gradient_hessian(target, score)
    emit(f"{name}_gradient", gradient)
    emit(f"{name}_hessian", numpy.broadcast_to(hessian, gradient.shape))

x = random.randint(0, 7, (60, 3)).astype(float)
y = (numpy.where(x[:, 0] > 3, 4, 1) * (1 + x[:, 1]) + random.randint(0, 64, 60) / 16 + 1)
emit("boosted_x", x, "float")
emit("boosted_y", y, "float")
for name, options in [("squared", dict(loss="squared_error")), ("absolute", dict(loss="absolute_error"))]:
    model = HistGradientBoostingRegressor(max_iter=8, learning_rate=0.3, max_leaf_nodes=5, min_samples_leaf=4,
                                          l2_regularization=0, early_stopping=False, **options).fit(x, y)
    emit(f"boosted_{name}", model.predict(x))
print("\n}  // namespace reference")
