// SPDX-License-Identifier: Apache-2.0
#include "blas.hpp"

int main(int argc, char** argv) {
  add_blas();
  return rows::run(argc, argv);
}
