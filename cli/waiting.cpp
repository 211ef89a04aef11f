// SPDX-License-Identifier: Apache-2.0
// A training step of a small model is hundreds of parallel loops of some
// microseconds. Threads that sleep between them pay for two context switches a
// loop; threads that spin long take the core from whoever else wants it, and
// with it from the thread they wait for. A short spin is near the best of both
// (docs/design.md has the figures), but beside other work sleeping is better
// still; hence the trial: as many threads as cores run for a while and compare
// the processor time they got with the time that passed.
#include "cli/waiting.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <thread>
#include <vector>

namespace moestro {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kTrial = std::chrono::milliseconds(15);
constexpr int kTrials = 3;  // one quiet moment is enough
constexpr double kQuiet = 0.85;
constexpr const char* kShortSpin = "1000";

double thread_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) +
         1e-9 * static_cast<double>(now.tv_nsec);
}

// Part of the time that this thread really had a core.
double share_of_core() {
  const auto begin = Clock::now();
  const double used = thread_seconds();
  auto now = begin;
  while (now - begin < kTrial) {
    now = Clock::now();
  }
  const std::chrono::duration<double> passed = now - begin;
  return (thread_seconds() - used) / passed.count();
}

// The share of the thread that got the least.
double least_share() {
  std::vector<double> shares(std::max(1U, std::thread::hardware_concurrency()));
  std::vector<std::jthread> threads;
  for (auto& share : shares) {
    threads.emplace_back([&share] { share = share_of_core(); });
  }
  threads.clear();
  return std::ranges::min(shares);
}

double quietest_share() {
  double share = 0;
  for (int i = 0; i < kTrials && share < kQuiet; ++i) {
    share = std::max(share, least_share());
  }
  return share;
}

void set(const char* name, const std::string& value) {
  setenv(name, value.c_str(), /*overwrite=*/1);
}

}  // namespace

void choose_waiting() {
  if (std::getenv("OMP_WAIT_POLICY") != nullptr ||
      std::getenv("GOMP_SPINCOUNT") != nullptr) {
    set("MOESTRO_WAITING", "as your environment says");
    return;
  }
  const double share = quietest_share();
  const bool quiet = share >= kQuiet;
  set("OMP_WAIT_POLICY", "passive");
  if (quiet) {
    set("GOMP_SPINCOUNT", kShortSpin);
  }
  char text[96];
  std::snprintf(
      text,
      sizeof text,
      "%s: a trial thread had at least %.0f %% of a core",
      quiet ? "short spin" : "no spin",
      100 * share);
  set("MOESTRO_WAITING", text);
}

std::string waiting_text() {
  std::string text;
  const auto* how = std::getenv("MOESTRO_WAITING");
  text = how == nullptr ? "as the runtime's defaults say" : how;
  for (const auto* name : {"OMP_WAIT_POLICY", "GOMP_SPINCOUNT"}) {
    if (const auto* value = std::getenv(name); value != nullptr) {
      text += std::string("; ") + name + "=" + value;
    }
  }
  return text;
}

}  // namespace moestro
