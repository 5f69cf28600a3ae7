// SPDX-License-Identifier: Apache-2.0
// ONNX Runtime, the library out of its package for Node, which has no header: its C interface is a table of functions whose
// places never change, and what is needed of it is named below. What a call costs beside the net is a row of its own: a model
// of one ReLU on one number.
#include "work.hpp"

#include <dlfcn.h>

namespace {

using Status = void*;                                                       // null: all is well
struct Base {
  const void* const* (*table)(std::uint32_t version);
  const char* (*version)();
};

/// What stands at a place in the table.
template <class... A>
struct Function {
  std::size_t place;
  void operator()(A... arguments) const;
};
const void* const* table = nullptr;
template <class... A>
void Function<A...>::operator()(A... arguments) const {
  const auto function = reinterpret_cast<Status (*)(A...)>(const_cast<void*>(table[place]));
  if (const Status failed = function(arguments...)) {
    const auto message = reinterpret_cast<const char* (*)(Status)>(const_cast<void*>(table[2]));
    std::fprintf(stderr, "ONNX Runtime: %s\n", message(failed));
    std::exit(1);
  }
}
using Made = void**;
constexpr Function<int, const char*, Made> create_env{3};
constexpr Function<void*, const char*, void*, Made> create_session{7};
constexpr Function<void*, void*, const char* const*, void* const*, std::size_t, const char* const*, std::size_t, void**> run{9};
constexpr Function<Made> create_session_options{10};
constexpr Function<void*, int> set_graph_optimization{23}, set_threads_inside{24}, set_threads_between{25};
constexpr Function<void*, void*, std::size_t, const std::int64_t*, std::size_t, int, Made> create_tensor{49};
constexpr Function<int, int, Made> create_cpu_memory{69};

void open() {
  void* const library = dlopen("./node_modules/onnxruntime-node/bin/napi-v6/linux/x64/libonnxruntime.so.1", RTLD_NOW);
  const auto base = library == nullptr ? nullptr : reinterpret_cast<const Base* (*)()>(dlsym(library, "OrtGetApiBase"));
  if (base == nullptr) {
    std::fprintf(stderr, "ONNX Runtime was not found in node_modules\n");
    std::exit(1);
  }
  table = base()->table(16);
}

struct Tensor {
  std::vector<float> numbers;
  void* value = nullptr;

  explicit Tensor(const std::vector<std::int64_t>& dims) {
    std::size_t size = 1;
    for (const std::int64_t n : dims) size *= static_cast<std::size_t>(n);
    numbers = work::pixels(size);
    void* memory = nullptr;
    create_cpu_memory(0, 0, &memory);
    create_tensor(memory, numbers.data(), size * sizeof(float), dims.data(), dims.size(), 1, &value);
  }
};

/// A net of the directory onnx, ready to be called on its own input and output.
auto prepared(const std::string& file, std::vector<std::int64_t> in, std::vector<std::int64_t> out) {
  static void* const env = [] {
    void* made = nullptr;
    create_env(3, "bench", &made);
    return made;
  }();
  void *options = nullptr, *session = nullptr;
  create_session_options(&options);
  set_graph_optimization(options, 99);                                      // all
  set_threads_inside(options, rows::threads());
  set_threads_between(options, 1);
  create_session(env, ("onnx/" + file + ".onnx").c_str(), options, &session);
  return [session, x = std::make_shared<Tensor>(in), y = std::make_shared<Tensor>(out)] {
    const char *const x_name = "x", *const y_name = "y";
    void* result = y->value;
    run(session, nullptr, &x_name, &x->value, 1, &y_name, 1, &result);
  };
}

}  // namespace

int main(int argc, char** argv) {
  open();
  for (const work::Net net : work::nets)
    work::add_prediction(net, "", [net](int batch) {
      using Dims = std::vector<std::int64_t>;
      const Dims in = net == work::mlp ? Dims{batch, 784} : Dims{batch, 3, 32, 32};
      return prepared(std::string(work::name(net)) + "-" + std::to_string(batch), in, {batch, 10});
    });
  rows::add("call of an empty model", "", rows::time(0), [] { return prepared("empty", {1, 1}, {1, 1}); });
  return rows::run(argc, argv);
}
