// SPDX-License-Identifier: Apache-2.0
// A table with categories, dates and holes: described, prepared inside the model, judged, and answered one application at
// a time. The loans are made up (make_loans.py).
#include <tutti/tutti.hpp>

#include <iostream>

using namespace tutti;

int main(int, char** argv) {
  const auto loans         = read_csv<Table, Label<2>>(argv[1], {.target = "default"});
  const auto [train, test] = split(loans, Holdout{.test = 0.25f, .seed = 1});
  std::cout << describe(loans) << "\n\n";

  // Everything that is learnt about a column (means, categories, scales) is learnt from the training rows of each fold.
  const auto linear = Cascade{DateParts{}, Impute{}, OneHot{}, Standardize{}, Logistic{.lambda = 1e-3f}};
  std::cout << cross_validate(linear, train, Folds{.k = 5, .stratified = true}, AUC{}, LogLoss{}) << "\n\n";

  const auto model = fit(Average{linear, Forest{.trees = 200}}, train, {.seed = 7});
  std::cout << evaluate(model, test, AUC{}, LogLoss{}, Brier{}) << "\n\n" << class_report(model, test) << '\n';
  write_predictions("predictions.csv", model, test);

  // An application as it arrives: aligned with what the model knows.
  const Table application{numeric_column("amount", {12000}), numeric_column("income", {2500}), numeric_column("age", {33}),
                          categorical_column("job", {"driver"}), categorical_column("purpose", {"car"}),
                          date_column("applied", {"2024-03-01"}), numeric_column("late_payments", {2})};
  const Table known = aligned(application, model.schema());
  std::cout << "\nprobability of default: " << model.probabilities(known.row(0))[1] << '\n';
}
