// EXPECT: Mismatch<FineTune<Network<Cascade<Dense<16>, ?ReLU, ?Dense<-2> ?> ?>, ?Fitted<.*GetsType<Network<Cascade<Dense<8>, ?ReLU, ?Dense<-2> ?> ?> ?>, ?a_first_layer_in_common>
#include <tutti/layer.hpp>
#include <tutti/model/fine_tune_fit.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

template <int Width>
using Net = Network<Cascade<Dense<Width>, ReLU, Dense<>>>;

void learn(const Fitted<Net<8>, Row<4>, Label<3>>& fitted, const Dataset<Row<4>, Label<2>>& rows) {
#ifdef REPAIRED
  fit(FineTune{Net<8>{}, fitted}, rows);
#else
  fit(FineTune{Net<16>{}, fitted}, rows);
#endif
}

int main() {}
