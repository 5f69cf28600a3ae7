// EXPECT: Mismatch<Conformal<KNN, Scaled<KNN>>, GetsType<Reals<2>>, a_single_number_for_this_width>
#include <tutti/combine/conformal_fit.hpp>
#include <tutti/model/knn.hpp>

using namespace tutti;

template <class Width>
void learn(const Dataset<Row<4>, Reals<2>>& rows) {
  fit(Conformal<KNN, Width>{}, rows);
}

#ifdef REPAIRED
template void learn<SameWidth>(const Dataset<Row<4>, Reals<2>>&);
#else
template void learn<Scaled<KNN>>(const Dataset<Row<4>, Reals<2>>&);
#endif

int main() {}
