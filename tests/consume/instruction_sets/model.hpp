// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the program sees of the model: plain functions, nothing of tutti.

inline constexpr int inputs = 3 * 32 * 32, outputs = 16 * 32 * 32;

extern "C" {
/// What the compiler was told to use.
const char* model_instructions();
/// A convolution of 3 x 3 taps and a product of matrices.
void model_outputs(const float* x, float* y);
/// How many of the model's globals were initialised: 1, and in one instruction set only.
int model_starts();
}

/// Counts the globals of all instruction sets.
extern int initialised;
