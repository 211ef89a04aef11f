// SPDX-License-Identifier: Apache-2.0
// A pretended CUDA device: a tensor there is a tensor of the CPU behind an
// address that nobody can read. Every operator lands in one boxed function,
// which hands the tensors behind to the CPU's kernel and hides what comes back.
//
// It refuses what a real device refuses: operands on different devices (a
// number without dimensions may come from the host), and pointers into its
// memory. It says nothing of kernels, of order between streams, or of speed.
#include "tests/device/pretended.h"

#include <atomic>

#include <ATen/Context.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <torch/library.h>

namespace moestro::test {
namespace {

using at::Tensor;

std::atomic<int64_t>& reads() {
  static std::atomic<int64_t> count = 0;
  return count;
}

std::atomic<bool>& pretending() {
  static std::atomic<bool> yes = false;
  return yes;
}

// What lies behind the memory of a pretended tensor.
struct Behind {
  c10::Storage storage;
};

// No address of a process has this bit.
constexpr uintptr_t kUnreadable = uintptr_t{1} << 62U;

at::Device pretended() {
  return {at::kCUDA, 0};
}

Tensor with_storage(
    c10::Storage storage, c10::DispatchKey key, const Tensor& like) {
  auto made = at::detail::make_tensor<c10::TensorImpl>(
      std::move(storage), c10::DispatchKeySet(key), like.dtype());
  made.unsafeGetTensorImpl()->set_storage_offset(like.storage_offset());
  made.unsafeGetTensorImpl()->set_sizes_and_strides(
      like.sizes(), like.strides());
  if (like.unsafeGetTensorImpl()->is_wrapped_number()) {
    made.unsafeGetTensorImpl()->set_wrapped_number(true);
  }
  return made;
}

Tensor hide(const Tensor& cpu) {
  if (!cpu.defined() || !cpu.is_cpu()) {
    return cpu;
  }
  auto* behind = new Behind{cpu.storage()};
  auto* address = reinterpret_cast<void*>(
      reinterpret_cast<uintptr_t>(cpu.storage().data()) | kUnreadable);
  c10::DataPtr data(
      address,
      behind,
      [](void* context) { delete static_cast<Behind*>(context); },
      pretended());
  c10::Storage storage(
      c10::Storage::use_byte_size_t(), cpu.storage().nbytes(), std::move(data));
  return with_storage(std::move(storage), c10::DispatchKey::CUDA, cpu);
}

Tensor uncover(const Tensor& tensor) {
  if (!tensor.defined() || !tensor.is_cuda()) {
    return tensor;
  }
  auto* behind =
      static_cast<Behind*>(tensor.storage().data_ptr().get_context());
  auto plain = with_storage(behind->storage, c10::DispatchKey::CPU, tensor);
  return tensor.is_conj() ? plain.conj() : plain;
}

void visit_tensors(
    const c10::IValue& value, const std::function<void(const Tensor&)>& visit) {
  if (value.isTensor() && value.toTensor().defined()) {
    visit(value.toTensor());
  } else if (value.isTensorList()) {
    for (const Tensor& t : value.toTensorList()) {
      visit(t);
    }
  } else if (value.isList()) {
    for (const c10::IValue& item : value.toListRef()) {
      visit_tensors(item, visit);
    }
  }
}

c10::IValue uncovered(const c10::IValue& value) {
  if (value.isTensor()) {
    return uncover(value.toTensor());
  }
  if (value.isTensorList()) {
    c10::List<Tensor> plain;
    for (const Tensor& t : value.toTensorList()) {
      plain.push_back(uncover(t));
    }
    return plain;
  }
  if (value.isOptionalTensorList()) {
    c10::List<std::optional<Tensor>> plain;
    for (const std::optional<Tensor> t : value.toOptionalTensorList()) {
      plain.push_back(t ? std::optional(uncover(*t)) : t);
    }
    return plain;
  }
  if (value.isDevice()) {
    return at::Device(at::kCPU);
  }
  return value;
}

c10::IValue hidden(const c10::IValue& value) {
  if (value.isTensor()) {
    return hide(value.toTensor());
  }
  if (value.isTensorList()) {
    c10::List<Tensor> all;
    for (const Tensor& t : value.toTensorList()) {
      all.push_back(hide(t));
    }
    return all;
  }
  return value;
}

// Indexing with numbers of the host, and copies, cross devices.
bool may_cross(const std::string& name) {
  return name == "aten::copy_" || name == "aten::index";
}

void refuse_strangers(
    const std::string& name, at::ArrayRef<c10::IValue> arguments) {
  bool near = false, far = false;
  for (const auto& argument : arguments) {
    visit_tensors(argument, [&](const Tensor& t) {
      far = far || t.is_cuda();
      near = near || (t.is_cpu() && t.dim() > 0);
    });
  }
  TORCH_CHECK(
      !(near && far) || may_cross(name),
      "Expected all tensors to be on the same device, but found at least two "
      "devices in ",
      name);
}

void count_reads(const std::string& name, at::ArrayRef<c10::IValue> arguments) {
  if (name == "aten::_local_scalar_dense" || name == "aten::equal" ||
      name == "aten::nonzero" || name == "aten::masked_select" ||
      (name == "aten::copy_" && arguments[0].toTensor().is_cpu())) {
    ++reads();
  }
}

// What an operator wrote into may have grown.
void follow(const c10::IValue& given, const c10::IValue& plain) {
  if (!given.isTensor() || !given.toTensor().is_cuda()) {
    return;
  }
  const auto& far = given.toTensor();
  const auto& near = plain.toTensor();
  far.storage().set_nbytes(near.storage().nbytes());
  far.unsafeGetTensorImpl()->set_sizes_and_strides(
      near.sizes(), near.strides());
}

bool writes(const c10::Argument& argument) {
  return argument.alias_info() != nullptr && argument.alias_info()->isWrite();
}

// What an operator writes into it gives back.
c10::IValue given_back(
    const c10::Argument& returned,
    at::ArrayRef<c10::Argument> arguments,
    at::ArrayRef<c10::IValue> given,
    const c10::IValue& result) {
  for (size_t a = 0; writes(returned) && a < arguments.size(); ++a) {
    if (writes(arguments[a]) && arguments[a].alias_info()->beforeSets() ==
                                    returned.alias_info()->beforeSets()) {
      return given[a];
    }
  }
  return hidden(result);
}

std::vector<c10::IValue> taken_from(c10::Stack& stack, size_t count) {
  auto last = torch::jit::last(stack, count).vec();
  torch::jit::drop(stack, count);
  return last;
}

// Runs an operator on what is behind its arguments.
void run_behind(
    const c10::OperatorHandle& op, c10::DispatchKeySet, c10::Stack* stack) {
  const auto& schema = op.schema();
  const auto& arguments = schema.arguments();
  const auto name = schema.operator_name().name;
  const auto given = taken_from(*stack, arguments.size());
  refuse_strangers(name, given);
  count_reads(name, given);
  std::vector<c10::IValue> plain;
  for (const auto& argument : given) {
    plain.push_back(uncovered(argument));
    stack->push_back(plain.back());
  }
  op.redispatchBoxed(c10::DispatchKeySet(c10::DispatchKey::CPU), stack);
  const auto results = taken_from(*stack, schema.returns().size());
  for (size_t a = 0; a < arguments.size(); ++a) {
    if (writes(arguments[a])) {
      follow(given[a], plain[a]);
    }
  }
  for (size_t r = 0; r < results.size(); ++r) {
    stack->push_back(
        given_back(schema.returns()[r], arguments, given, results[r]));
  }
}

struct Hooks final : at::CUDAHooksInterface {
  explicit Hooks(at::CUDAHooksArgs) {}
  void init() const override {}
  [[nodiscard]] bool isBuilt() const override { return true; }
  [[nodiscard]] bool isAvailable() const override { return true; }
  [[nodiscard]] bool hasCUDA() const override { return true; }
  [[nodiscard]] bool hasPrimaryContext(c10::DeviceIndex) const override {
    return true;
  }
  [[nodiscard]] c10::DeviceIndex deviceCount() const override { return 1; }
  [[nodiscard]] c10::DeviceIndex getCurrentDevice() const override { return 0; }
};

// One device, one stream, nothing to wait for.
struct Guard final : c10::impl::NoOpDeviceGuardImpl<at::kCUDA> {
  [[nodiscard]] at::Device getDevice() const override { return pretended(); }
  [[nodiscard]] at::Device exchangeDevice(at::Device) const override {
    return pretended();
  }
  [[nodiscard]] c10::Stream getStream(at::Device) const noexcept override {
    return c10::Stream(c10::Stream::DEFAULT, pretended());
  }
  [[nodiscard]] c10::DeviceIndex deviceCount() const noexcept override {
    return 1;
  }
  void record(void**, const c10::Stream&, c10::DeviceIndex, c10::EventFlag)
      const override {}
  void block(void*, const c10::Stream&) const override {}
  [[nodiscard]] bool queryEvent(void*) const override { return true; }
};

}  // namespace

void pretend_cuda() {
  pretending() = true;
  at::CUDAHooksRegistry()->Register(
      "CUDAHooks", [](at::CUDAHooksArgs arguments) {
        return std::unique_ptr<at::CUDAHooksInterface>(new Hooks(arguments));
      });
  static const Guard guard;
  c10::impl::device_guard_impl_registry[static_cast<size_t>(at::kCUDA)].store(
      &guard);
  static torch::Library every(
      torch::Library::IMPL, "_", c10::DispatchKey::CUDA, __FILE__, __LINE__);
  every.fallback(torch::CppFunction::makeFromBoxedFunction<&run_behind>());
  static torch::Library aten(
      torch::Library::IMPL, "aten", c10::DispatchKey::CUDA, __FILE__, __LINE__);
  // Not one of a backend's operators, yet a CPU's kernel is all there is.
  aten.impl("copy_", torch::CppFunction::makeFromBoxedFunction<&run_behind>());
}

bool pretends() {
  return pretending();
}

int64_t pretended_reads() {
  return reads();
}

}  // namespace moestro::test
