// SPDX-License-Identifier: Apache-2.0
#include <tutti/combine/calibrate_fit.hpp>

#include "../reference/calibration.hpp"
#include "combine/learners.hpp"
#include "combine/spies.hpp"
#include "thrown_by.hpp"

#include <tutti/combine/average.hpp>
#include <tutti/combine/committee_fit.hpp>
#include <tutti/combine/stack_fit.hpp>
#include <tutti/core/file.hpp>
#include <tutti/measure/calibration.hpp>
#include <tutti/measure/evaluate.hpp>

#include <doctest/doctest.h>

using namespace tutti;
using namespace learners;

namespace {

/// A hand-made member: probabilities of class 1 from the one input, too sure of themselves by the factor `sure`.
struct Sure {
  float sure = 3;
  static constexpr Capabilities capabilities{.labels = true, .numbers = false, .weights = true, .probabilities = true};
  struct Model {
    float sure = 1;
    void outputs(auto x, Rows<float> y, Workspace&) const noexcept {
      for (std::size_t i = 0; i < x.size(); ++i) {
        const auto r = static_cast<std::ptrdiff_t>(i);
        y(r, 1) = 1 / (1 + std::exp(-sure * x[i][0]));
        y(r, 0) = 1 - y(r, 1);
      }
    }
    static void visit(auto& self, auto& archive) { archive("sure", self.sure); }
  };
  template <class X, class Y>
  Model fit(const Dataset<X, Y>&, Context) const {
    return {sure};
  }
};

/// Numbers whose log-odds of being of class 1 are themselves.
Dataset<Row<1>, Label<2>> odds(int rows, std::uint64_t seed) {
  Random random(seed);
  std::vector<float> x;
  std::vector<std::int32_t> y;
  for (int i = 0; i < rows; ++i) {
    x.push_back(static_cast<float>(2 * random.normal()));
    y.push_back(random.uniform() < 1 / (1 + std::exp(-static_cast<double>(x.back()))));
  }
  return table<Row<1>, Label<2>>(1, std::move(x), std::move(y));
}

template <std::size_t N>
detail::CalibrationRows reference_rows(int classes, const int (&y)[N], const float* p, const float* w) {
  detail::CalibrationRows rows{classes};
  rows.values.append(std::span<const float>(p, N * static_cast<std::size_t>(classes)));
  for (std::size_t i = 0; i < N; ++i) {
    rows.label.push_back(y[i]);
    rows.weight.push_back(w == nullptr ? 1.0 : static_cast<double>(w[i]));
  }
  return rows;
}
void agrees(const Calibration& c, const detail::CalibrationRows& rows, const double* expected, double within) {
  Buffer<float> p = rows.values;
  for (std::size_t i = 0; i < rows.rows(); ++i)
    c.apply({p.data() + i * static_cast<std::size_t>(rows.outputs), static_cast<std::size_t>(rows.outputs)});
  for (std::size_t i = 0; i < p.size(); ++i) CHECK(static_cast<double>(p[i]) == doctest::Approx(expected[i]).epsilon(within));
}

}  // namespace

TEST_CASE("Platt's and isotonic calibration agree with scikit-learn's, with weights and without, of two and of four classes") {
  using namespace reference;  // scikit-learn's search for the sigmoid ends at gradients of 1e-5
  const auto two = reference_rows(2, cal2_y, cal2_p, nullptr), four = reference_rows(4, cal4_y, cal4_p, nullptr);
  const auto two_weighted = reference_rows(2, cal2_y, cal2_p, cal2_w), four_weighted = reference_rows(4, cal4_y, cal4_p, cal4_w);
  agrees(detail::learn_calibration(CalibrationMethod::platt, two), two, cal2_platt, 2e-5);
  agrees(detail::learn_calibration(CalibrationMethod::platt, two_weighted), two, cal2_platt_weighted, 2e-5);
  agrees(detail::learn_calibration(CalibrationMethod::platt, four), four, cal4_platt, 2e-5);
  agrees(detail::learn_calibration(CalibrationMethod::platt, four_weighted), four, cal4_platt_weighted, 2e-5);
  agrees(detail::learn_calibration(CalibrationMethod::isotonic, two), two, cal2_isotonic, 1e-6);
  agrees(detail::learn_calibration(CalibrationMethod::isotonic, two_weighted), two, cal2_isotonic_weighted, 1e-6);
  agrees(detail::learn_calibration(CalibrationMethod::isotonic, four), four, cal4_isotonic, 1e-6);
  agrees(detail::learn_calibration(CalibrationMethod::isotonic, four_weighted), four, cal4_isotonic_weighted, 1e-6);
}

TEST_CASE("temperature and vector scaling find the optimum that scipy finds") {
  using namespace reference;
  const auto check_both = [](const detail::CalibrationRows& rows, double temperature, const double* vector) {
    CHECK(detail::likeliest_inverse_temperature(rows) == doctest::Approx(temperature).epsilon(1e-6));
    const Buffer<double> v = detail::likeliest_vector(rows);
    for (std::size_t i = 0; i < v.size(); ++i) CHECK(v[i] == doctest::Approx(vector[i]).epsilon(1e-5));
  };
  check_both(reference_rows(2, cal2_y, cal2_p, nullptr), cal2_temperature[0], cal2_vector);
  check_both(reference_rows(2, cal2_y, cal2_p, cal2_w), cal2_temperature[1], cal2_vector + 4);
  check_both(reference_rows(4, cal4_y, cal4_p, nullptr), cal4_temperature[0], cal4_vector);
  check_both(reference_rows(4, cal4_y, cal4_p, cal4_w), cal4_temperature[1], cal4_vector + 8);
}

TEST_CASE("one sigmoid agrees with scikit-learn's on decisions of any scale") {
  Buffer<double> f, above, weight;
  for (std::size_t i = 0; i < std::size(reference::sigmoid_f); ++i) {
    f.push_back(static_cast<double>(reference::sigmoid_f[i]));
    above.push_back(reference::sigmoid_above[i]);
    weight.push_back(1);
  }
  const PlattScale s = platt_scale(f, above, weight);
  CHECK(s.slope == doctest::Approx(reference::sigmoid[0]).epsilon(1e-5));
  CHECK(s.shift == doctest::Approx(reference::sigmoid[1]).epsilon(1e-5));
}

TEST_CASE("probabilities that are too sure come right, by every method") {
  const auto train = odds(4000, 1), test = odds(4000, 2);
  const double before = ECE{}(judge(fit(Sure{}, train), test));
  CHECK(before > 0.08);
  for (const auto method : {CalibrationMethod::automatic, CalibrationMethod::temperature, CalibrationMethod::platt,
                            CalibrationMethod::isotonic, CalibrationMethod::vector}) {
    CAPTURE(static_cast<int>(method));
    const auto model = fit(Calibrate{Sure{}, {.method = method}}, train);
    CHECK(ECE{}(judge(model, test)) < 0.03);
    for (std::ptrdiff_t i = 0; i < 50; ++i) {
      const auto p = model.probabilities(test.x(i));
      CHECK(p[0] + p[1] == doctest::Approx(1));
      CHECK((p[0] > 0 && p[1] > 0));
    }
  }
  const auto found = fit(Calibrate{Sure{4}, {.method = CalibrationMethod::temperature}}, train);
  CHECK(found.model().step.slope[0] == doctest::Approx(0.25).epsilon(0.05));
}

TEST_CASE("the automatic method is isotonic from 1000 rows of each class on; below, Platt's for two classes, temperature for more") {
  const auto method = [](const auto& data) { return fit(Calibrate{Says{0}}, data).model().step.method; };
  CHECK(method(blobs<2, 2>(1998, 1)) == CalibrationMethod::platt);
  CHECK(method(blobs<2, 2>(2000, 1)) == CalibrationMethod::isotonic);
  CHECK(method(blobs<2, 3>(2998, 1)) == CalibrationMethod::temperature);
  CHECK(method(blobs<2, 3>(3000, 1)) == CalibrationMethod::isotonic);
  CHECK(fit(Calibrate{Shows{{1}}}, line<2>(20, 1)).model().step.method == CalibrationMethod::isotonic);
}

TEST_CASE("out-of-fold predictions are calibrated, each fold by what the others say") {
  const auto data = odds(300, 3);
  for (const auto method : {CalibrationMethod::temperature, CalibrationMethod::isotonic}) {
    const auto plain = out_of_fold(Sure{}, data), calm = out_of_fold(Calibrate{Sure{}, {.method = method}}, data);
    FitOptions options;
    const FoldPlan plan(options.folds, data, Random(options.seed).stream("folds"));
    for (int f = 0; f < 5; ++f) {
      Buffer<std::uint8_t> counts(300);
      for (RowIndex i = 0; i < 300; ++i) counts[i] = !plan.tests(f, i);
      const Calibration step = Calibration{method}.fitted(plain.values(), data, counts);
      for (std::ptrdiff_t i = 0; i < 300; ++i) {
        if (!plan.tests(f, static_cast<RowIndex>(i))) continue;
        float y[2] = {plain.values()(i, 0), plain.values()(i, 1)};
        step.apply(y);
        CHECK(calm.values()(i, 1) == y[1]);
      }
    }
  }
}

TEST_CASE("no row teaches its own calibration: spies see every fold held out, at k + 1 fits") {
  for (const bool keep : {false, true}) {
    spies::Journal journal;
    FitOptions options{.folds = {.k = 4}, .keep_folds = keep};
    (void)fit(Calibrate{Calibrate{spies::Spy{&journal}}}, spies::rows(20), options);
    CHECK(journal.leaks == 0);
    CHECK(journal.predictions > 0);
    CHECK(journal.fits == (keep ? 4 : 5));
  }
  spies::Journal journal{.forward = true};
  FitOptions forward{.folds = {.k = 4, .forward = true}};
  const auto data = spies::rows(20);
  const auto p = out_of_fold(Calibrate{spies::Spy{&journal}}, data, forward);
  CHECK(journal.leaks == 0);
  int covered = 0;
  for (std::ptrdiff_t i = 0; i < 20; ++i) covered += p.covers(i);
  CHECK(covered == 12);  // of five blocks of four, the first is never held out, and the second has nobody to be calibrated by
}

TEST_CASE("labels that are noise stay at chance: a member that knows its rows by heart is calibrated to know nothing") {
  Random random(11);
  auto x = std::vector<float>(600);
  auto y = std::vector<std::int32_t>(600);
  for (std::size_t i = 0; i < 600; ++i) x[i] = static_cast<float>(random.normal()), y[i] = static_cast<std::int32_t>(random.below(2));
  const auto data = table<Row<1>, Label<2>>(1, x, y);
  const auto model = fit(Calibrate{Nearest{}}, data);
  for (std::ptrdiff_t i = 0; i < 600; ++i) {
    const float p = model.probabilities(data.x(i))[1];
    CHECK(p > 0.4f);
    CHECK(p < 0.6f);
  }
}

TEST_CASE("numbers are recalibrated by an ascending curve, column by column; other methods are refused by name") {
  Random random(4);
  std::vector<float> x, y;
  for (int i = 0; i < 400; ++i) {
    x.push_back(static_cast<float>(random.normal()));
    y.push_back(std::exp(x.back()));
    y.push_back(2);
  }
  const auto data = table<Row<1>, Reals<2>>(1, x, y);
  const Shows member{{5, -1}};
  const auto flat = fit(Calibrate{member}, data);  // a member that says one thing becomes the mean
  float out[2];
  Workspace w = flat.workspace();
  const auto view = data.x(0);
  flat.outputs({&view, 1}, Rows<float>(out, 1, 2), w);
  CHECK(out[0] == doctest::Approx(1.65).epsilon(0.15));
  CHECK(out[1] == 2);
  CHECK(thrown_by<FitError>([&] { fit(Calibrate{member, {.method = CalibrationMethod::platt}}, data); }) ==
        "Calibrate: calibration of numbers: expected the method automatic (0) or isotonic (3), got 2");
}

TEST_CASE("a calibrated member stands in other forms, keeps its folds, is judged beside its member and stays itself when saved") {
  const auto data = blobs<3, 3>(120, 6);
  const auto spec = Stack{Average{Calibrate{Average{Nearest{}, Says{1}}}, Calibrate{Nearest{}, {.method = CalibrationMethod::isotonic}},
                                  Calibrate{Nearest{}, {.method = CalibrationMethod::vector}}}, Nearest{}};
  const auto one = fit(spec, data, {.threads = 1}), seven = fit(spec, data, {.threads = 7});
  CHECK(to_bytes(one) == to_bytes(seven));
  const auto whole = fit(Calibrate{Average{Nearest{}, Says{1}}, {.method = CalibrationMethod::isotonic}}, data);
  const auto again = from_bytes<std::remove_const_t<decltype(whole)>>(to_bytes(whole));
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) CHECK(again.probabilities(data.x(i)) == whole.probabilities(data.x(i)));
  CHECK(fit(Calibrate{Nearest{}}, data, {.keep_folds = true}).model().member.models.size() == 5);
  CHECK(fit(spec, data, {.folds = {.k = 3}, .nested = true}).classes() == 3);
  CHECK(evaluate(whole, data).lines.size() == 4);
  static_assert(std::is_same_v<decltype(Calibrate{Calibrate{Nearest{}}}), Calibrate<Calibrate<Nearest>>>);
}

TEST_CASE("one class, one row of a class, a class that a fold lacks, and NaN are handled or named") {
  const auto one_class = table<Row<1>, Label<Dynamic>>(1, {1, 2, 3, 4, 5, 6}, {0, 0, 0, 0, 0, 0}, {}, 1, Schema{{}, "y", {"only"}});
  for (const auto method : {CalibrationMethod::automatic, CalibrationMethod::isotonic, CalibrationMethod::platt, CalibrationMethod::vector})
    CHECK(fit(Calibrate{Says{0}, {.method = method}}, one_class, {.folds = {.k = 3}}).probabilities(one_class.x(0))[0] == 1);
  const auto rare = table<Row<1>, Label<3>>(1, {1, 2, 3, 4, 5, 6}, {0, 1, 0, 1, 0, 1});
  for (const auto method :
       {CalibrationMethod::automatic, CalibrationMethod::isotonic, CalibrationMethod::platt, CalibrationMethod::vector}) {
    const auto p = fit(Calibrate{Shows{{0.5f, 0.3f, 0.2f}}, {.method = method}}, rare, {.folds = {.k = 3}}).probabilities(rare.x(0));
    CHECK(p[0] + p[1] + p[2] == doctest::Approx(1));
    CHECK(p[2] > 0);
    CHECK(p[2] < 0.25f);
  }
  const float nan = std::numeric_limits<float>::quiet_NaN();
  CHECK(thrown_by<FitError>([&] { fit(Calibrate{Shows{{0.5f, 0.5f, nan}}}, rare, {.folds = {.k = 3}}); }) ==
        "Calibrate: calibration: expected out-of-fold predictions that are finite, got nan");
  float row[2] = {nan, 0.5f};
  Calibration{CalibrationMethod::temperature, 0, {1, 1}, {0, 0}}.apply(row);
  CHECK(std::isnan(row[1]));
  CHECK(thrown_by<FitError>([&] {
          fit(Calibrate{Says{0}}, table<Row<1>, Label<3>>(1, {1, 2, 3}, {0, 1, 2}, {.weight = {0, 0, 0}}), {.folds = {.k = 3}});
        }) == "Calibrate: calibration: expected out-of-fold predictions for at least one row of a weight above 0, got 0");
}

TEST_CASE("a damaged calibration is refused") {
  CHECK_THROWS_WITH_AS((Calibration{static_cast<CalibrationMethod>(9)}.loaded()), "a calibration: expected a method from 1 to 4, got 9",
                       FileError);
  CHECK_THROWS_AS((Calibration{CalibrationMethod::isotonic}.loaded()), FileError);
  CHECK_THROWS_AS((Calibration{CalibrationMethod::platt, 0.7f}.loaded()), FileError);
  CHECK_THROWS_AS((Calibration{CalibrationMethod::platt, 0, {1, 1}, {0}}.check_extents(2)), FileError);
  CHECK_THROWS_AS((Calibration{CalibrationMethod::isotonic, 0.1f, {}, {}, {KnottedCurve{{1}, {1}}}}.check_extents(3)), FileError);
}
