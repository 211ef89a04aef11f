// SPDX-License-Identifier: Apache-2.0
#include "moestro/stats/charts.h"

#include <algorithm>
#include <cmath>

#include "moestro/base/error.h"
#include "moestro/stats/dispersion.h"

namespace moestro {

bool Cusum::push(double x) {
  if (!std::isnan(x)) {
    sum_ = std::max(0.0, sum_ + x - design_.k);
  }
  return sum_ > design_.h;
}

CusumBank::CusumBank(double false_alarm_steps) {
  for (const double k : {0.25, 1.0}) {
    charts_.emplace_back(
        CusumDesign{k, cusum_threshold(k, 2 * false_alarm_steps)});
  }
}

bool CusumBank::push(double x) {
  bool alarm = false;
  for (auto& chart : charts_) {
    alarm = chart.push(x) || alarm;
  }
  return alarm;
}

void CusumBank::restart() {
  std::ranges::for_each(charts_, &Cusum::restart);
}

Ewma::Ewma(const EwmaDesign& design) : design_(design) {
  require(
      design.lambda > 0 && design.lambda <= 1 && design.limit > 0,
      "[charts] lambda is in (0, 1], the limit positive");
}

bool Ewma::push(double x) {
  if (!std::isnan(x)) {
    mean_ += design_.lambda * (x - mean_);
  }
  return std::abs(mean_) > design_.bound();
}

CountCusum::CountCusum(double healthy, double wanted, double false_alarm_steps)
    : wanted_(wanted),
      gain_hit_(std::log(wanted / healthy)),
      gain_miss_(std::log((1 - wanted) / (1 - healthy))),
      threshold_(std::log(false_alarm_steps)) {
  const auto is_share = [](double s) { return s > 0 && s < 1; };
  require(
      is_share(healthy) && is_share(wanted) && healthy != wanted &&
          false_alarm_steps > 1,
      "[charts] shares are in (0, 1) and differ, steps exceed 1");
}

bool CountCusum::push(double hits, double tokens, double phi) {
  const double gain = hits * gain_hit_ + (tokens - hits) * gain_miss_;
  sum_ = std::max(0.0, sum_ + effective_tokens(gain, phi));
  return sum_ > threshold_;
}

double CountCusum::delay(double tokens, double phi) const {
  require(tokens > 0, "[charts] there are tokens");
  const double gain = wanted_ * gain_hit_ + (1 - wanted_) * gain_miss_;
  return threshold_ / effective_tokens(tokens * gain, phi);
}

}  // namespace moestro
