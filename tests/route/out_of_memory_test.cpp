// SPDX-License-Identifier: Apache-2.0
// Every allocation of a routing call fails once. Two types of one name in two
// libraries showed here first: the loader called the other one's destructor.
#include <cstdlib>
#include <new>

#include "tests/route/routing_fixture.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define MOESTRO_OWN_ALLOCATOR 1  // a sanitizer has one of its own
#endif
#endif
#ifndef MOESTRO_OWN_ALLOCATOR

namespace {

// Allocations until one of this thread fails; 0: none does.
thread_local int64_t until_failure = 0;

}  // namespace

[[gnu::visibility("default")]] void* operator new(std::size_t size) {
  if (until_failure > 0 && --until_failure == 0) {
    throw std::bad_alloc();
  }
  void* memory = std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) {
    throw std::bad_alloc();
  }
  return memory;
}
[[gnu::visibility("default")]] void operator delete(void* memory) noexcept {
  std::free(memory);
}
[[gnu::visibility("default")]] void operator delete(
    void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace moestro::test {
namespace {

// Whether the call ended by itself, with the given allocation failing.
bool survives(int64_t failing, std::string_view admit) {
  Batch batch(4, 3, 2);
  batch.knobs.capacity = 0.5;
  const auto logits_TE = matrix({{1, 0, 2}, {4, 0, 1}, {2, 0, 3}, {3, 0, 0}});
  const auto router = router_of({.admit = admit}, site_of(batch));
  until_failure = failing;
  try {
    (void)router.route(logits_TE, batch.context());
  } catch (const std::exception&) {
    until_failure = 0;
    return false;
  }
  const bool failed_later = until_failure == 0;
  until_failure = 0;
  return !failed_later;
}

TEST(Router, any_failed_allocation_ends_in_an_exception) {
  if (!test_device().is_cpu()) {
    GTEST_SKIP() << "a device's runtime does not survive this";
  }
  for (const auto admit : {"by-score", "by-arrival"}) {
    ASSERT_TRUE(survives(int64_t{1} << 40, admit));  // warms up
    int64_t failing = 1;
    while (!survives(failing, admit)) {
      ++failing;
    }
    EXPECT_GT(failing, 50) << admit;
  }
}

}  // namespace
}  // namespace moestro::test

#endif
