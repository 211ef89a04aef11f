// SPDX-License-Identifier: Apache-2.0
// A training step of a small model is hundreds of parallel loops of some
// microseconds. Threads that sleep between them pay for two context switches a
// loop; threads that spin long take the core from whoever else wants it, and
// with it from the thread they wait for. A short spin is near the best of both
// (docs/design.md has the figures), but beside other work sleeping is better
// still; hence the trial: a thread on each core runs for a while and compares
// the processor time that it got with the time that passed.
#include "cli/waiting.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <numeric>
#include <thread>
#include <vector>

#include <pthread.h>
#include <sched.h>

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

// Part of the time that this thread really has the core. Pinned, because two
// threads that start together may share a core for a while beside an idle one.
double share_of(int core) {
  cpu_set_t only;
  CPU_ZERO(&only);
  CPU_SET(core, &only);
  pthread_setaffinity_np(pthread_self(), sizeof only, &only);
  const auto begin = Clock::now();
  const double used = thread_seconds();
  auto now = begin;
  while (now - begin < kTrial) {
    now = Clock::now();
  }
  const std::chrono::duration<double> passed = now - begin;
  return (thread_seconds() - used) / passed.count();
}

std::vector<int> usable_cores() {
  cpu_set_t usable;
  CPU_ZERO(&usable);
  sched_getaffinity(0, sizeof usable, &usable);
  std::vector<int> cores;
  for (int core = 0; core < CPU_SETSIZE; ++core) {
    if (CPU_ISSET(core, &usable)) {
      cores.push_back(core);
    }
  }
  return cores;
}

double mean_share(const std::vector<int>& cores) {
  std::vector<double> shares(cores.size());
  std::vector<std::jthread> threads;
  threads.reserve(cores.size());
  for (std::size_t i = 0; i < cores.size(); ++i) {
    threads.emplace_back([&, i] { shares[i] = share_of(cores[i]); });
  }
  threads.clear();
  return std::reduce(shares.begin(), shares.end()) /
         static_cast<double>(std::max(shares.size(), std::size_t{1}));
}

double quietest_share() {
  const auto cores = usable_cores();
  double share = 0;
  for (int i = 0; i < kTrials && share < kQuiet; ++i) {
    share = std::max(share, mean_share(cores));
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
      "%s: trial threads had %.0f %% of their cores",
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
