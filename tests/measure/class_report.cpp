// SPDX-License-Identifier: Apache-2.0
#include <tutti/measure/class_report.hpp>
#include <tutti/train/fit.hpp>

#include <doctest/doctest.h>
#include <measure/judging.hpp>
#include <measure/sign.hpp>

#include <sstream>

using namespace tutti;

namespace {
// true 0 0 0 1 1, predicted 0 0 1 1 0
const Case two{2, {0.9f, 0.1f, 0.8f, 0.2f, 0.4f, 0.6f, 0.3f, 0.7f, 0.6f, 0.4f}, {0, 0, 0, 1, 1}};
}  // namespace

TEST_CASE("a class report has each class, and means over them") {
  const ClassReport r = class_report(two.judged(), {"ham", "spam"});
  REQUIRE(r.classes.size() == 2);
  CHECK(r.accuracy == doctest::Approx(0.6));
  CHECK(r.classes[1].name == "spam");
  CHECK(r.classes[1].precision == doctest::Approx(0.5));
  CHECK(r.classes[0].recall == doctest::Approx(2.0 / 3));
  CHECK(r.classes[0].support == 3);
  CHECK(r.classes[0].auc == doctest::Approx(5.0 / 6));
  REQUIRE(r.averages.size() == 2);
  CHECK(r.averages[0].f1 == doctest::Approx((2.0 / 3 + 0.5) / 2));
  CHECK(r.averages[1].recall == doctest::Approx(0.6));
  CHECK(r.averages[1].support == 5);
}

TEST_CASE("a class report prints as a table") {
  std::ostringstream out;
  out << class_report(two.judged(), {"ham", "spam"});
  CHECK(out.str() ==
        "               precision     recall         F1        AUC    support\n"
        "          ham      0.667      0.667      0.667      0.833          3\n"
        "         spam      0.500      0.500      0.500      0.833          2\n"
        "\n"
        "     accuracy                            0.600\n"
        "   macro mean      0.583      0.583      0.583      0.833          5\n"
        "weighted mean      0.600      0.600      0.600      0.833          5");
}

TEST_CASE("what is not defined for a class stays out of the means and prints as a dash") {
  const ClassReport r = class_report(Case{3, {1, 0, 0, 0, 1, 0, 1, 0, 0}, {0, 1, 1}, {}, {1, 0.5f, 0.25f}}.judged());
  CHECK(std::isnan(r.classes[2].auc));
  CHECK(r.classes[2].support == 0);
  CHECK(r.averages[0].auc == doctest::Approx(0.625 / 0.75));
  const std::string text = to_string(r);
  CHECK(text.find("          -       0.00") != text.npos);
}

TEST_CASE("flags have the means that labels have not") {
  const ClassReport r = class_report(weighted_flags().judged());
  REQUIRE(r.averages.size() == 4);
  CHECK(r.averages[0].name == "micro mean");
  CHECK(r.averages[0].f1 == F1{Averaging::micro}(weighted_flags().judged()));
  CHECK(r.averages[3].name == "samples mean");
  CHECK(r.averages[3].recall == Recall{Averaging::samples}(weighted_flags().judged()));
  CHECK(r.averages[1].auc == doctest::Approx(AUC{}(weighted_flags().judged())));
  CHECK(r.averages[2].auc == doctest::Approx(AUC{Averaging::weighted}(weighted_flags().judged())));
}

TEST_CASE("a fitted model is reported with the data's class names") {
  const ClassReport r = class_report(fit(Sign{0}, four_rows()), four_rows());
  CHECK(r.classes[0].name == "no");
  CHECK(r.accuracy == 0.75);
}

TEST_CASE("a report is NaN where an output is, and refuses other names than classes") {
  CHECK(std::isnan(class_report(Case{2, {NAN, 1}, {1}}.judged()).averages[0].f1));
  CHECK(message_of<DataError>([] { class_report(two.judged(), {"a"}); }) == "expected 2 class names, got 1");
}
