// EXPECT: Mismatch<Layer<0, ?Forest>.*a_layer_with_infer_and_Bind
#include <tutti/layer.hpp>
#include <tutti/model/find_learning_rate.hpp>
#include <tutti/model/forest_fit.hpp>

using namespace tutti;

double suggestion(const Dataset<Row<4>, Label<3>>& rows) {
#ifdef REPAIRED
  return find_learning_rate(Cascade<Dense<8>, ReLU, Dense<>>{}, rows).suggestion;
#else
  return find_learning_rate(Forest{}, rows).suggestion;
#endif
}

int main() {}
