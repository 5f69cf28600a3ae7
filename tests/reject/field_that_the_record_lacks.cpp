// EXPECT: Mismatch<Average<On<.*, Member<1, On<.*a_field_named<'f', 'a', 'c', 't'>>
#include <tutti/combine/average.hpp>
#include <tutti/combine/on.hpp>
#include <tutti/model/forest.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

using Product = Record<Field<"picture", Image<1, 8, 8>>, Field<"facts", Row<4>>>;

void learn(const Dataset<Product, Label<10>>& products) {
#ifdef REPAIRED
  fit(Average{on<"picture">(Forest{}), on<"facts">(Forest{})}, products);
#else
  fit(Average{on<"picture">(Forest{}), on<"fact">(Forest{})}, products);
#endif
}

int main() {}
