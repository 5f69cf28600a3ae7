// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/input.hpp>
#include <tutti/model/bins.hpp>

#include <cstddef>
#include <limits>
#include <utility>

namespace tutti::detail {

/// One row of which the bins are known and not the numbers: it reads as the middles of its bins, each of which is the number
/// itself where a column has no more different ones than bins.
class CodedView {
 public:
  CodedView() = default;
  CodedView(const Binned& binned, std::ptrdiff_t row) noexcept : binned_(&binned), row_(row) {}

  int size() const noexcept { return binned_ == nullptr ? 0 : binned_->width(); }
  float operator[](std::ptrdiff_t j) const noexcept {
    const Bins& bins = binned_->bins;
    const int column = static_cast<int>(j), code = binned_->code(row_, column);
    if (code == bins.count(column)) return std::numeric_limits<float>::quiet_NaN();
    return Bins::middle(bins.low(column, code), bins.high(column, code));
  }
  template <class T> void copy_to(T* out) const noexcept {
    for (int j = 0; j < size(); ++j) out[j] = static_cast<T>((*this)[j]);
  }

 private:
  const Binned* binned_ = nullptr;
  std::ptrdiff_t row_ = 0;
};

class CodedStorage {
 public:
  CodedStorage() = default;
  explicit CodedStorage(Binned binned) : binned_(std::move(binned)) {}

  std::ptrdiff_t size() const noexcept { return binned_.rows; }
  int width() const noexcept { return binned_.width(); }
  const Binned& binned() const noexcept { return binned_; }
  template <class View> View view(std::ptrdiff_t i) const noexcept { return View(binned_, i); }

 private:
  Binned binned_;
};

/// Rows of X as the bins that boosting learns from: a byte or two a number.
template <class X> struct Coded {
  static constexpr Shape shape = X::shape;
  using Element = float;
  using View = CodedView;
  using Storage = CodedStorage;
};
static_assert(Input<Coded<Row<Dynamic>>>);

}  // namespace tutti::detail
