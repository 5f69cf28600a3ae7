// EXPECT: Mismatch<Conformal<KNN, AfterBootstrap>, Member<0, KNN>, a_bag_whose_members_have_not_drawn_all_rows>
#include <tutti/combine/conformal_fit.hpp>
#include <tutti/model/knn.hpp>

using namespace tutti;

template <class M>
void learn(const Dataset<Row<4>, Real>& rows, M member) {
  fit(Conformal{member, AfterBootstrap{}}, rows);
}

#ifdef REPAIRED
template void learn(const Dataset<Row<4>, Real>&, Bag<KNN>);
#else
template void learn(const Dataset<Row<4>, Real>&, KNN);
#endif

int main() {}
