// SPDX-License-Identifier: Apache-2.0
#include "moestro/ops/tensor_file.h"

#include <algorithm>
#include <cstring>
#include <set>

#include "moestro/base/error.h"

namespace moestro {
namespace {

struct DtypePair {
  Dtype file;
  at::ScalarType tensor;
};

constexpr DtypePair kDtypes[] = {
    {Dtype::kF64, at::kDouble},
    {Dtype::kF32, at::kFloat},
    {Dtype::kBF16, at::kBFloat16},
    {Dtype::kF16, at::kHalf},
    {Dtype::kI64, at::kLong},
    {Dtype::kI32, at::kInt},
    {Dtype::kI16, at::kShort},
    {Dtype::kI8, at::kChar},
    {Dtype::kU8, at::kByte},
    {Dtype::kBool, at::kBool}};

Dtype file_dtype(at::ScalarType dtype) {
  const auto* found = std::ranges::find(kDtypes, dtype, &DtypePair::tensor);
  TORCH_CHECK_VALUE(
      found != std::end(kDtypes),
      "[checkpoint] dtype can be stored; got dtype=",
      dtype);
  return found->file;
}

at::ScalarType tensor_dtype(Dtype dtype) {
  return std::ranges::find(kDtypes, dtype, &DtypePair::file)->tensor;
}

void load_one(
    const NamedTensor& t,
    const SafetensorsFile& file,
    const std::string& what) {
  const auto* entry = file.find(t.name);
  if (entry == nullptr) {
    fail_data(what + ": tensor '" + t.name + "' is missing");
  }
  const auto value = tensor_of(file, *entry);
  if (value.sizes() != t.value.sizes() ||
      value.scalar_type() != t.value.scalar_type()) {
    fail_data(
        what + ": tensor '" + t.name +
        "' has another shape or type than the configuration asks for");
  }
  if (value.is_floating_point() && !at::isfinite(value).all().item<bool>()) {
    fail_data(
        what + ": tensor '" + t.name +
        "' holds numbers that are not finite; use an earlier checkpoint");
  }
  // Into the tensor's own storage: others hold it too, and its alignment is
  // that of an uninterrupted run, on which the bits of the optimizer depend.
  t.value.detach().copy_(value);
}

}  // namespace

TensorList list_tensors(const TensorWalk& walk) {
  TensorList all;
  walk([&all](const NamedTensor& t) {
    all.emplace_back(t.name, t.value.detach());
  });
  return all;
}

std::vector<std::byte> encode_tensors(
    const TensorList& tensors,
    std::span<const std::pair<std::string, std::string>> metadata) {
  TensorList kept;
  std::vector<TensorView> views;
  for (const auto& [name, tensor] : tensors) {
    const auto plain = tensor.cpu().contiguous();
    kept.emplace_back(name, plain);
    views.push_back(
        {.name = name,
         .dtype = file_dtype(plain.scalar_type()),
         .shape = plain.sizes().vec(),
         .bytes = {
             static_cast<const std::byte*>(plain.const_data_ptr()),
             plain.nbytes()}});
  }
  return encode_safetensors(views, metadata);
}

void visit_number(
    const NumberVisitor& visit, const std::string& name, double& value) {
  std::vector<double> one = {value};
  visit(name, one);
  value = one.at(0);
}

TensorList number_tensors(const NumberWalk& walk) {
  TensorList all;
  walk([&all](const std::string& name, std::vector<double>& v) {
    all.emplace_back(name, at::tensor(at::ArrayRef<double>(v), at::kDouble));
  });
  return all;
}

void load_numbers(const NumberWalk& walk, const SafetensorsFile& file) {
  walk([&file](const std::string& name, std::vector<double>& v) {
    const auto* entry = file.find(name);
    if (entry == nullptr || entry->dtype != Dtype::kF64) {
      fail_data(
          "the checkpoint lacks the state '" + name +
          "'; it belongs to another configuration");
    }
    const auto tensor = tensor_of(file, *entry);
    const auto* begin = tensor.const_data_ptr<double>();
    v.assign(begin, begin + tensor.numel());
  });
}

Tensor tensor_of(const SafetensorsFile& file, const TensorEntry& entry) {
  auto value = at::empty(entry.shape, tensor_dtype(entry.dtype));
  const auto bytes = file.bytes(entry);
  constexpr auto kTrue = std::byte{1};
  if (entry.dtype == Dtype::kBool &&
      std::ranges::any_of(bytes, [](std::byte b) { return b > kTrue; })) {
    fail_data("tensor '" + entry.name + "' has booleans other than 0 and 1");
  }
  if (!bytes.empty()) {
    std::memcpy(value.mutable_data_ptr(), bytes.data(), bytes.size());
  }
  return value;
}

void load_tensors(
    const TensorWalk& walk,
    const SafetensorsFile& file,
    const std::string& what) {
  std::set<std::string> wanted;
  walk([&](const NamedTensor& t) {
    load_one(t, file, what);
    wanted.insert(t.name);
  });
  for (const auto& entry : file.entries) {
    if (!wanted.contains(entry.name)) {
      fail_data(
          what + ": tensor '" + entry.name +
          "' belongs to no part of the model");
    }
  }
}

}  // namespace moestro
