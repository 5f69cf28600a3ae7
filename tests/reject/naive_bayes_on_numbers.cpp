// EXPECT: Mismatch<NaiveBayes<(likelihood::Gaussian)?>, GetsType<Real>, numbers_but_it_predicts_labels>
#include <tutti/model/naive_bayes.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

#ifdef REPAIRED
void learn(const Dataset<Row<4>, Label<3>>& flowers) { fit(NaiveBayes{}, flowers); }
#else
void learn(const Dataset<Row<4>, Real>& houses) { fit(NaiveBayes{}, houses); }
#endif

int main() {}
