// EXPECT: Mismatch<Conformal<KNN, SameWidth>, GetsType<Reals<2>>, labels_or_a_single_number>
#include <tutti/combine/conformal_fit.hpp>
#include <tutti/model/knn.hpp>

using namespace tutti;

template <class Y>
void learn(const Dataset<Row<4>, Y>& rows) {
  fit(Conformal{KNN{}}, rows);
}

#ifdef REPAIRED
template void learn(const Dataset<Row<4>, Real>&);
#else
template void learn(const Dataset<Row<4>, Reals<2>>&);
#endif

int main() {}
