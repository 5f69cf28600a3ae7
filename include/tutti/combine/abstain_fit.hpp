// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/abstain.hpp>
#include <tutti/combine/finish_fit.hpp>
#include <tutti/measure/risk_coverage.hpp>

namespace tutti {

template <class X, class Y>
[[gnu::cold]] LeastConfidence LeastConfidence::fitted(Rows<const float> outputs, const Dataset<X, Y>& data,
                                                      const Buffer<std::uint8_t>& counts) const {
  Buffer<detail::Answer> answers;
  for (std::ptrdiff_t i = 0; i < outputs.rows(); ++i) {
    const double weight = static_cast<double>(data.weight(i));
    if (counts[static_cast<std::size_t>(i)] == 0 || !(weight > 0)) continue;
    const int said = Label<Dynamic>::decide(outputs.row(i), nullptr).index();
    const float p = outputs(i, said);
    tutti::check(p == p, "abstain: expected out-of-fold predictions that are numbers", p);
    answers.push_back({static_cast<double>(p), weight, said != data.y(i).index()});
  }
  tutti::check(!answers.empty(), "abstain: expected out-of-fold predictions for at least one row of a weight above 0", answers.size());
  const RiskCoverage curve = detail::risk_coverage_of(answers);
  const RiskPoint point =
      options.risk >= 0 ? curve.at_risk(static_cast<double>(options.risk)) : curve.at_coverage(static_cast<double>(options.coverage) - 1e-7);
  return {options, static_cast<float>(point.confidence)};
}

}  // namespace tutti
