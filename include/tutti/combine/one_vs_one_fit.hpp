// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/one_vs_one.hpp>
#include <tutti/train/fit.hpp>

namespace tutti::detail {

template <class M, class X, class Y>
OneVsOneModel<X, Y, ModelOf<M, X, Label<2>>> fit_one_vs_one(const OneVsOne<M>& spec,
                                                            const Dataset<X, Y>& data,
                                                            const Context& context) {
  Buffer<Buffer<RowIndex>> rows(static_cast<std::size_t>(data.outputs()));
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i)
    rows[static_cast<std::size_t>(data.y(i).index())].push_back(static_cast<RowIndex>(i));
  OneVsOneModel<X, Y, ModelOf<M, X, Label<2>>> whole{{}, {}, spec.pairs, data.outputs()};
  for (int k = 0; k < data.outputs(); ++k)
    if (!rows[static_cast<std::size_t>(k)].empty()) whole.classes.push_back(k);
  Buffer<std::pair<std::int32_t, std::int32_t>> pairs;
  for (std::size_t a = 0; a < whole.classes.size(); ++a)
    for (std::size_t b = a + 1; b < whole.classes.size(); ++b)
      pairs.push_back({whole.classes[a], whole.classes[b]});

  Buffer<std::optional<ModelOf<M, X, Label<2>>>> fitted(pairs.size());
  parallel::for_each(std::ssize(pairs), 1, [&](std::ptrdiff_t m, std::ptrdiff_t) {
    const auto of = pairs[static_cast<std::size_t>(m)];
    Buffer<RowIndex> both = rows[static_cast<std::size_t>(of.first)];
    both.append(rows[static_cast<std::size_t>(of.second)]);
    std::sort(both.begin(), both.end());
    const auto own = data.subset(both);
    Buffer<std::int32_t> second(both.size());
    for (std::size_t i = 0; i < both.size(); ++i)
      second[i] = own.y(static_cast<std::ptrdiff_t>(i)).index() == of.second;
    fitted[static_cast<std::size_t>(m)] =
        fit_member(spec.member, own.template with_targets<Label<2>>(std::move(second), 2),
                   context.child(static_cast<int>(m), short_name<M>()));
  });
  for (auto& m : fitted) whole.models.push_back(std::move(*m));
  return whole;
}

}  // namespace tutti::detail
