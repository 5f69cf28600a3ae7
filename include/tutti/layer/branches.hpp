// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/layer/slots.hpp>
#include <tutti/layer/trace.hpp>

#include <array>

/// What Fuse and Sum have in common: layers side by side that all read the same rows.
namespace tutti::detail {

template <int N>
struct BranchTrace {
  std::array<Shape, static_cast<std::size_t>(N)> out{};
  int fitting = 0;  // branches that fit before the first that does not
};

template <class... L>
constexpr auto trace_branches(const InputShape& in) {
  BranchTrace<static_cast<int>(sizeof...(L))> t;
  const auto step = [&](const Traced& next) {
    if (next.fits) t.out[static_cast<std::size_t>(t.fitting++)] = next.out;
    return next.fits;
  };
  (void)(step(tutti::trace<L>(in)) && ...);
  return t;
}

constexpr bool agree(int a, int b) { return a == b || a == Dynamic || b == Dynamic; }

/// The first branch whose output does not go with that of branch 0, where its channels are joined in all other axes; N
/// if all do.
template <int N>
constexpr int disagreeing(const BranchTrace<N>& t, bool joins_channels) {
  const int joined = joins_channels ? channel_axis(t.out[0]) : -1;
  for (int b = 0; b < N; ++b) {
    const Shape &s = t.out[static_cast<std::size_t>(b)], &head = t.out[0];
    bool same =
        s.rank == head.rank && s.element == head.element && s.time == head.time && s.ragged == head.ragged;
    for (int axis = 0; same && axis < s.rank; ++axis)
      same = axis == joined || agree(s.extent[axis], head.extent[axis]);
    if (!same || (joins_channels && s.ragged)) return b;
  }
  return N;
}

/// LayerBehaviour of a form of branches, all but its node; Rule says whether their channels are joined and what
/// shape they make.
template <class Form, class Rule, class... L>
struct BranchBehaviour {
  static constexpr int count = static_cast<int>(sizeof...(L));

  static constexpr Traced trace(const InputShape& in) {
    const auto t = trace_branches<L...>(in);
    if (t.fitting < count || disagreeing(t, Rule::joins_channels) < count) return {};
    return {true, Rule::out(t)};
  }

  template <int Index, class In>
  static constexpr auto diagnose() {
    constexpr auto t = trace_branches<L...>(traced_input<In>());
    if constexpr (t.fitting < count) {
      return inside<Index>(
          diagnose_part<t.fitting, meta::at<static_cast<std::size_t>(t.fitting), L...>, In>());
    } else {
      constexpr int branch = disagreeing(t, Rule::joins_channels);
      using Made = typename WordOf<error::Makes, t.out[static_cast<std::size_t>(branch)]>::type;
      return inside<Index>(mismatch<branch, meta::at<static_cast<std::size_t>(branch), L...>, Made,
                                    typename WordOf<Rule::template Word, t.out[0]>::type>());
    }
  }

  static void explain(const InputShape& in, int index) {
    const auto t = trace_branches<L...>(in);
    int b = 0;
    ((b == t.fitting ? LayerBehaviour<L>::explain(in, b) : void(), ++b), ...);
    if (const int bad = disagreeing(t, Rule::joins_channels); bad < count)
      throw ShapeError(place<Form>(index) + ": branch " + std::to_string(bad) + " gives " +
                       to_string(t.out[static_cast<std::size_t>(bad)]) + ", branch 0 gives " +
                       to_string(t.out[0]) + "; needs " + Rule::words);
  }
};

/// The branches of a form, as nodes.
template <class In, class T, class... L>
using BranchSlots = Slots<std::index_sequence_for<L...>, NodeOf<L, In, T>...>;

template <class T>
void copy_columns(Rows<const T> from, std::ptrdiff_t column, Rows<T> to) noexcept {
  for (std::ptrdiff_t r = 0; r < from.rows(); ++r)
    std::copy_n(from.data() + r * from.width() + column, to.width(), to.data() + r * to.width());
}
template <class T>
void paste_columns(Rows<const T> from, Rows<T> to, std::ptrdiff_t column) noexcept {
  for (std::ptrdiff_t r = 0; r < from.rows(); ++r)
    std::copy_n(from.data() + r * from.width(), from.width(), to.data() + r * to.width() + column);
}
template <class T>
void add_rows(Rows<const T> from, Rows<T> to) noexcept {
  for (std::ptrdiff_t i = 0; i < to.size(); ++i) to[i] += from[i];
}

}  // namespace tutti::detail
