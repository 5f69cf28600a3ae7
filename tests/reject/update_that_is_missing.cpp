// EXPECT: Mismatch<Average<Counter>, GetsModel<CommitteeModel<.*learning_state_and_update_members_in_what_fit_returns>
#include <tutti/combine/average.hpp>
#include <tutti/combine/committee_fit.hpp>
#include <tutti/core/update.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

/// Says that it keeps on counting.
struct Counter {
  static constexpr Capabilities capabilities{.incremental = true};
  template <class Y>
  struct Model {
    std::ptrdiff_t rows = 0;
    Y predict(const auto&) const { return {}; }
#ifdef REPAIRED
    std::ptrdiff_t learning_state(Random) const { return 0; }
    template <class X>
    Model update(const Dataset<X, Y>& batch, std::ptrdiff_t& batches) const {
      ++batches;
      return {rows + batch.rows()};
    }
#endif
  };
  template <class X, class Y>
  Model<Y> fit(const Dataset<X, Y>& data, Context) const {
    return {data.rows()};
  }
};

void learn(const Dataset<Row<4>, Label<3>>& flowers) {
  const auto model = fit(Average{Counter{}}, flowers);
  auto state = learning_state(model);
  update(model, flowers, state);
}

int main() {}
