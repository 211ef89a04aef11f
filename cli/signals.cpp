// SPDX-License-Identifier: Apache-2.0
#include "cli/signals.h"

#include <atomic>
#include <csignal>

namespace moestro {
namespace {

// The only thing a signal handler may touch.
std::atomic<int>& caught_signal() {
  static std::atomic<int> signal{0};
  return signal;
}

// A second Ctrl-C or SIGTERM does not wait for what is under way.
void on_signal(int signal) {
  if (caught_signal().exchange(signal) != 0 && signal != SIGHUP) {
    std::signal(signal, SIG_DFL);
    std::raise(signal);
  }
}

}  // namespace

void catch_signals() {
  caught_signal() = 0;
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
  std::signal(SIGHUP, on_signal);
  std::signal(SIGPIPE, SIG_IGN);
}

int caught() {
  return caught_signal().load();
}

void note_signal(int signal) {
  int none = 0;
  caught_signal().compare_exchange_strong(none, signal);
}

}  // namespace moestro
