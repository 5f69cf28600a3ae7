// EXPECT: Mismatch<Layer<0, Conv<4, 3.*Gets<12>, Needs<Rank<3>>>
#include <tutti/layer/chain.hpp>
#include <tutti/layer/conv.hpp>
#include <tutti/layer/dense.hpp>
#include <tutti/model/parameter_count.hpp>

using namespace tutti;

#ifdef REPAIRED
constexpr auto count = parameter_count<Cascade<Dense<4>, Dense<>>, Row<12>, Label<10>>;
#else
constexpr auto count = parameter_count<Cascade<Conv<4, 3>, Dense<>>, Row<12>, Label<10>>;
#endif

int main() { return count > 0 ? 0 : 1; }
