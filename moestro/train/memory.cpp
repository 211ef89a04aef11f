// SPDX-License-Identifier: Apache-2.0
#include "moestro/train/memory.h"

#include <algorithm>
#include <charconv>

#include <sys/resource.h>
#include <unistd.h>

#include "moestro/base/error.h"
#include "moestro/base/file.h"
#include "moestro/base/text.h"

namespace moestro {
namespace {

constexpr double kFloat = 4;
constexpr double kWeight = 4 * kFloat;      // with gradient and two moments
constexpr double kByteOfBatch = 1 + 8 + 8;  // byte, id, place of each
constexpr double kKept = 4;  // rows of a block that the backward pass reads

double real(int64_t v) {
  return static_cast<double>(v);
}

std::string key(std::string_view name, int64_t value) {
  return std::string(name) + " = " + std::to_string(value);
}

std::string size_of(double bytes) {
  constexpr std::string_view kUnits[] = {"B", "kB", "MB", "GB", "TB", "PB"};
  size_t unit = 0;
  while (bytes >= 1000 && unit + 1 < std::size(kUnits)) {
    bytes /= 1000;
    ++unit;
  }
  return fixed(bytes, 1) + " " + std::string(kUnits[unit]);
}

double weights_of(const Config& c) {
  const auto dim = real(c.model.dim);
  double count = 2 * kVocabulary * dim;
  for (const auto& layer : c.layers) {
    count += 4 * dim * dim +
             2 * dim * real(layer.moe.hidden) * real(layer.moe.experts);
  }
  return count;
}

void refuse_beyond(
    double limit, double bytes, const std::string& keys, const char* advice) {
  if (bytes > limit) {
    fail_configuration(
        keys + " need at least " + size_of(bytes) +
        " of memory; this process may have " + size_of(limit) + ": " + advice);
  }
}

double group_limit(double otherwise) {
  const auto text = file_text("/sys/fs/cgroup/memory.max").value_or("max");
  double limit = otherwise;
  std::from_chars(text.data(), text.data() + text.size(), limit);
  return limit > 0 ? std::min(limit, otherwise) : otherwise;
}

}  // namespace

double memory_limit() {
  const auto physical =
      real(sysconf(_SC_PHYS_PAGES)) * real(sysconf(_SC_PAGE_SIZE));
  rlimit limit{};
  const bool limited =
      getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
  return group_limit(
      limited ? std::min(physical, static_cast<double>(limit.rlim_cur))
              : physical);
}

void check_memory(const Config& c, double limit) {
  const auto context = real(c.model.context);
  refuse_beyond(
      limit,
      real(c.train.batch) * context * kByteOfBatch,
      key("train.batch", c.train.batch) + " sequences of " +
          key("model.context", c.model.context) + " bytes",
      "lower one of them");
  const bool micro = c.train.micro_batch > 0;
  const auto forward = micro ? c.train.micro_batch : c.train.batch;
  refuse_beyond(
      limit,
      real(forward) * context *
          (kKept * real(c.model.layers) * real(c.model.dim) + kVocabulary) *
          kFloat,
      key(micro ? "train.micro_batch" : "train.batch", forward) +
          " sequences of " + key("model.context", c.model.context) +
          " bytes through " + key("model.layers", c.model.layers) + " of " +
          key("model.dim", c.model.dim),
      micro ? "lower one of them" : "set train.micro_batch, or lower one");
  refuse_beyond(
      limit,
      weights_of(c) * kWeight,
      "the parameters of " + key("model.layers", c.model.layers) + ", " +
          key("model.dim", c.model.dim) + ", " +
          key("moe.experts", c.moe.experts) + " and " +
          key("moe.hidden", c.moe.hidden),
      "lower one of them");
}

void check_memory(const Config& config) {
  check_memory(config, memory_limit());
}

}  // namespace moestro
