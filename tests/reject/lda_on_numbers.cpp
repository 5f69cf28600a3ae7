// EXPECT: Mismatch<LDA, GetsType<Real>, numbers_but_it_predicts_labels>
#include <tutti/model/lda.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

#ifdef REPAIRED
void learn(const Dataset<Row<4>, Label<3>>& flowers) { fit(LDA{}, flowers); }
#else
void learn(const Dataset<Row<4>, Real>& houses) { fit(LDA{}, houses); }
#endif

int main() {}
