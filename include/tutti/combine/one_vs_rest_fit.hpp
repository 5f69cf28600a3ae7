// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/one_vs_rest.hpp>
#include <tutti/train/fit.hpp>

namespace tutti::detail {

template <class M, class X, class Y>
OneVsRestModel<X, Y, ModelOf<M, X, Label<2>>> fit_one_vs_rest(const OneVsRest<M>& spec,
                                                              const Dataset<X, Y>& data,
                                                              const Context& context) {
  const int outputs = data.outputs();
  const auto is = [&](std::ptrdiff_t row, int k) -> bool {
    if constexpr (Y::is_label) return data.y(row).index() == k;
    else return data.target(row)[static_cast<std::size_t>(k)] != 0;
  };
  OneVsRestModel<X, Y, ModelOf<M, X, Label<2>>> whole;
  Buffer<int> told;  // outputs that have a member
  int present = 0;
  for (int k = 0; k < outputs; ++k) {
    std::ptrdiff_t rows = 0;
    for (std::ptrdiff_t i = 0; i < data.rows(); ++i) rows += is(i, k);
    present += rows > 0;
    whole.against.push_back(rows == 0             ? Against::nothing_it_never_is
                            : rows == data.rows() ? Against::nothing_it_always_is
                                                  : Against::the_rest);
    if (whole.against.back() == Against::the_rest) told.push_back(k);
  }
  if (Y::is_label && present == 2) {  // one member tells both
    whole.against[static_cast<std::size_t>(told[0])] = Against::the_other_one;
    told.erase(told.begin());
  }
  Buffer<std::optional<ModelOf<M, X, Label<2>>>> fitted(told.size());
  parallel::for_each(std::ssize(told), 1, [&](std::ptrdiff_t m, std::ptrdiff_t) {
    const int k = told[static_cast<std::size_t>(m)];
    Buffer<std::int32_t> own(static_cast<std::size_t>(data.rows()));
    for (std::ptrdiff_t i = 0; i < data.rows(); ++i) own[static_cast<std::size_t>(i)] = is(i, k);
    fitted[static_cast<std::size_t>(m)] =
        fit_member(spec.member, data.template with_targets<Label<2>>(std::move(own), 2),
                   context.child(k, short_name<M>()));
  });
  for (auto& m : fitted) whole.models.push_back(std::move(*m));
  return whole;
}

}  // namespace tutti::detail
