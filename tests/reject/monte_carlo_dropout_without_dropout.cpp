// EXPECT: Mismatch<MonteCarloDropout<Cascade<Dense<8>, ReLU, Dense<.*>>>, Member<0, Cascade<.*>>, a_net_with_dropout>
#include <tutti/combine/monte_carlo_dropout_fit.hpp>
#include <tutti/layer.hpp>
#include <tutti/model/network_fit.hpp>

using namespace tutti;

#ifdef REPAIRED
using Net = Cascade<Dense<8>, ReLU, Residual<Dense<8>, Dropout>, Dense<>>;
#else
using Net = Cascade<Dense<8>, ReLU, Dense<>>;
#endif

void learn(const Dataset<Row<4>, Label<3>>& rows) { fit(MonteCarloDropout{Net{}}, rows); }

int main() {}
