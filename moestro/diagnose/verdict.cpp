// SPDX-License-Identifier: Apache-2.0
#include "moestro/diagnose/verdict.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <utility>

namespace moestro {

void Weighing::pro(double worth, std::string text) {
  odds_ += worth;
  for_.push_back(std::move(text));
}

void Weighing::con(double worth, std::string text) {
  odds_ -= worth;
  against_.push_back(std::move(text));
}

double Weighing::confidence() const {
  return 1 / (1 + std::exp(-odds_));
}

Diagnosis Weighing::diagnosis(const Advice& advice) const {
  return {
      .confidence = confidence(),
      .evidence_for = for_,
      .evidence_against = against_,
      .test = std::string(advice.test),
      .action = std::string(advice.action),
      .success = std::string(advice.success),
      .rollback = std::string(advice.rollback)};
}

Diagnosis Weighing::diagnosis(
    const Advice& advice, const std::vector<const AlarmEntry*>& signs) const {
  auto diagnosis = this->diagnosis(advice);
  diagnosis.layers = layers_of(signs);
  diagnosis.experts = experts_of(signs);
  diagnosis.since_step =
      (*std::ranges::min_element(signs, {}, &AlarmEntry::step))->step;
  return diagnosis;
}

std::string verdict_id(std::string_view name) {
  std::string id(name.substr(0, name.find('-')));
  for (auto& c : id) {
    c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return id;
}

}  // namespace moestro
