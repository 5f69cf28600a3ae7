// SPDX-License-Identifier: Apache-2.0
#include <tutti/core/random.hpp>
#include <tutti/model/symmetric_eigen.hpp>

#include <Eigen/Eigenvalues>
#include <doctest/doctest.h>

#include <cmath>

using namespace tutti;

namespace {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

Buffer<double> numbers(const Matrix& A) { return Buffer<double>(A.data(), A.data() + A.size()); }

Matrix random_matrix(std::ptrdiff_t n) {
  Random random(static_cast<std::uint64_t>(n));
  Matrix A(n, n);
  for (std::ptrdiff_t i = 0; i < n; ++i)
    for (std::ptrdiff_t j = 0; j <= i; ++j) A(i, j) = A(j, i) = random.normal();
  return A;
}

/// A v = l v, vectors orthonormal, values falling and those of Eigen.
void check_decomposition(const Matrix& A, double tolerance = 1e-13) {
  const std::ptrdiff_t n = A.rows();
  const SymmetricEigen ours = symmetric_eigen(numbers(A), n, n);
  REQUIRE(std::ssize(ours.values) == n);
  const Eigen::SelfAdjointEigenSolver<Matrix> theirs(A);
  const double norm = std::max(A.lpNorm<Eigen::Infinity>() * static_cast<double>(n), 1e-300);
  const Eigen::Map<const Matrix> V(ours.vectors.data(), n, n);
  for (std::ptrdiff_t i = 0; i < n; ++i) {
    const double value = ours.values[static_cast<std::size_t>(i)];
    CHECK(std::abs(value - theirs.eigenvalues()(n - 1 - i)) <= tolerance * norm);
    CHECK((A * V.row(i).transpose() - value * V.row(i).transpose()).lpNorm<Eigen::Infinity>() <= tolerance * norm);
    if (i > 0) CHECK(value <= ours.values[static_cast<std::size_t>(i - 1)]);
  }
  CHECK((V * V.transpose() - Matrix::Identity(n, n)).norm() <= tolerance * static_cast<double>(n));
}

}  // namespace

TEST_CASE("a symmetric matrix has the eigenvalues and eigenvectors that Eigen finds, at sizes 1 to 40 and 130") {
  for (std::ptrdiff_t n = 1; n <= 40; ++n) check_decomposition(random_matrix(n));
  check_decomposition(random_matrix(130));
}

TEST_CASE("zero, diagonal, repeated and rank-one matrices are decomposed like any other") {
  check_decomposition(Matrix::Zero(5, 5));
  check_decomposition(Matrix::Identity(7, 7));
  Matrix D = Matrix::Zero(6, 6);
  D.diagonal() << 1, 3, 2, 3, -1, 0;
  check_decomposition(D);
  check_decomposition(Matrix::Constant(9, 9, 2.5));
  Matrix two = Matrix::Zero(8, 8);  // two blocks that are not joined
  two.topLeftCorner(4, 4) = random_matrix(4);
  two.bottomRightCorner(4, 4) = random_matrix(4);
  check_decomposition(two);
}

TEST_CASE("matrices of which most eigenvalues are 0 but for rounding are decomposed too") {
  for (const std::ptrdiff_t n : {60, 200}) {
    const Matrix half = random_matrix(n).leftCols(n / 2);
    check_decomposition(half * half.transpose());
    Matrix flat = random_matrix(n).leftCols(3) * random_matrix(n).leftCols(3).transpose();
    flat = (flat + flat.transpose()).eval();
    check_decomposition(flat);
  }
}

TEST_CASE("numbers near the ends of double are neither lost nor infinite") {
  check_decomposition(random_matrix(12) * 1e200);
  check_decomposition(random_matrix(12) * 1e-200);
  Matrix graded = random_matrix(10);
  for (std::ptrdiff_t i = 0; i < 10; ++i)
    for (std::ptrdiff_t j = 0; j < 10; ++j) graded(i, j) *= std::pow(10.0, static_cast<double>(-i - j));
  check_decomposition(graded);
}

TEST_CASE("as many vectors are made as are wanted, and they are the same ones") {
  const Matrix A = random_matrix(30);
  const SymmetricEigen all = symmetric_eigen(numbers(A), 30, 30), some = symmetric_eigen(numbers(A), 30, 3);
  CHECK(some.values == all.values);
  CHECK(some.vectors == Buffer<double>(all.vectors.begin(), all.vectors.begin() + 90));
}

TEST_CASE("a matrix that is not finite has no eigenvalues") {
  Matrix A = random_matrix(4);
  A(1, 2) = A(2, 1) = std::nan("");
  CHECK(symmetric_eigen(numbers(A), 4, 4).values.empty());
  A(1, 2) = A(2, 1) = INFINITY;
  CHECK(symmetric_eigen(numbers(A), 4, 4).values.empty());
}

TEST_CASE("eigenvectors have the same bits on 1 and 7 threads") {
  const Matrix A = random_matrix(300);
  const auto with = [&](int threads) {
    return parallel::with_threads(threads, [&] { return symmetric_eigen(numbers(A), 300, 40); });
  };
  const SymmetricEigen one = with(1), seven = with(7);
  CHECK(one.values == seven.values);
  CHECK(one.vectors == seven.vectors);
}
