// EXPECT: Mismatch<Stack<Average<Forest, Bag<Majority>>, Ridge>, GetsModel<Majority::Model<.*a_visit_member_that_names_its_fields>
#include <tutti/combine/average.hpp>
#include <tutti/combine/bag.hpp>
#include <tutti/combine/stack.hpp>
#include <tutti/core/file.hpp>
#include <tutti/model/forest.hpp>
#include <tutti/model/ridge.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

struct Majority {
  template <class Y>
  struct Model {
    int most = 0;
    Y predict(const auto&) const { return Y(most); }
#ifdef REPAIRED
    static void visit(auto& self, auto& archive) { archive("most", self.most); }
#endif
  };
  template <class X, class Y>
  Model<Y> fit(const Dataset<X, Y>&, Context) const {
    return {};
  }
};

void learn(const Dataset<Row<4>, Label<3>>& flowers) {
  save(fit(Stack{Average{Forest{}, Bag{Majority{}}}, Ridge{}}, flowers), "flowers.tutti");
}

int main() {}
