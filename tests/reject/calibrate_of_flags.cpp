// EXPECT: Mismatch<Calibrate<KNN>, GetsType<Flags<3>>, labels_or_numbers_because_it_does_not_learn_flags>
#include <tutti/combine/calibrate_fit.hpp>
#include <tutti/model/knn.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

template <class Y>
void learn(const Dataset<Row<4>, Y>& songs) {
  fit(Calibrate{KNN{}}, songs);
}

#ifdef REPAIRED
template void learn(const Dataset<Row<4>, Label<3>>&);
#else
template void learn(const Dataset<Row<4>, Flags<3>>&);
#endif

int main() {}
