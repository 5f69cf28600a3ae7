// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/behaviour.hpp>
#include <tutti/core/buffer.hpp>
#include <tutti/core/known_rows.hpp>
#include <tutti/core/transform_rows.hpp>

#include <array>
#include <memory>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

namespace tutti {

namespace detail {

template <class Model, class X>
concept HasTransform = requires(const Model& m, const ViewOf<X>& x, float* out) {
  { m.width() } -> std::convertible_to<int>;
  m.transform(x, out);
};

/// What is wrong with a transform that is to stand alone.
template <class T, class X, class Y> constexpr auto diagnose_transform() {
  if constexpr (!FitsItself<T, X, Y>)
    return std::type_identity<
        error::Mismatch<T, error::GetsType<Dataset<X, Y>>, error::a_fit_member_for_these_inputs_and_targets>>{};
  else if constexpr (!HasTransform<typename FitResult<T, X, Y>::type, X>)
    return std::type_identity<error::Mismatch<T, error::GetsModel<typename FitResult<T, X, Y>::type>,
                                              error::width_and_transform_members_in_what_fit_returns>>{};
  else return std::type_identity<error::none>{};
}

/// What the columns that the transform makes are called and mean: what it says itself, else those of its input where it
/// keeps their number.
template <class T> Buffer<Column> transformed_columns(const T& transform, const Buffer<Column>& columns) {
  if constexpr (requires { transform.columns(columns); })
    return columns.empty() ? Buffer<Column>() : transform.columns(columns);
  else return std::ssize(columns) == transform.width() ? columns : Buffer<Column>();
}

}  // namespace detail

/// A transform that was fitted on its own: an immutable value that turns rows of X into rows of floats. model() has what
/// it has learnt.
/// Errors   inputs of static width: none. Dynamic width: ShapeError when a row has another width, or a table other columns.
template <class Spec, Input X, Target Y> class FittedTransform {
 public:
  using SpecType = Spec;
  using InputType = X;
  using Model = typename detail::FitResult<Spec, X, Y>::type;
  using View = ViewOf<X>;
  using Output = TransformedRow<Spec, X>;
  using Parts = meta::List<Model>;
  /// The numbers of one row.
  using Numbers =
      std::conditional_t<Output::shape.is_static(),
                         std::array<float, static_cast<std::size_t>(Output::shape.is_static() ? Output::shape.size() : 0)>,
                         std::vector<float>>;

  FittedTransform() = default;  // what load reads into
  FittedTransform(Model model, KnownRows<X> rows) : model_(std::move(model)), rows_(std::move(rows)) {}

  const Model& model() const noexcept { return model_; }
  const Schema& schema() const noexcept { return rows_.schema(); }
  /// Numbers in a row of inputs, and in what becomes of it.
  int width() const noexcept { return rows_.width(); }
  int outputs() const noexcept { return static_cast<int>(model_.width()); }

  void transform(const View& x, std::span<float> out) const {
    rows_.check(x);
    check<ShapeError>(std::ssize(out) == outputs(), {"expected room for ", outputs(), " numbers"}, out.size());
    model_.transform(x, out.data());
  }
  Numbers transform(const View& x) const {
    Numbers z{};
    if constexpr (!Output::shape.is_static()) z.resize(static_cast<std::size_t>(outputs()));
    transform(x, z);
    return z;
  }
  /// All rows, with their targets, weights, groups, times and ids.
  template <class Y2> Dataset<Output, Y2> transform(const Dataset<X, Y2>& data) const {
    Buffer<float> z(static_cast<std::size_t>(data.rows() * outputs()));
    rows_.check(data);
    detail::transform_rows_of(model_, data, 0, Rows<float>(z.data(), data.rows(), outputs()));
    return data.template with_inputs<Output>(
        std::make_shared<const typename Output::Storage>(outputs(), std::move(z)),
        detail::transformed_columns(model_, data.schema().columns));
  }

  [[gnu::cold]] static void visit(auto& self, auto& archive) {
    KnownRows<X>::visit(self.rows_, archive);
    archive("model", self.model_);
  }
  void loaded() const {
    check<FileError>(rows_.plausible(), {"expected a transform of rows of ", X::shape.size(), " numbers"}, width());
    tutti::check_extents(model_, width(), outputs());
  }

 private:
  Model model_{};
  KnownRows<X> rows_{};
};

}  // namespace tutti
