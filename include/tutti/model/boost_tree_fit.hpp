// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/model/boost_run.hpp>

namespace tutti {

template <class X, class Y>
  requires TreeTarget<Y> BoostedTrees<X, Y> Behaviour<Boost<Tree>>::fit(const Boost<Tree>& spec,
                                                                        const Dataset<X, Y>& data,
                                                                        const Context& context) {
    check_tree(spec.member);
    detail::check_boost(spec.options);
    const detail::BoostPlace place{context.random(), context.path(), context.progress(), context.stop()};
    return detail::BoostRun<X, Y>(spec, data, place).run();
  }

template <class X, class Y>
BoostedTrees<X, Y> BoostedTrees<X, Y>::update(const Dataset<X, Y>& rows, const BoostLearning& learning) const {
  check_tree(learning.spec.member);
  detail::check_boost(learning.spec.options);
  const detail::BoostPlace place{learning.random, "update", learning.progress, learning.stop};
  return detail::BoostRun<X, Y>(learning.spec, rows.session(), place, this).run();
}

}  // namespace tutti
