#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Numbers that losses, optimisers and schedules are tested against, from PyTorch 1.13 (python3-torch of Debian 12).

    python3 tests/reference/training.py > tests/reference/training.hpp

Inputs are rounded to three decimals: both sides see the same numbers. PyTorch computes in double.
"""
import numpy
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
random = numpy.random.RandomState(11)


def text(v):
    s = f"{float(v):.12g}"
    return s if any(c in s for c in ".e") else s + ".0"


def emit(name, values, kind="double"):
    texts = [str(int(v)) if kind == "int" else text(v) for v in numpy.asarray(values).ravel()]
    if kind == "float":
        texts = [t + "f" for t in texts]
    lines, line = [], "   "
    for t in texts:
        if len(line) + len(t) + 2 > 108:
            lines.append(line)
            line = "   "
        line += f" {t},"
    lines.append(line)
    print(f"inline constexpr {kind} {name}[] = {{\n" + "\n".join(lines).rstrip(",") + "};")


print(f"""// SPDX-License-Identifier: Apache-2.0
// Made by tests/reference/training.py with PyTorch {torch.__version__}; do not edit.
#pragma once

namespace reference {{
""")

# Losses: 6 rows of 5 outputs with row weights.
rows, width = 6, 5
z0 = (2 * random.standard_normal((rows, width))).round(3)
labels = torch.tensor(random.randint(0, width, rows))
numbers = torch.tensor(random.standard_normal((rows, width)).round(3))
flags = torch.tensor(random.randint(0, 2, (rows, width)).astype(float))
shares = random.uniform(0.05, 1, (rows, width))
shares = torch.tensor((shares / shares.sum(1, keepdims=True)).round(3))
shares[0, 1] = 0
w = torch.tensor(random.randint(1, 6, rows) / 2)
c = torch.tensor([1.0, 0.5, 2.0, 3.0, 0.25])
emit("loss_z", z0, "float")
emit("loss_labels", labels, "int")
emit("loss_numbers", numbers, "float")
emit("loss_flags", flags, "float")
emit("loss_shares", shares, "float")
emit("loss_weight", w, "float")
emit("loss_class_weights", c, "float")


def loss(name, cost, total=w.sum()):
    """The weighted mean of the rows' costs, and its gradient."""
    z = torch.tensor(z0, requires_grad=True)
    value = (w * cost(z)).sum() / total
    value.backward()
    print(f"inline constexpr double {name}_value = {text(value.item())};")
    emit(f"{name}_gradient", z.grad)


def focal(z, gamma):
    log_p = F.log_softmax(z, 1).gather(1, labels[:, None])[:, 0]
    return -((1 - log_p.exp()) ** gamma) * log_p


of_classes = (w * c[labels]).sum()
loss("cross_entropy", lambda z: F.cross_entropy(z, labels, reduction="none"))
loss("cross_entropy_smooth", lambda z: F.cross_entropy(z, labels, reduction="none", label_smoothing=0.1))
loss("cross_entropy_classes", lambda z: F.cross_entropy(z, labels, weight=c, reduction="none"), of_classes)
loss("cross_entropy_both", lambda z: F.cross_entropy(z, labels, weight=c, reduction="none", label_smoothing=0.25),
     of_classes)
loss("focal", lambda z: focal(z, 2))
loss("focal_classes", lambda z: c[labels] * focal(z, 0.5), of_classes)
loss("mse", lambda z: F.mse_loss(z, numbers, reduction="none").mean(1))
loss("mae", lambda z: F.l1_loss(z, numbers, reduction="none").mean(1))
loss("huber", lambda z: F.huber_loss(z, numbers, reduction="none", delta=0.75).mean(1))
loss("quantile", lambda z: torch.maximum(0.9 * (numbers - z), -0.1 * (numbers - z)).mean(1))
loss("kl", lambda z: F.kl_div(F.log_softmax(z, 1), shares, reduction="none").sum(1))
loss("cosine", lambda z: F.cosine_embedding_loss(z, numbers, torch.ones(len(numbers)), reduction="none"))
loss("bce", lambda z: F.binary_cross_entropy_with_logits(z, flags, reduction="none").mean(1))

# Optimisers: ten steps of 7 weights with given gradients.
steps, size = 10, 7
w0 = random.standard_normal(size).round(3)
gradients = torch.tensor(random.standard_normal((steps, size)).round(3))
emit("step_weights", w0, "float")
emit("step_gradients", gradients, "float")


class Lion(torch.optim.Optimizer):
    """Chen et al. (2023), algorithm 2: PyTorch 1.13 has none."""

    def __init__(self, parameters, lr, betas, weight_decay):
        super().__init__(parameters, dict(lr=lr, betas=betas, weight_decay=weight_decay))

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                m = self.state[p].setdefault("m", torch.zeros_like(p))
                c = b1 * m + (1 - b1) * p.grad
                p -= group["lr"] * (c.sign() + group["weight_decay"] * p)
                m.mul_(b2).add_(p.grad, alpha=1 - b2)


def steps_of(name, make, l1=0.0, clip=None):
    w = torch.tensor(w0, requires_grad=True)
    optimizer = make([w])
    path = []
    for g in gradients:
        w.grad = g + l1 * w.detach().sign()
        if clip:
            clip(w)
        optimizer.step()
        path.append(w.detach().clone())
    emit(f"{name}_path", torch.stack(path))


O = torch.optim
steps_of("sgd", lambda p: O.SGD(p, lr=0.1))
steps_of("sgd_momentum", lambda p: O.SGD(p, lr=0.1, momentum=0.9, weight_decay=0.05))
steps_of("sgd_nesterov", lambda p: O.SGD(p, lr=0.05, momentum=0.8, nesterov=True, weight_decay=0.1))
steps_of("sgd_l1", lambda p: O.SGD(p, lr=0.05), l1=0.3)
steps_of("adam", lambda p: O.Adam(p, lr=0.1))
steps_of("adam_l2", lambda p: O.Adam(p, lr=0.05, betas=(0.8, 0.95), weight_decay=0.2))
steps_of("adamw", lambda p: O.AdamW(p, lr=0.1, betas=(0.8, 0.95), weight_decay=0.2))
steps_of("rmsprop", lambda p: O.RMSprop(p, lr=0.02))
steps_of("rmsprop_momentum", lambda p: O.RMSprop(p, lr=0.01, alpha=0.9, momentum=0.8, weight_decay=0.1))
steps_of("lion", lambda p: Lion(p, lr=0.02, betas=(0.9, 0.99), weight_decay=0.1))
steps_of("clip_norm", lambda p: O.SGD(p, lr=0.1), clip=lambda w: torch.nn.utils.clip_grad_norm_([w], 1.5))
steps_of("clip_value", lambda p: O.SGD(p, lr=0.1), clip=lambda w: torch.nn.utils.clip_grad_value_([w], 0.5))

# Schedules: the first 20 rates of a learning rate of 1, one step an epoch.
held_out = (2 + random.standard_normal(20)).round(2)
emit("held_out", held_out)


def rates(name, make, metric=None):
    optimizer = O.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    scheduler = make(optimizer)
    path = []
    for i in range(20):
        path.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step(*([] if metric is None else [metric[i]]))
    emit(f"{name}_rates", path)


S = torch.optim.lr_scheduler
rates("one_cycle", lambda o: S.OneCycleLR(o, max_lr=1, total_steps=20, cycle_momentum=False))
rates("step", lambda o: S.StepLR(o, step_size=6, gamma=0.5))
rates("exponential", lambda o: S.ExponentialLR(o, gamma=0.875))
rates("cosine", lambda o: S.CosineAnnealingLR(o, T_max=20, eta_min=0.125))
rates("restarts", lambda o: S.CosineAnnealingWarmRestarts(o, T_0=4))
rates("longer_restarts", lambda o: S.CosineAnnealingWarmRestarts(o, T_0=3, T_mult=2, eta_min=0.125))
rates("warm_up", lambda o: S.SequentialLR(o, [S.LinearLR(o, start_factor=0.25, total_iters=5),
                                              S.CosineAnnealingLR(o, T_max=15)], milestones=[5]))
rates("plateau", lambda o: S.ReduceLROnPlateau(o, factor=0.5, patience=1), held_out)
rates("cool_plateau", lambda o: S.ReduceLROnPlateau(o, factor=0.5, patience=2, threshold=0.25, cooldown=2,
                                                    min_lr=0.2), held_out)

print("\n}  // namespace reference")
