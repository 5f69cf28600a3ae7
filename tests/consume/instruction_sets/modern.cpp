// SPDX-License-Identifier: Apache-2.0
// A library for new machines only, and its program.
#include <cstdio>

extern "C" const char* modern_instructions();

#if defined(PROGRAM)
int main() { std::puts(modern_instructions()); }
#else
const char* modern_instructions() {
#if defined(__AVX512VNNI__)
  return "x86-64-v4-vnni";
#else
  return "x86-64-v3";
#endif
}
#endif
