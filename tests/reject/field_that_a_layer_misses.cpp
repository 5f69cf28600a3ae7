// EXPECT: Mismatch<Inside<0, Layer<1, On<.*GetsType<Record<.*a_field_named<'p', 'h', 'o', 't', 'o'>>
#include <tutti/layer/chain.hpp>
#include <tutti/layer/conv.hpp>
#include <tutti/layer/dense.hpp>
#include <tutti/layer/fuse.hpp>
#include <tutti/layer/on.hpp>
#include <tutti/model/network.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

using Product = Record<Field<"picture", Image<1, 8, 8>>, Field<"facts", Row<4>>>;

void learn(const Dataset<Product, Label<10>>& products) {
#ifdef REPAIRED
  fit(Cascade<Fuse<On<"facts", Dense<8>>, On<"picture", Dense<8>>>, Dense<10>>{}, products);
#else
  fit(Cascade<Fuse<On<"facts", Dense<8>>, On<"photo", Dense<8>>>, Dense<10>>{}, products);
#endif
}

int main() {}
