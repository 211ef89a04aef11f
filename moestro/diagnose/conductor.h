// SPDX-License-Identifier: Apache-2.0
// What is to be done about a run, window by window, and whether it helped. It
// touches nothing: whoever trains carries out its orders and shows it the next
// window. One order at a time; what it rests on is declared beforehand.
//
//   Conductor conductor(registry, {.mode = "auto"});
//   for (each window)                       // Watch::on_window
//     for (const auto& d : conductor.look({case, window, panel}))
//       carry out d.order, or take it back; write d.text to a journal
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/base/registry.h"
#include "moestro/diagnose/conductor_memory.h"
#include "moestro/diagnose/conductor_options.h"

MOESTRO_API_BEGIN
namespace moestro {

enum class Turn : uint8_t {
  kSuggested,  // nothing is to be done
  kActed,      // carry it out
  kSucceeded,  // it stays; a temporary one is to be taken back
  kUndone      // take it back
};
// "suggested", "acted", ... as in the journal
[[nodiscard]] std::string_view name_of(Turn);

struct Decision {
  Turn turn = Turn::kSuggested;
  Order order{};
  std::string text{};  // for the journal

  // The levers go back to where they were.
  [[nodiscard]] bool takes_back() const {
    return turn == Turn::kUndone ||
           (turn == Turn::kSucceeded && order.temporary);
  }
};

class Conductor {
 public:
  // The registry must outlive the conductor.
  Conductor(const Registry&, const ConductorOptions&);

  // Once a window, in their order: at most one decision about the order that
  // is being tested, or else about a new one. Nothing in mode "observe".
  [[nodiscard]] std::vector<Decision> look(const Exam&);

  // What look() ordered could not be carried out: it does not count, and is
  // not tried again before the cool-down has passed. For the journal.
  [[nodiscard]] Decision give_up(const std::string& why);

  [[nodiscard]] const ConductorMemory& memory() const { return memory_; }
  void restore(ConductorMemory memory) { memory_ = std::move(memory); }

 private:
  struct Named {
    std::string verdict;
    std::unique_ptr<Treatment> treatment;
  };
  // An order, and what was found for it besides the verdict.
  struct Choice {
    Order order;
    Diagnosis diagnosis;
    std::vector<std::string> signals;  // independent of each other
    std::string conflict{};            // with another verdict
  };

  [[nodiscard]] const Treatment* treatment_of(const std::string& id) const;
  [[nodiscard]] std::optional<Order> plan(const Exam&, const Diagnosis&) const;
  [[nodiscard]] Choice choice_of(const Exam&, Order, const Diagnosis&) const;
  [[nodiscard]] std::optional<Choice> choose(const Exam&) const;
  [[nodiscard]] std::optional<Decision> judge(const Exam&, Flight&);
  [[nodiscard]] Decision end(Flight&, Turn, const std::string& why);
  [[nodiscard]] std::vector<Decision> begin(const Exam&, Choice);
  [[nodiscard]] std::vector<Decision> suggest(
      const Choice&, const std::string& why);
  // Why auto must not act; empty when it may.
  [[nodiscard]] std::string obstacle(const Choice&) const;

  bool acts_, silent_;
  ConductorOptions options_;
  std::vector<Named> treatments_;
  const Registry& registry_;
  ConductorMemory memory_;
  int64_t step_ = 0, window_ = 1;  // of the newest exam
};

// The alarms that still count: open, or recent and not of before the last
// success.
[[nodiscard]] Case recent(const Case&, int64_t step, int64_t since);

}  // namespace moestro
MOESTRO_API_END
