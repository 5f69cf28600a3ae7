// SPDX-License-Identifier: Apache-2.0
// OpenCV's dnn module, with the same ONNX models as ONNX Runtime.
#include "work.hpp"

#include <opencv2/dnn.hpp>

int main(int argc, char** argv) {
  cv::setNumThreads(rows::threads());
  for (const work::Net net : work::nets)
    work::add_prediction(net, "", [net](int batch) {
      const std::string file = "onnx/" + std::string(work::name(net)) + "-" + std::to_string(batch) + ".onnx";
      auto model = std::make_shared<cv::dnn::Net>(cv::dnn::readNetFromONNX(file));
      model->setPreferableBackend(cv::dnn::DNN_BACKEND_OPENCV);
      const std::vector<int> dims = net == work::mlp ? std::vector<int>{batch, 784} : std::vector<int>{batch, 3, 32, 32};
      return [model, numbers = work::pixels(static_cast<std::size_t>(batch * work::width(net))), dims]() mutable {
        model->setInput(cv::Mat(dims, CV_32F, numbers.data()));
        cv::Mat y = model->forward();
        benchmark::DoNotOptimize(y.data);
      };
    });
  return rows::run(argc, argv);
}
