// SPDX-License-Identifier: Apache-2.0
// dlib's deep learning, on the CPU: the CNN and the MLP; its ResNet has other blocks. A row of an MLP is an image of one column.
#include "work.hpp"

#include <dlib/dnn.h>

namespace {

using namespace dlib;
template <long Out, class Below>
using Stage = max_pool<2, 2, 2, 2, relu<add_layer<con_<Out, 3, 3, 1, 1, 1, 1>, Below>>>;
using Cnn = loss_multiclass_log<fc<10, relu<fc<128, Stage<64, Stage<32, input<std::array<matrix<float>, 3>>>>>>>>;
using Mlp = loss_multiclass_log<fc<10, relu<fc<128, relu<fc<256, input<matrix<float>>>>>>>>;

auto image(work::Net net, const float* numbers) {
  matrix<float> plane(net == work::mlp ? 784 : 32, net == work::mlp ? 1 : 32);
  for (long i = 0; i < plane.size(); ++i) plane(i / plane.nc(), i % plane.nc()) = numbers[i];
  return plane;
}
void read(std::vector<matrix<float>>& x) {
  const auto numbers = work::pixels(784 * x.size());
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = image(work::mlp, numbers.data() + 784 * i);
}
void read(std::vector<std::array<matrix<float>, 3>>& x) {
  const auto numbers = work::pixels(3072 * x.size());
  for (std::size_t i = 0; i < x.size(); ++i)
    for (std::size_t c = 0; c < 3; ++c) x[i][c] = image(work::cnn, numbers.data() + 3072 * i + 1024 * c);
}

/// Prediction and training from a tensor: the copy out of dlib's images is not timed.
template <class Net>
void add(work::Net net) {
  struct State {
    Net model;
    resizable_tensor x;
    std::vector<unsigned long> y;
    std::vector<adam> solvers;

    explicit State(int rows) : y(work::labels<unsigned long>(rows)), solvers(Net::num_computational_layers, adam(0, 0.9f, 0.999f)) {
      std::vector<typename Net::input_type> images(static_cast<std::size_t>(rows));
      read(images);
      model.to_tensor(images.begin(), images.end(), x);
    }
  };
  work::add_prediction(net, "", [](int batch) {
    auto state = std::make_shared<State>(batch);
    return [state] { benchmark::DoNotOptimize(state->model.subnet().forward(state->x).host()); };
  });
  work::add_training(net, "", [](int batch, int n) {
    auto state = std::make_shared<State>(batch);
    return [state, batch, n] {
      for (int row = 0; row < n; row += batch) {
        state->model.compute_parameter_gradients(state->x, state->y.begin());
        state->model.update_parameters(make_sstack(state->solvers), 1e-4);
      }
    };
  });
}

}  // namespace

int main(int argc, char** argv) {
  add<Cnn>(work::cnn);
  add<Mlp>(work::mlp);
  return rows::run(argc, argv);
}
