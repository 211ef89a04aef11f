// SPDX-License-Identifier: Apache-2.0
#include "moestro/serve/compare_text.h"

#include "moestro/base/text.h"
#include "moestro/serve/doctor_text.h"

namespace moestro {
namespace {

constexpr size_t kSettings = 30, kAlarms = 10;  // shown

std::string heading(std::string_view text, Style style) {
  return "\n" + paint(text, Ink::kAccent, style) + "\n";
}

std::string when(const std::optional<int64_t>& step) {
  return step ? "step " + with_commas(*step) : "never";
}

std::string name_of(const LayerDifference& d) {
  return "layer " + std::to_string(d.layer) +
         (d.routing.empty() ? "" : " " + visible(d.routing));
}

std::string where(const LayerDifference* d) {
  return d == nullptr ? "" : ", " + name_of(*d);
}

std::optional<int64_t> step_of(
    const LayerDifference* d, std::optional<int64_t> Parting::* kind) {
  return d == nullptr ? std::nullopt : d->parting.*kind;
}

std::string partings(const Comparison& c, Style style) {
  const auto* exact = c.first_layer(&Parting::exact);
  const auto* beyond = c.first_layer(&Parting::beyond_noise);
  return heading("where they part", style) + "  loss     at all " +
         when(c.loss.exact) + "; beyond noise " + when(c.loss.beyond_noise) +
         "\n  routing  at all " + when(step_of(exact, &Parting::exact)) +
         where(exact) + "; beyond noise " +
         when(step_of(beyond, &Parting::beyond_noise)) + where(beyond) + "\n";
}

std::string settings_text(const Comparison& c, Style style) {
  auto text = heading("what differs in the configuration", style);
  if (c.settings.empty()) {
    return text + "  nothing that was recorded\n";
  }
  const auto shown = std::min(kSettings, c.settings.size());
  for (size_t i = 0; i < shown; ++i) {
    const auto& s = c.settings[i];
    text += "  " + pad_right(visible(s.key), 32) + " " +
            visible(s.a.value_or("–")) + "  ->  " + visible(s.b.value_or("–")) +
            "\n";
  }
  if (c.settings.size() > shown) {
    text += "  and " + std::to_string(c.settings.size() - shown) +
            " more; --json lists all\n";
  }
  return text;
}

std::string layer_line(const LayerDifference& d) {
  const auto both = [](const Figure& a, const Figure& b, int digits) {
    return pad_left(number(a, digits), 7) + " ->" +
           pad_left(number(b, digits), 7);
  };
  return "  " + pad_right(name_of(d), 12) + "  MaxVio" +
         both(d.a.max_vio, d.b.max_vio, 2) + "  effective experts" +
         both(d.a.effective_experts, d.b.effective_experts, 1) +
         "  correlation " + pad_left(number(d.correlation, 2), 5) +
         "  beyond noise " + when(d.parting.beyond_noise) + "\n";
}

std::string alarms_text(
    std::string_view name, const std::vector<AlarmEntry>& alarms, Style style) {
  std::string text;
  for (size_t i = 0; i < std::min(kAlarms, alarms.size()); ++i) {
    text += "  " + alarm_line(alarms[i], style) + "\n";
  }
  if (alarms.size() > kAlarms) {
    text += "  and " + std::to_string(alarms.size() - kAlarms) + " more\n";
  }
  return text.empty()
             ? ""
             : heading("only " + visible(name) + " raises", style) + text;
}

std::string verdict_line(std::string_view name, const Examination& e) {
  if (e.verdicts.empty()) {
    return "  " + visible(name) + ": nothing to explain\n";
  }
  const auto& first = e.verdicts.front();
  return "  " + visible(name) + ": " + first.id + " " + visible(first.name) +
         ", confidence " + fixed(first.confidence, 2) + "\n";
}

// Null where they never part.
Json step_json(const std::optional<int64_t>& step) {
  return step ? Json(*step) : Json(nullptr);
}

Json text_json(const std::optional<std::string>& text) {
  return text ? Json(*text) : Json(nullptr);
}

Json figures_json(const Figure& a, const Figure& b) {
  const auto one = [](const Figure& f) { return f ? Json(*f) : Json(nullptr); };
  return JsonArray{one(a), one(b)};
}

Json layer_json(const LayerDifference& d) {
  JsonObject object{
      {"layer", int64_t{d.layer}},
      {"max_vio", figures_json(d.a.max_vio, d.b.max_vio)},
      {"effective_experts",
       figures_json(d.a.effective_experts, d.b.effective_experts)},
      {"correlation", d.correlation ? Json(*d.correlation) : Json(nullptr)},
      {"exact", step_json(d.parting.exact)},
      {"beyond_noise", step_json(d.parting.beyond_noise)}};
  if (!d.routing.empty()) {
    object.emplace_back("routing", d.routing);
  }
  return object;
}

Json side_json(
    std::string_view name, const Examination& e, const Examination& other) {
  JsonArray alarms, verdicts;
  for (const auto& alarm : alarms_only_in(e, other)) {
    alarms.emplace_back(JsonObject{
        {"id", alarm.id},
        {"level", name_of(alarm.level)},
        {"step", alarm.step},
        {"layer", alarm.layer < 0 ? Json(nullptr) : Json(int64_t{alarm.layer})},
        {"message", alarm.message}});
  }
  for (const auto& d : e.verdicts) {
    verdicts.emplace_back(JsonObject{
        {"id", d.id}, {"name", d.name}, {"confidence", d.confidence}});
  }
  return JsonObject{
      {"name", name},
      {"steps", e.steps},
      {"alarms_only_here", std::move(alarms)},
      {"verdicts", std::move(verdicts)}};
}

}  // namespace

std::string compare_text(const Comparison& c, Names names, Style style) {
  auto text =
      paint(visible(names.a) + "  ->  " + visible(names.b), Ink::kBold, style) +
      "  " + with_commas(c.common_steps) + " common steps\n";
  text += partings(c, style) + settings_text(c, style);
  text += heading("what differs in routing", style);
  for (const auto& layer : c.layers) {
    text += layer_line(layer);
  }
  text += alarms_text(names.a, alarms_only_in(c.a, c.b), style);
  text += alarms_text(names.b, alarms_only_in(c.b, c.a), style);
  text += heading("what the doctor says", style);
  return text + verdict_line(names.a, c.a) + verdict_line(names.b, c.b);
}

Json to_json(const Comparison& c, Names names) {
  JsonArray settings, layers;
  for (const auto& s : c.settings) {
    settings.emplace_back(JsonObject{
        {"key", s.key}, {"a", text_json(s.a)}, {"b", text_json(s.b)}});
  }
  for (const auto& layer : c.layers) {
    layers.push_back(layer_json(layer));
  }
  const auto* exact = c.first_layer(&Parting::exact);
  const auto* beyond = c.first_layer(&Parting::beyond_noise);
  return JsonObject{
      {"version", 1},
      {"common_steps", c.common_steps},
      {"first_difference",
       JsonObject{
           {"loss",
            JsonObject{
                {"exact", step_json(c.loss.exact)},
                {"beyond_noise", step_json(c.loss.beyond_noise)}}},
           {"routing",
            JsonObject{
                {"exact", step_json(step_of(exact, &Parting::exact))},
                {"beyond_noise",
                 step_json(step_of(beyond, &Parting::beyond_noise))}}}}},
      {"settings", std::move(settings)},
      {"layers", std::move(layers)},
      {"a", side_json(names.a, c.a, c.b)},
      {"b", side_json(names.b, c.b, c.a)}};
}

}  // namespace moestro
