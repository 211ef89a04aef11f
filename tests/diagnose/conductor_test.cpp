// SPDX-License-Identifier: Apache-2.0
#include "moestro/diagnose/conductor.h"

#include <limits>

#include <gtest/gtest.h>

#include "moestro/base/error.h"
#include "tests/diagnose/treating.h"

namespace moestro {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// A collapse in layer 1 that two rules saw and nothing balances.
Made collapsed() {
  Made made;
  made.record.facts.config = "[moe]\nlosses = []\ncontrollers = []\n";
  made.record.alarms = {
      alarm("A01", Level::kPage, 480, 1), alarm("A05", Level::kWarn, 470, 1)};
  return made;
}

struct Conducted {
  Registry registry = core_registry();
  Conductor conductor;
  Made made;

  explicit Conducted(
      ConductorOptions options = {.mode = "auto"}, Made patient = collapsed())
      : conductor(registry, options), made(std::move(patient)) {}

  // One window on; kinds of what was decided.
  std::vector<std::string> look() {
    made.window.step += made.record.window;
    std::vector<std::string> turns;
    for (const auto& decision : conductor.look(made.exam())) {
      turns.emplace_back(name_of(decision.turn));
      last = decision;
    }
    return turns;
  }
  std::vector<std::string> look(int times) {
    std::vector<std::string> turns;
    for (int i = 0; i < times; ++i) {
      for (auto& turn : look()) {
        turns.push_back(std::move(turn));
      }
    }
    return turns;
  }
  Decision last;
};

using Turns = std::vector<std::string>;

TEST(Conductor, two_rules_and_a_verdict_make_it_act) {
  Conducted run;
  EXPECT_EQ(run.look(), Turns{"acted"});
  EXPECT_EQ(
      text_of(run.last.order.acts),
      "bias_rate (sign-bias) of layers 0, 1: none -> 0.01");
  EXPECT_NE(run.last.text.find("it worked if max-vio"), std::string::npos);
}

TEST(Conductor, a_healthy_run_is_left_alone) {
  Conducted run({.mode = "auto"}, Made());
  EXPECT_EQ(run.look(100), Turns{});
  EXPECT_TRUE(run.conductor.memory().empty());
}

TEST(Conductor, observes_without_a_word) {
  Conducted run({.mode = "observe"});
  EXPECT_EQ(run.look(5), Turns{});
}

TEST(Conductor, suggests_once_and_does_nothing) {
  Conducted run({.mode = "suggest"});
  EXPECT_EQ(run.look(20), Turns{"suggested"});
  EXPECT_EQ(run.conductor.memory().actions, 0);
}

TEST(Conductor, one_sign_alone_is_not_enough) {
  auto made = collapsed();
  made.record.alarms.pop_back();
  made.layer(0).losses = made.layer(1).losses = {"switch"};
  made.layer(0).knobs.loss_weight = made.layer(1).knobs.loss_weight = {1e-3};
  Conducted run({.mode = "auto"}, made);
  EXPECT_EQ(run.look(5), Turns{"suggested"});
  EXPECT_NE(run.last.text.find("one sign only: A01"), std::string::npos);
  EXPECT_EQ(run.conductor.memory().actions, 0);
}

TEST(Conductor, a_broken_monitor_forbids_everything) {
  auto made = collapsed();
  made.record.alarms.push_back(alarm("A24", Level::kPage, 100));
  Conducted run({.mode = "auto"}, made);
  EXPECT_EQ(run.look(5), Turns{});
}

TEST(Conductor, what_works_stays_and_a_rest_follows) {
  Conducted run;
  (void)run.look();
  run.made.load(1, {1.1, 1, 1, 0.9});
  EXPECT_EQ(run.look(), Turns{});  // one window proves nothing
  EXPECT_EQ(run.look(), Turns{"succeeded"});
  EXPECT_FALSE(run.last.takes_back());
  EXPECT_EQ(run.look(3), Turns{});
}

TEST(Conductor, what_does_not_work_is_taken_back_and_the_next_thing_tried) {
  auto made = collapsed();
  made.give_loss("switch", 0);
  Conducted run({.mode = "auto"}, made);
  (void)run.look();
  EXPECT_EQ(run.look(12), Turns{"undone"});
  EXPECT_TRUE(run.last.takes_back());
  EXPECT_EQ(run.look(3), Turns{});  // the cool-down
  EXPECT_EQ(run.look(), Turns{"acted"});
  EXPECT_EQ(
      text_of(run.last.order.acts),
      "loss_weight (switch) of layers 0, 1: 0 -> 0.01");
}

TEST(Conductor, what_harms_is_taken_back_at_once) {
  for (const double loss : {2.5, kNan}) {
    Conducted run;
    (void)run.look();
    run.made.window.means["loss/lm"] = loss;
    EXPECT_EQ(run.look(), Turns{"undone"}) << loss;
  }
}

TEST(Conductor, what_cannot_be_measured_has_not_worked) {
  Conducted run;
  (void)run.look();
  run.made.window.layers.clear();
  EXPECT_EQ(run.look(12), Turns{"undone"});
  EXPECT_NE(run.last.text.find("not measured"), std::string::npos);
}

TEST(Conductor, the_budget_of_a_run_has_an_end) {
  auto made = collapsed();
  made.give_loss("switch", 0);
  Conducted run({.mode = "auto", .actions = 1, .cool_down = 1}, made);
  EXPECT_EQ(run.look(100), (Turns{"acted", "undone", "suggested"}));
  EXPECT_NE(run.last.text.find("used up"), std::string::npos);
}

TEST(Conductor, every_ladder_has_an_end) {
  auto made = collapsed();
  made.give_loss("switch", 0);
  Conducted run({.mode = "auto", .actions = 1000, .cool_down = 1}, made);
  (void)run.look(1000);
  EXPECT_LE(run.conductor.memory().actions, 4);
}

// A verdict of somebody else's, surer than any other.
class Certain final : public Verdict {
 public:
  explicit Certain(const Site&) {}
  [[nodiscard]] std::optional<Diagnosis> judge(const Case&) const override {
    return Weighing(9).diagnosis({});
  }
};
constexpr Variant<Verdict> kCertain = {
    .info = {.name = "certain", .summary = "", .paper = ""},
    .make = make_plain<Verdict, Certain>};

// Lowers what D03 would raise.
class Lowers final : public Treatment {
 public:
  explicit Lowers(const Site&) {}
  [[nodiscard]] std::optional<Order> plan(
      const Exam& exam, const Diagnosis&, int64_t) const override {
    Order order;
    order.acts.push_back(
        move_knob(exam.panel.routings[1], Lever::kLossWeight, 0.005, 0.001));
    order.acts.back().name = "switch";
    return order;
  }
};
constexpr Variant<Treatment> kLowers = {
    .info = {.name = "certain", .summary = "", .paper = ""},
    .make = make_plain<Treatment, Lowers>};

TEST(Conductor, a_surer_verdict_without_treatment_forbids_the_others) {
  Conducted run;
  run.registry.add(kCertain);
  EXPECT_EQ(run.look(5), Turns{});
}

TEST(Conductor, verdicts_that_pull_one_knob_both_ways_are_left_to_a_person) {
  auto made = collapsed();
  made.give_loss("switch", 0.005);
  for (auto& r : made.panel.routings) {
    r.balancer = "sign-bias";
    r.owned = {"bias"};
  }
  Registry registry = core_registry();
  registry.add(kCertain);
  registry.add(kLowers);
  Conductor conductor(registry, {.mode = "auto"});
  made.window.step += made.record.window;
  const auto decisions = conductor.look(made.exam());
  ASSERT_EQ(decisions.size(), 1U);
  EXPECT_EQ(decisions[0].turn, Turn::kSuggested);
  EXPECT_NE(decisions[0].text.find("D03 would have"), std::string::npos)
      << decisions[0].text;
}

TEST(Conductor, what_cannot_be_done_does_not_count_and_waits) {
  Conducted run;
  (void)run.look();
  const auto decision = run.conductor.give_up("no checkpoint could be written");
  EXPECT_EQ(decision.turn, Turn::kSuggested);
  EXPECT_EQ(run.conductor.memory().actions, 0);
  EXPECT_FALSE(run.conductor.memory().flight);
  EXPECT_EQ(run.look(3), Turns{});
  EXPECT_EQ(run.look(), Turns{"acted"});
}

TEST(Conductor, old_alarms_are_forgotten_and_open_ones_are_not) {
  auto made = collapsed();
  EXPECT_EQ(recent(made.record, 9999, 500).alarms.size(), 2U);
  made.record.alarms[0].closed_step = 490;
  EXPECT_EQ(recent(made.record, 9999, 0).alarms.size(), 1U);
  EXPECT_EQ(recent(made.record, 500, 0).alarms.size(), 2U);
  EXPECT_EQ(recent(made.record, 500, 490).alarms.size(), 1U);
}

TEST(Conductor, its_memory_survives_as_text) {
  Conducted a;
  (void)a.look();
  Conducted b;
  b.made.window = a.made.window;
  b.conductor.restore(memory_of(text_of(a.conductor.memory())));
  EXPECT_EQ(text_of(b.conductor.memory()), text_of(a.conductor.memory()));
  EXPECT_EQ(
      b.conductor.memory().flight.value_or(Flight{}).order.acts,
      a.conductor.memory().flight.value_or(Flight{}).order.acts);
  EXPECT_EQ(a.look(12), Turns{"undone"});
  EXPECT_EQ(b.look(12), Turns{"undone"});
  EXPECT_EQ(a.last.text, b.last.text);
}

TEST(Conductor, a_memory_of_another_version_is_refused) {
  EXPECT_THROW((void)memory_of("{\"actions\": 1}"), DataError);
  EXPECT_THROW((void)memory_of("no"), DataError);
}

}  // namespace
}  // namespace moestro
