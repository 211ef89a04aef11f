// SPDX-License-Identifier: Apache-2.0
#include "moestro/lab/scenario.h"

#include <algorithm>
#include <filesystem>
#include <limits>
#include <map>
#include <optional>

#include "moestro/base/error.h"
#include "moestro/base/file.h"
#include "moestro/base/text.h"
#include "moestro/lab/scenario_texts.h"

namespace moestro {
namespace {

constexpr std::string_view kBase = "base";
constexpr Range kStep{-1, 1e12};
constexpr Range kAny{};

constexpr Param kWhen[] = {
    param<&When::at>("at", "before this step, once", kStep),
    param<&When::from>("from", "before every step from this one on", kStep),
    param<&When::until>("until", "and no more from this one on", kStep)};

constexpr Param kEdit[] = {
    param<&Edit::tensors>("tensors", "names; * stands for anything"),
    param<&Edit::experts>("experts", "such as 0-2,5; empty = all"),
    param<&Edit::act>("do", "what happens to them")
        .with(
            {.choices = "scale,add,set,zero,noise,copy,permute,round-bf16,"
                        "round-fp16,freeze,detach"}),
    param<&Edit::value>("value", "factor, summand, value, spread", kAny),
    param<&Edit::source>("source", "expert that copy copies", {0, 1e6})};

constexpr Param kKnob[] = {
    param<&KnobMove::knob>(
        "knob", "bias, k, temperature, noise, capacity, loss_weight, ..."),
    param<&KnobMove::layers>("layers", "such as 0-2; empty = all"),
    param<&KnobMove::experts>("experts", "of a bias; empty = all"),
    param<&KnobMove::act>("do", "what happens to it")
        .with({.choices = "set,scale,add"}),
    param<&KnobMove::value>("value", "value, factor, summand", kAny)};

constexpr Param kData[] = {
    param<&DataFault::act>("do", "what happens to the text")
        .with({.choices = "mixture,blocks,sort,repeat,template,cluster,pad"}),
    param<&DataFault::domain>("domain", "that a mixture takes more of"),
    param<&DataFault::share>("share", "of windows; pad: of bytes", {0, 1}),
    param<&DataFault::length>(
        "length", "steps of a block, bytes of a period, copies", {1, 1e9})};

constexpr Param kInstrument[] = {
    param<&InstrumentFault::act>("do", "how the record is wrong")
        .with({.choices = "shift,silent,stale,scale"}),
    param<&InstrumentFault::layers>("layers", "such as 0-2; empty = all"),
    param<&InstrumentFault::value>("value", "layers, or a factor", kAny)};

constexpr Param kDeclaration[] = {
    param<&Declaration::text>("text", "for the journal")};

constexpr Param kExpected[] = {
    list_param<&Expected::alarms>("alarms", "any of them detects it"),
    list_param<&Expected::verdicts>("verdicts", "any of them names it"),
    list_param<&Expected::never>("never", "verdicts that would be wrong"),
    param<&Expected::gradual>("gradual", "its lead over the harm counts"),
    param<&Expected::recoverable>("recoverable", "the conductor cures it"),
    param<&Expected::quick>("quick", "belongs to the quick suite"),
    param<&Expected::fault_step>("fault_step", "-1 = when it acts", kStep)};

// "edit.boost.do" -> {"edit", "boost", "do"}
struct Path {
  std::string_view section, name, rest;
};
Path path_of(std::string_view key) {
  const auto first = key.find('.');
  const auto rest =
      first == std::string_view::npos ? "" : key.substr(first + 1);
  const auto second = rest.find('.');
  return {
      key.substr(0, first),
      rest.substr(0, second),
      second == std::string_view::npos ? "" : rest.substr(second + 1)};
}

Setting without(const Setting& s, size_t prefix) {
  return {s.key.substr(prefix), s.value, s.origin};
}

class Reader {
 public:
  explicit Reader(const std::string& file) : file_(file) {
    result_.strings = std::make_shared<StringPool>();
    result_.id = std::filesystem::path(file).stem().string();
  }

  void read(const Setting& s) {
    const auto path = path_of(s.key);
    if (path.section == "scenario") {
      about(s, path.name);
    } else if (path.section == "config") {
      result_.config.push_back(without(s, sizeof("config.") - 1));
    } else if (path.section == "fault") {
      result_.fault.push_back(without(s, sizeof("fault.") - 1));
    } else if (path.section == "change") {
      change(s, path);
    } else if (path.section == "edit") {
      named(result_.edits, s, path, kEdit);
    } else if (path.section == "knob") {
      named(result_.knobs, s, path, kKnob);
    } else if (path.section == "data") {
      named(result_.data, s, path, kData);
    } else if (path.section == "instrument") {
      named(result_.instruments, s, path, kInstrument);
    } else if (path.section == "declare") {
      named(result_.declarations, s, path, kDeclaration);
    } else {
      static const std::vector<std::string> kSections{
          "scenario",
          "config",
          "fault",
          "change",
          "edit",
          "knob",
          "data",
          "instrument",
          "declare"};
      fail_unknown_key(s, path.section, kSections);
    }
  }

  Scenario finish() {
    check_times(result_.edits);
    check_times(result_.knobs);
    check_times(result_.data);
    check_times(result_.instruments);
    check_times(result_.changes);
    check_times(result_.declarations);
    for (const auto& c : result_.changes) {
      if (c.when.at < 0) {
        fail_configuration(
            file_ + ": change." + std::string(c.name) + " needs `at`");
      }
    }
    std::ranges::stable_sort(
        result_.changes, {}, [](const ConfigChange& c) { return c.when.at; });
    return std::move(result_);
  }

 private:
  void about(const Setting& s, std::string_view key) {
    const bool text = std::holds_alternative<std::string>(s.value);
    if (key == "summary" && text) {
      result_.summary = std::get<std::string>(s.value);
    } else if (key == "id" && text) {
      result_.id = std::get<std::string>(s.value);
    } else if (key == "kind" && text) {
      kind(s);
    } else {
      store(s, key, &result_.expected, kExpected, {"summary", "id", "kind"});
    }
  }

  void kind(const Setting& s) {
    const auto& word = std::get<std::string>(s.value);
    if (word != "fault" && word != "healthy") {
      fail_configuration(
          s.origin.text() + ": scenario.kind is fault or healthy; got '" +
              word + "'",
          s.key);
    }
    result_.healthy = word == "healthy";
  }

  void store(
      const Setting& s,
      std::string_view key,
      void* target,
      std::span<const Param> params,
      std::vector<std::string> also = {}) {
    const auto found = std::ranges::find(params, key, &Param::name);
    if (found == params.end()) {
      for (const auto& p : params) {
        also.emplace_back(p.name);
      }
      fail_unknown_key(s, key, also);
    }
    found->store(target, typed(s, *found, *result_.strings));
  }

  template <class T>
  T& one_called(std::vector<T>& all, std::string_view name) {
    const auto found = std::ranges::find(all, name, &T::name);
    return found != all.end()
               ? *found
               : all.emplace_back(T{result_.strings->keep(std::string(name))});
  }

  template <class T>
  void named(
      std::vector<T>& all,
      const Setting& s,
      const Path& path,
      std::span<const Param> params) {
    if (path.rest.empty()) {
      fail_configuration(
          s.origin.text() + ": write a table with a name, such as [" +
              std::string(path.section) + ".first]",
          s.key);
    }
    auto& one = one_called(all, path.name);
    if (std::ranges::find(kWhen, path.rest, &Param::name) != std::end(kWhen)) {
      store(s, path.rest, &one.when, kWhen);
    } else {
      store(s, path.rest, &one, params, {"at", "from", "until"});
    }
  }

  void change(const Setting& s, const Path& path) {
    auto& one = one_called(result_.changes, path.name);
    constexpr std::string_view kSet = "set.";
    if (path.rest.starts_with(kSet)) {
      one.settings.push_back(
          without(s, s.key.size() - path.rest.size() + kSet.size()));
    } else {
      store(s, path.rest, &one.when, kWhen, {"set.<key>"});
    }
  }

  template <class T>
  void check_times(const std::vector<T>& all) const {
    for (const auto& one : all) {
      const auto& w = one.when;
      if ((w.at >= 0) == (w.from >= 0)) {
        fail_configuration(
            file_ + ": '" + std::string(one.name) +
            "' needs either `at` (once) or `from` (every step)");
      }
      if (w.until >= 0 && w.until <= std::max<int64_t>(w.from, 0)) {
        fail_configuration(
            file_ + ": '" + std::string(one.name) + "' ends before it begins");
      }
    }
  }

  std::string file_;
  Scenario result_;
};

template <class T>
void earliest(const std::vector<T>& all, int64_t& first) {
  for (const auto& one : all) {
    first = std::min(first, one.when.first());
  }
}

}  // namespace

bool When::holds(int64_t step) const {
  if (at >= 0) {
    return step == std::max<int64_t>(at, 1);
  }
  return step >= from && (until < 0 || step < until);
}

int64_t Scenario::fault_step() const {
  if (expected.fault_step >= 0) {
    return expected.fault_step;
  }
  int64_t first = std::numeric_limits<int64_t>::max();
  earliest(edits, first);
  earliest(knobs, first);
  earliest(data, first);
  earliest(instruments, first);
  earliest(changes, first);
  const bool none = first == std::numeric_limits<int64_t>::max();
  return !fault.empty() || none ? 0 : first;
}

bool Scenario::injects() const {
  return !(
      edits.empty() && knobs.empty() && data.empty() && instruments.empty() &&
      changes.empty() && declarations.empty());
}

Scenario parse_scenario(std::string_view text, const std::string& file) {
  Reader reader(file);
  for (const auto& setting : parse_toml(text, file)) {
    reader.read(setting);
  }
  return reader.finish();
}

std::vector<Scenario> scenarios() {
  std::vector<Scenario> all;
  for (const auto& text : scenario_texts()) {
    if (text.name != kBase) {
      all.push_back(parse_scenario(text.text, std::string(text.name)));
    }
  }
  return all;
}

std::vector<Setting> scenario_base() {
  for (const auto& text : scenario_texts()) {
    if (text.name == kBase) {
      return parse_toml(text.text, "scenarios/base.toml");
    }
  }
  return {};
}

Scenario find_scenario(const std::string& what) {
  if (what.ends_with(".toml") || std::filesystem::exists(what)) {
    return parse_scenario(read_file(what), what);
  }
  std::vector<std::string> known;
  for (auto& one : scenarios()) {
    if (one.id == what) {
      return std::move(one);
    }
    known.push_back(one.id);
  }
  fail_configuration(
      "no scenario is called '" + what + "'" +
      did_you_mean(
          what, std::vector<std::string_view>(known.begin(), known.end())) +
      "; a file ends in .toml");
}

bool matches(std::string_view pattern, std::string_view name) {
  const auto star = pattern.find('*');
  if (star == std::string_view::npos) {
    return pattern == name;
  }
  if (!name.starts_with(pattern.substr(0, star))) {
    return false;
  }
  const auto rest = pattern.substr(star + 1);
  for (size_t i = star; i <= name.size(); ++i) {
    if (matches(rest, name.substr(i))) {
      return true;
    }
  }
  return false;
}

}  // namespace moestro
