// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/bag.hpp>
#include <tutti/combine/members_update.hpp>
#include <tutti/core/buffer.hpp>
#include <tutti/train/fit.hpp>

namespace tutti::detail {

template <class M, class X, class Y>
Bagged<M, X, Y> fit_bag(const Bag<M>& bag, const Dataset<X, Y>& data, const Context& context) {
  const BagOptions& o = bag.options;
  check(o.members >= 1, "expected at least one member", o.members);
  check(o.rows > 0 && (o.replace || o.rows <= 1), "expected a share of rows above 0 (at most 1 without replacement)", o.rows);
  const auto n = static_cast<std::uint32_t>(data.rows());
  const auto draws = std::max<std::size_t>(1, static_cast<std::size_t>(static_cast<double>(o.rows) * n + 0.5));

  Buffer<std::optional<ModelOf<M, X, Y>>> fitted(static_cast<std::size_t>(o.members));
  parallel::for_each(o.members, 1, [&](std::ptrdiff_t m, std::ptrdiff_t) {
    Random random = context.random("bootstrap").stream(static_cast<std::uint64_t>(m));
    Buffer<RowIndex> rows(n);
    std::iota(rows.begin(), rows.end(), RowIndex{0});
    if (o.replace) {
      rows.resize(draws);
      for (RowIndex& r : rows) r = random.below(n);
    } else {
      shuffle(std::span<RowIndex>(rows), random);
      rows.resize(draws);
    }
    std::sort(rows.begin(), rows.end());
    fitted[static_cast<std::size_t>(m)] = fit_member(bag.member, data.subset(rows), context.child(static_cast<int>(m), short_name<M>()));
  });
  Bagged<M, X, Y> models;
  models.width = data.outputs();
  for (auto& m : fitted) models.models.push_back(std::move(*m));
  return models;
}

}  // namespace tutti::detail
