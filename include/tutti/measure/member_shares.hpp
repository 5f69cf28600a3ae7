// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/outputs.hpp>
#include <tutti/kernel/parallel.hpp>
#include <tutti/meta/list.hpp>

#include <tuple>

namespace tutti::detail {

/// What part each member has in what a fitted form says about these rows, in the order of each_member: its weight in a committee, the
/// mean of what a gate gives it. Empty for forms that do not weigh their members.
/// Cost     of a gate: its prediction of every row, on all cores; of one that listens, that of all members as well.
template <class X, class Y, class Model>
Buffer<double> member_shares(const Model& model, const Dataset<X, Y>& data) {
  Buffer<double> shares;
  if constexpr (requires { model.mean.weights.size(); }) {  // Hedge: an average beside what it has seen
    return member_shares(model.mean, data);
  } else if constexpr (requires(Rows<float> y, Workspace& w) { model.weigh_members({}, y, w); }) {
    constexpr std::ptrdiff_t count = Model::count;
    Buffer<float> weighed(static_cast<std::size_t>(data.rows() * count));
    parallel::for_each(data.rows(), 4 * prediction_block, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
      const WorkspaceLease lease(workspace_bytes(model, prediction_block));
      const Rows<float> y(weighed.data() + begin * count, end - begin, count);
      for (RowBlocks block(data, begin, end - begin); block.next();)
        model.weigh_members(block.views(), y.slice(block.begin(), block.size()), *lease);
    });
    shares.assign(static_cast<std::size_t>(count), 0.0);
    for (std::size_t i = 0; i < weighed.size(); ++i) {
      const float weight = data.weight(static_cast<std::ptrdiff_t>(i) / count);
      shares[i % shares.size()] += static_cast<double>(weight) * static_cast<double>(weighed[i]);
    }
  } else if constexpr (requires { model.weights.size(), std::tuple_size<decltype(model.members)>::value; }) {
    meta::unroll<std::tuple_size_v<decltype(model.members)>>([&](auto m) {
      const auto& member = std::get<m.value>(model.members);
      if constexpr (requires { member.has_value(); })
        if (!member) return;  // of a selection: not chosen, nowhere listed
      shares.push_back(static_cast<double>(model.weights[m.value]));
    });
  }
  double sum = 0;
  for (const double s : shares) sum += s;
  for (double& s : shares) s /= sum;
  return shares;
}

}  // namespace tutti::detail
