// SPDX-License-Identifier: Apache-2.0
// make calibrate-stats: is every false-alarm rate that moestro/stats promises
// kept? Exits with 1 where one is not.
#include <cstdio>
#include <cstdlib>

#include "moestro/base/text.h"
#include "tests/calibrate/claim.h"

namespace moestro {
namespace {

std::string number(double value) {
  const double size = std::abs(value);
  return fixed(value, size < 10 ? 4 : size < 1000 ? 1 : 0);
}

bool holds(const Claim& claim) {
  const auto [value, range] = claim.measure();
  const bool kept =
      range.low <= claim.promised.high && range.high >= claim.promised.low;
  std::printf(
      "%-52s %16s %9s  [%s, %s]  %s\n",
      claim.name.c_str(),
      claim.promise.c_str(),
      number(value).c_str(),
      number(range.low).c_str(),
      number(range.high).c_str(),
      kept ? "holds" : "BROKEN");
  std::fflush(stdout);
  return kept;
}

int calibrate(int64_t effort) {
  std::printf(
      "%-52s %16s %9s  %s\n",
      "claim",
      "promised",
      "measured",
      "99.9 % interval");
  int64_t broken = 0, all = 0;
  for (const auto& part :
       {claims_of_balance, claims_of_charts, claims_of_many}) {
    for (const auto& claim : part(effort)) {
      broken += holds(claim) ? 0 : 1;
      ++all;
    }
  }
  std::printf(
      "%lld claims, %lld broken\n",
      static_cast<long long>(all),
      static_cast<long long>(broken));
  return broken > 0 ? 1 : 0;
}

}  // namespace
}  // namespace moestro

// Optional argument: how many times as many trials.
int main(int argc, char** argv) {
  const int64_t effort = argc > 1 ? std::atoll(argv[1]) : 1;
  if (effort < 1) {
    std::fputs("usage: calibrate_stats [EFFORT], EFFORT >= 1\n", stderr);
    return 2;
  }
  return moestro::calibrate(effort);
}
