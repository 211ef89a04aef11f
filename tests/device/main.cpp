// SPDX-License-Identifier: Apache-2.0
// Tests that run where they are told: --device=cpu (unless given),
// --device=cuda, or --device=pretended, a CUDA device for machines that have
// none.
#include <cstdio>
#include <string_view>

#include <ATen/Context.h>
#include <gtest/gtest.h>

#include "tests/device/device.h"
#include "tests/device/pretended.h"

namespace moestro::test {
namespace {

at::Device& chosen_device() {
  static at::Device device = at::kCPU;
  return device;
}

bool choose(std::string_view name) {
  if (name == "pretended") {
    pretend_cuda();
  } else if (name != "cpu" && name != "cuda") {
    std::fprintf(stderr, "--device is cpu, cuda or pretended\n");
    return false;
  }
  if (name != "cpu" && !at::globalContext().hasCUDA()) {
    std::fprintf(stderr, "this libtorch sees no CUDA device\n");
    return false;
  }
  set_test_device(name == "cpu" ? at::kCPU : at::kCUDA);
  return true;
}

}  // namespace

at::Device test_device() {
  return chosen_device();
}

void set_test_device(at::Device wanted) {
  chosen_device() = wanted;
}

}  // namespace moestro::test

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  constexpr std::string_view kFlag = "--device=";
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument.starts_with(kFlag) &&
        !moestro::test::choose(argument.substr(kFlag.size()))) {
      return 2;
    }
  }
  return RUN_ALL_TESTS();
}
