// SPDX-License-Identifier: Apache-2.0
#include "shapes.hpp"

#include <Eigen/Core>

int main(int argc, char** argv) {
  using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  Eigen::setNbThreads(rows::threads());
  for (const shapes::Gemm& s : shapes::gemms)
    rows::add(s.name(), "", s.work(), [s] {
      Matrix a = Matrix::Constant(s.M, s.K, 0.5f), b = Matrix::Constant(s.K, s.N, 0.25f), c(s.M, s.N);
      return [row = s.M == 1, a, b, c]() mutable {
        if (row) c.row(0).noalias() = a.row(0) * b;                         // known to be one row: by its matrix-vector product
        else c.noalias() = a * b;
      };
    });
  return rows::run(argc, argv);
}
