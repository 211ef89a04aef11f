// SPDX-License-Identifier: Apache-2.0
#include "moestro/train/bits.h"

#include <cstdlib>

#include <ATen/Version.h>
#if defined(__x86_64__)
#include <cpuid.h>
#endif
#include <torch/version.h>

namespace moestro {
namespace {

// Threads themselves are frozen in the configuration.
constexpr const char* kVariables[] = {
    "ATEN_CPU_CAPABILITY",
    "DNNL_MAX_CPU_ISA",
    "MKL_CBWR",
    "MKL_DYNAMIC",
    "MKL_ENABLE_INSTRUCTIONS",
    "MKL_NUM_THREADS",
    "ONEDNN_MAX_CPU_ISA",
    "OMP_DYNAMIC",
    "OMP_THREAD_LIMIT"};

// Libraries choose kernels by the vendor too.
std::string vendor() {
#if defined(__x86_64__)
  unsigned most = 0, name[3] = {};
  if (__get_cpuid(0, &most, &name[0], &name[2], &name[1]) != 0) {
    return {reinterpret_cast<const char*>(name), sizeof name};
  }
#endif
  return "unknown";
}

std::string shown(const std::string& value) {
  return value.empty() ? "unset" : "'" + value + "'";
}

}  // namespace

Json bits_here() {
  Json bits;
  bits.set("processor", vendor() + " " + at::get_cpu_capability())
      .set("libtorch", TORCH_VERSION);
  for (const auto* name : kVariables) {
    const char* value = std::getenv(name);
    bits.set(name, value == nullptr ? "" : value);
  }
  return bits;
}

std::vector<std::string> other_bits(const Json& then, const Json& now) {
  std::vector<std::string> lines;
  if (!then.is_object()) {
    return lines;
  }
  for (const auto& [name, value] : then.as_object()) {
    const auto here = now.find(name);
    if (!here || !value.is_string()) {
      continue;
    }
    const auto before = value.as_string(), after = here->as_string();
    if (before != after) {
      lines.push_back(
          name + " was " + shown(before) + " and is " + shown(after));
    }
  }
  return lines;
}

}  // namespace moestro
