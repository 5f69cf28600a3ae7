// SPDX-License-Identifier: Apache-2.0
#include <tutti/measure.hpp>

#include <doctest/doctest.h>
#include <reference/metrics.hpp>

using namespace tutti;

namespace {

bool agrees(double ours, double theirs) {
  if (std::isnan(theirs)) return std::isnan(ours);
  return std::abs(ours - theirs) <= 1e-12 * std::max(1.0, std::abs(theirs));
}

struct Named {
  std::string name;
  AnyMetric metric;
  bool judged = false;
};

using Metrics = std::vector<Named>;

const AnyMetric& called(Metrics& all, const std::string& name) {
  for (Named& n : all)
    if (n.name == name) {
      n.judged = true;
      return n.metric;
    }
  throw DataError("the test knows no metric " + name);
}

/// Every score of a reference case, by our metric of that name.
void check_scores(Metrics& all, const Judged& j, const std::vector<reference::Score>& scores) {
  for (const reference::Score& s : scores) {
    CAPTURE(std::string(s.metric));
    const double ours = called(all, s.metric)(j);
    CAPTURE(ours);
    CAPTURE(s.value);
    CHECK(agrees(ours, s.value));
  }
}

void check_all_judged(const Metrics& all, const std::vector<std::string>& but) {
  for (const Named& n : all) {
    CAPTURE(n.name);
    CHECK(n.judged == (std::find(but.begin(), but.end(), n.name) == but.end()));
  }
}

Metrics counted() {
  Metrics all{{"precision of 1", Precision{Averaging::binary}}, {"recall of 1", Recall{Averaging::binary}},
                         {"F1 of 1", F1{Averaging::binary, 1}}, {"Jaccard of 1", Jaccard{Averaging::binary}}};
  for (const Averaging a : {Averaging::macro, Averaging::micro, Averaging::weighted, Averaging::samples}) {
    const std::string how = ' ' + std::string(name_of(a));
    for (const Named& n : {Named{"precision", Precision{a}}, Named{"recall", Recall{a}}, Named{"F1", F1{a}},
                           Named{"F2", FBeta{.averaging = a}}, Named{"F0.5", FBeta{.beta = 0.5, .averaging = a}},
                           Named{"Jaccard", Jaccard{a}}})
      all.push_back({n.name + how, n.metric});
  }
  return all;
}

Metrics of_classes() {
  Metrics all = counted();
  for (const Named& n : {
           Named{"accuracy", Accuracy{}}, {"log-loss", LogLoss{}}, {"zero-one", HammingLoss{}}, {"Hamming loss", HammingLoss{}},
           {"balanced accuracy", BalancedAccuracy{}}, {"balanced accuracy adjusted", BalancedAccuracy{.adjusted = true}},
           {"MCC", MCC{}}, {"kappa none", CohenKappa{}}, {"kappa linear", CohenKappa{KappaWeights::linear}},
           {"kappa quadratic", CohenKappa{KappaWeights::quadratic}}, {"hinge", Hinge{}}, {"ECE", ECE{}}, {"ECE 5", ECE{5}},
           {"Brier", Brier{}}, {"top-1", TopK{1}}, {"top-2", TopK{2}}, {"AUC", AUC{}}, {"AUC weighted", AUC{Averaging::weighted}},
           {"AUC of 1", AUC{Averaging::binary}}, {"AUC one against one", AUC{.one_vs_one = true}},
           {"AUC one against one weighted", AUC{.averaging = Averaging::weighted, .one_vs_one = true}},
           {"AP", AveragePrecision{}}, {"AP weighted", AveragePrecision{Averaging::weighted}},
           {"AP of 0", AveragePrecision{.positive = 0}}, {"AP of 1", AveragePrecision{Averaging::binary}},
           {"coverage error", CoverageError{}}, {"ranking loss", RankingLoss{}}, {"LRAP", LabelRankingAveragePrecision{}}})
    all.push_back(n);
  return all;
}

const std::vector<std::string> flags_only{"precision samples", "recall samples", "F1 samples", "F2 samples", "F0.5 samples",
                                        "Jaccard samples", "AUC of 1", "AP of 1", "coverage error", "ranking loss", "LRAP"};
const std::vector<std::string> labels_only{
    "zero-one", "balanced accuracy", "balanced accuracy adjusted", "MCC", "kappa none", "kappa linear", "kappa quadratic", "hinge",
    "ECE", "ECE 5", "top-1", "top-2", "AUC one against one", "AUC one against one weighted", "AP of 0"};

Metrics of_numbers() {
  return {{"RMSE", RMSE{}}, {"MSE", MSE{}}, {"MAE", MAE{}}, {"R2", R2{}}, {"explained variance", ExplainedVariance{}},
          {"MAPE", MAPE{}}, {"MSLE", MSLE{}}, {"RMSLE", RMSLE{}}, {"median error", MedianAbsoluteError{}}, {"max error", MaxError{}},
          {"pinball 0.5", Quantile{}}, {"pinball 0.9", Quantile{0.9}}, {"Huber 1", Huber{}}, {"D2 absolute", D2Pinball{}},
          {"D2 pinball 0.1", D2Pinball{0.1}}, {"D2 pinball 0.75", D2Pinball{0.75}},
          {"Tweedie -1", TweedieDeviance{-1}}, {"Tweedie 0", TweedieDeviance{0}}, {"Tweedie 1", TweedieDeviance{1}},
          {"Tweedie 1.5", TweedieDeviance{}}, {"Tweedie 2", TweedieDeviance{2}}, {"Tweedie 3", TweedieDeviance{3}},
          {"D2 Tweedie -1", D2Tweedie{-1}}, {"D2 Tweedie 0", D2Tweedie{0}}, {"D2 Tweedie 1", D2Tweedie{1}},
          {"D2 Tweedie 1.5", D2Tweedie{}}, {"D2 Tweedie 2", D2Tweedie{2}}, {"D2 Tweedie 3", D2Tweedie{3}},
          {"Poisson", PoissonDeviance{}}, {"gamma", GammaDeviance{}}};
}

Metrics of_queries() {
  Metrics all{{"MAP", MAP{}}, {"MRR", MRR{}}};
  for (const Gain gain : {Gain::linear, Gain::exponential})
    for (const int k : {0, 1, 3}) {
      const std::string end = std::string(gain == Gain::linear ? "" : " exponential") + (k == 0 ? "" : " at " + std::to_string(k));
      all.push_back({"DCG" + end, DCG{k, gain}});
      all.push_back({"NDCG" + end, NDCG{k, gain}});
    }
  return all;
}

}  // namespace

TEST_CASE("metrics of labels agree with scikit-learn") {
  Metrics all = of_classes();
  for (const auto& c : reference::label_cases) {
    CAPTURE(std::string(c.what));
    const Rows<const float> outputs(c.outputs.data(), std::ssize(c.labels), c.classes);
    const Judged j{outputs, c.labels, {}, c.weight, c.classes};
    check_scores(all, j, c.scores);
    const ConfusionMatrix m(j);
    for (int t = 0; t < c.classes; ++t)
      for (int p = 0; p < c.classes; ++p)
        CHECK(agrees(m(t, p), c.confusion[static_cast<std::size_t>(t * c.classes + p)]));
  }
  check_all_judged(all, flags_only);
}

TEST_CASE("metrics of flags agree with scikit-learn") {
  Metrics all = of_classes();
  for (const auto& c : reference::flag_cases) {
    CAPTURE(std::string(c.what));
    const Rows<const float> outputs(c.outputs.data(), std::ssize(c.outputs) / c.flags, c.flags);
    check_scores(all, {outputs, {}, c.numbers, c.weight, 0, true}, c.scores);
  }
  check_all_judged(all, labels_only);
}

TEST_CASE("metrics of numbers agree with scikit-learn") {
  Metrics all = of_numbers();
  for (const auto& c : reference::number_cases) {
    CAPTURE(std::string(c.what));
    const Rows<const float> outputs(c.outputs.data(), std::ssize(c.outputs) / c.width, c.width);
    check_scores(all, {outputs, {}, c.numbers, c.weight, 0}, c.scores);
  }
  check_all_judged(all, {});
}

TEST_CASE("metrics of rankings agree with scikit-learn") {
  Metrics all = of_queries();
  for (const auto& c : reference::query_cases) {
    CAPTURE(std::string(c.what));
    const Rows<const float> outputs(c.outputs.data(), std::ssize(c.outputs), 1);
    check_scores(all, {outputs, {}, c.numbers, c.weight, 0, false, c.group}, c.scores);
  }
  check_all_judged(all, {});
}

TEST_CASE("quantiles agree with SciPy") {
  for (const auto& q : reference::quantiles) {
    CAPTURE(q.level);
    CAPTURE(q.degrees);
    const double ours = q.degrees == 0 ? normal_quantile(q.level) : t_quantile(q.level, q.degrees);
    CHECK(std::abs(ours - q.value) <= 1e-9 * q.value);
  }
}
