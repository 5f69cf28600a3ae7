// EXPECT: Mismatch<Counter, GetsType<Dataset<Row<4>, Label<3>>>, the_capability_incremental>
#include <tutti/core/update.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

/// Keeps on counting, if it may.
struct Counter {
#ifdef REPAIRED
  static constexpr Capabilities capabilities{.incremental = true};
#endif
  template <class Y>
  struct Model {
    std::ptrdiff_t rows = 0;
    Y predict(const auto&) const { return {}; }
    std::ptrdiff_t learning_state(Random) const { return 0; }
    template <class X>
    Model update(const Dataset<X, Y>& batch, std::ptrdiff_t& batches) const {
      ++batches;
      return {rows + batch.rows()};
    }
  };
  template <class X, class Y>
  Model<Y> fit(const Dataset<X, Y>& data, Context) const {
    return {data.rows()};
  }
};

void learn(const Dataset<Row<4>, Label<3>>& flowers) {
  const auto model = fit(Counter{}, flowers);
  auto state = learning_state(model);
  update(model, flowers, state);
}

int main() {}
