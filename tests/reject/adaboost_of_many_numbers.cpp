// EXPECT: Mismatch<AdaBoost<Ridge>, GetsType<Reals<3>>, labels_or_one_number>
#include <tutti/combine/adaboost_fit.hpp>
#include <tutti/model/ridge_fit.hpp>

using namespace tutti;

void learn(const Dataset<Row<4>, Reals<3>>& places, const Dataset<Row<4>, Real>& heights) {
#ifdef REPAIRED
  fit(AdaBoost{Ridge{}}, heights);
  (void)places;
#else
  fit(AdaBoost{Ridge{}}, places);
  (void)heights;
#endif
}

int main() {}
