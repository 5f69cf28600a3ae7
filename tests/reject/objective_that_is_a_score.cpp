// EXPECT: an objective is MSE, MAE, Huber, Quantile, PoissonDeviance, GammaDeviance, CrossEntropy, or a callable
#include <tutti/measure/auc.hpp>
#include <tutti/model/boost_tree_fit.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

void learn(const Dataset<Row<4>, Label<2>>& customers) {
#ifdef REPAIRED
  fit(Boost{Tree{}, {.objective = CrossEntropy{}, .early_stop = 20, .monitor = AUC{}}}, customers);
#else
  fit(Boost{Tree{}, {.objective = AUC{}}}, customers);
#endif
}

int main() {}
