// SPDX-License-Identifier: Apache-2.0
#include "moestro/train/flight_sink.h"

#include <exception>
#include <span>
#include <utility>

#include "moestro/base/durable.h"
#include "moestro/base/json.h"

namespace moestro {
namespace {

constexpr size_t kSteps = 200;

Json numbers(const std::vector<std::pair<std::string, double>>& values) {
  JsonObject object;
  for (const auto& [name, value] : values) {
    object.emplace_back(name, value);
  }
  return object;
}

Json layer_json(const LayerRecord& r) {
  return JsonObject{
      {"layer", int64_t{r.layer}},
      {"routing", r.routing},
      {"tokens", r.counts.tokens},
      {"demand", r.counts.demand},
      {"kept", r.counts.kept},
      {"nonfinite", r.nonfinite},
      {"measured", numbers(r.extras)}};
}

Json step_json(const StepRecord& record) {
  JsonArray layers;
  for (const auto& layer : record.layers) {
    layers.push_back(layer_json(layer));
  }
  return JsonObject{
      {"step", record.step},
      {"skipped", record.skipped},
      {"scalars", numbers(record.scalars)},
      {"layers", std::move(layers)}};
}

// "A03" of "A03 page: ..."; empty for anything less than a page.
std::string paged_by(std::string_view text) {
  const auto end = text.find(' ');
  const bool page =
      end != std::string_view::npos && text.substr(end).starts_with(" page: ");
  return std::string(page ? text.substr(0, end) : "");
}

}  // namespace

void FlightSink::step(const StepView& view) {
  last_.push_back(view.record);
  if (last_.size() > kSteps) {
    last_.pop_front();
  }
}

void FlightSink::event(
    int64_t step, std::string_view kind, std::string_view text) {
  if (kind != "alarm") {
    return;
  }
  alarms_.push_back({step, std::string(text)});
  if (!paged_by(text).empty()) {
    write(alarms_.back());
  }
}

// A record that cannot be written is said, and ends nothing.
void FlightSink::write(const Told& page) {
  const auto path = folder_ / (std::to_string(page.step) + "-" +
                               paged_by(page.text) + ".json");
  try {
    std::filesystem::create_directories(folder_);
    const auto text = text_of(page);
    replace_durably(path, std::as_bytes(std::span(text)));
    screen_.say("the last steps are in " + path.string());
  } catch (const std::exception& error) {
    screen_.say(
        "the flight record could not be written: " + std::string(error.what()));
  }
}

std::string FlightSink::text_of(const Told& page) const {
  const auto alarm_json = [](const Told& told) {
    return Json(JsonObject{{"step", told.step}, {"text", told.text}});
  };
  JsonArray alarms, steps;
  for (const auto& alarm : alarms_) {
    alarms.push_back(alarm_json(alarm));
  }
  for (const auto& record : last_) {
    steps.push_back(step_json(record));
  }
  return dump(JsonObject{
             {"version", 1},
             {"page", alarm_json(page)},
             {"alarms", std::move(alarms)},
             {"steps", std::move(steps)}}) +
         "\n";
}

}  // namespace moestro
