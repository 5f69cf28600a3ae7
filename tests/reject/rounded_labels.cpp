// EXPECT: Mismatch<Finish<Logistic, Round>, GetsType<Label<2>>, labels_but_it_predicts_numbers>
#include <tutti/combine/finish_fit.hpp>
#include <tutti/combine/output_steps.hpp>
#include <tutti/model/logistic_fit.hpp>
#include <tutti/model/ridge_fit.hpp>
using namespace tutti;
#ifdef REPAIRED
Real answer(const Dataset<Row<2>, Real>& data) { return fit(Finish{Ridge{}, Round{}}, data).predict(data.x(0)); }
#else
Label<2> answer(const Dataset<Row<2>, Label<2>>& data) { return fit(Finish{Logistic{}, Round{}}, data).predict(data.x(0)); }
#endif
int main() {}
