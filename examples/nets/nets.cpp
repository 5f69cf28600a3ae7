// The reference nets of this folder, one header each, and how many numbers they learn: known when this is compiled.
#include "alexnet.hpp"
#include "inception.hpp"
#include "lenet.hpp"
#include "mobilenet.hpp"
#include "resnet.hpp"
#include "two_conv.hpp"
#include "vgg.hpp"

#include <tutti/model.hpp>
#include <iomanip>
#include <iostream>
using namespace tutti;

template <class Net, class X>
void line(const char* name) {
  std::cout << std::left << std::setw(18) << name << std::setw(18) << type_name<X>() << std::right << std::setw(10) << parameter_count<Net, X, Label<10>> << '\n';
}

int main() {
  using Gray  = Image<1, 28, 28>;
  using Color = Image<3, 32, 32>;
  std::cout << std::left << std::setw(18) << "net" << std::setw(18) << "input" << "parameters\n";
  line<nets::OneConv, Gray>("OneConv");
  line<nets::TwoConv, Gray>("TwoConv");
  line<nets::TwoConvNorm, Gray>("TwoConvNorm");
  line<nets::LeNet, Gray>("LeNet");
  line<nets::TwoConv32<>, Color>("TwoConv32<1024>");
  line<nets::TwoConv32<128>, Color>("TwoConv32<128>");
  line<nets::AlexNet, Color>("AlexNet");
  line<nets::Vgg11, Color>("Vgg11");
  line<nets::InceptionNet, Color>("InceptionNet");
  line<nets::ResNet20, Color>("ResNet20");
  line<nets::MobileNet, Color>("MobileNet");
}
