// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/capabilities.hpp>
#include <tutti/core/context.hpp>
#include <tutti/core/input.hpp>

namespace tutti {

/// The inputs as they are: a branch of a Fuse that lets them pass beside what the others make of them.
/// Shapes   x (n) -> y (n), of floats.
/// Cost     a copy.
struct Identity {
  static constexpr Capabilities capabilities{
      .labels = true, .numbers = true, .flags = true, .weights = true, .missing = true};
  static constexpr bool stateless = true;
  static constexpr Shape infer(Shape in) { return in; }

  struct Model {
    std::int32_t inputs = 0;

    int width() const noexcept { return inputs; }
    template <class View, class T> void transform(const View& x, T* out) const noexcept {
      for (std::ptrdiff_t j = 0; j < inputs; ++j) out[j] = static_cast<T>(x[j]);
    }
    static void visit(auto& self, auto& archive) { archive("inputs", self.inputs); }
    void check_extents(int columns, int) const {
      check<FileError>(inputs == columns, {"expected rows of ", columns, " numbers"}, inputs);
    }
  };
  template <class X, class Y> Model fit(const Dataset<X, Y>& data, const Context&) const {
    return {data.width()};
  }
};

}  // namespace tutti
