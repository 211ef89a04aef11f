// SPDX-License-Identifier: Apache-2.0
// Whole runs under a conductor, stopped at chosen steps.
#include <csignal>

#include <gtest/gtest.h>

#include "moestro/lab/registry.h"
#include "moestro/train/conduct.h"
#include "moestro/train/trainer.h"
#include "tests/record/temporary.h"
#include "tests/text/data_folder.h"

namespace moestro {
namespace {

class ConductedRun : public DataFolder {
 protected:
  // Counts the steps, and asks to stop after one of them.
  struct Stopper final : RunSink {
    int64_t at = 0, now = 0;
    void begin(const RunFacts&, int64_t step) override { now = step; }
    void step(const StepView& view) override { now = view.record.step; }
  };

  void SetUp() override {
    DataFolder::SetUp();
    for (const auto* name : {"a/1.txt", "b/1.txt"}) {
      std::string text;
      for (int64_t i = 0; i < 40000; ++i) {
        text += static_cast<char>(name[0] + (i * i + i / 7) % 11);
      }
      put(std::string("text/") + name, text);
    }
  }

  // Nothing balances, and a learning rate that shows it.
  [[nodiscard]] Config config(const std::vector<std::string>& more = {}) const {
    std::vector<Setting> settings;
    std::vector<std::string> words = {
        "moe.recipe=topk",
        "moe.experts=8",
        "moe.hidden=8",
        "model.dim=16",
        "model.layers=2",
        "model.heads=2",
        "model.context=32",
        "train.steps=100",
        "train.batch=8",
        "train.threads=1",
        "train.eval_every=0",
        "train.eval_windows=2",
        "train.probe_every=10",
        "train.checkpoint_every=30",
        "optimizer.lr=0.03",
        "optimizer.warmup=10",
        "conductor.mode=auto",
        "data.path=\"" + (folder_ / "text").string() + "\""};
    words.insert(words.end(), more.begin(), more.end());
    for (const auto& word : words) {
      std::ranges::move(parse_override(word), std::back_inserter(settings));
    }
    return resolve(settings, registry_);
  }

  // To the end, or to a stop after that step.
  void part(const Config& config, const RunFolder& folder, int64_t stop) const {
    Stopper stopper;
    stopper.at = stop;
    StoreSink store(folder.store().string());
    AlarmSink alarms(registry_, folder.store().string(), {&store});
    Conduct conductor(registry_, config, folder, alarms);
    Company company{
        .sinks = {&store, &alarms, &stopper},
        .stop = [&] { return stopper.now == stopper.at ? SIGINT : 0; },
        .hands = {&conductor}};
    if (fault_ != nullptr) {
      company.hands.insert(company.hands.begin(), fault_);
    }
    if (holds_run(folder)) {
      (void)resume_run(
          open_run(folder, {}, registry_, [](auto&) {}), registry_, company);
    } else {
      (void)start_run(folder, config, registry_, company);
    }
  }

  [[nodiscard]] RunFolder made(
      const std::string& name,
      const std::vector<int64_t>& stops,
      const std::vector<std::string>& more = {}) const {
    const RunFolder folder{folder_ / name};
    const auto frozen = config(more);
    for (const auto stop : stops) {
      part(frozen, folder, stop);
    }
    part(frozen, folder, -1);
    return folder;
  }

  static std::vector<std::string> actions(const RunFolder& folder) {
    std::vector<std::string> lines;
    for (const auto& event : RunReader(folder.store().string()).events()) {
      for (const auto* kind : {"acted", "suggested", "succeeded", "undone"}) {
        if (event.kind == kind) {
          lines.push_back(
              std::to_string(event.step) + " " + event.kind + " " + event.text);
        }
      }
    }
    return lines;
  }

  // Steps of the entries of one kind.
  static std::vector<int64_t> steps(
      const RunFolder& folder, std::string_view kind) {
    std::vector<int64_t> found;
    for (const auto& event : RunReader(folder.store().string()).events()) {
      if (event.kind == kind) {
        found.push_back(event.step);
      }
    }
    return found;
  }

  static std::vector<std::string> hashes(const RunFolder& folder) {
    const auto newest = newest_checkpoint(folder.checkpoints(), [](auto&) {
                        }).value_or(Checkpoint{});
    std::vector<std::string> all;
    for (const auto& file : newest.manifest.files) {
      all.push_back(file.name + " " + file.xxh3);
    }
    return all;
  }

  Registry registry_ = registry();
  Hand* fault_ = nullptr;  // reaches in before the conductor does
};

TEST_F(ConductedRun, a_stop_at_any_moment_of_an_action_changes_nothing) {
  const auto whole = made("whole", {});
  const auto acted = steps(whole, "acted"), ended = steps(whole, "succeeded");
  ASSERT_FALSE(acted.empty());
  ASSERT_FALSE(ended.empty());
  const auto a = acted.front(), e = ended.front();
  int number = 0;
  for (const auto& stops : std::vector<std::vector<int64_t>>{
           {a - 1}, {a}, {a + 1}, {e - 1, e}, {e + 1}, {a, a + 2, e, e + 3}}) {
    const auto cut = made("cut" + std::to_string(++number), stops);
    EXPECT_EQ(actions(cut), actions(whole)) << number;
    EXPECT_EQ(hashes(cut), hashes(whole)) << number;
  }
}

// Nothing can be written: nothing may be tried.
TEST_F(ConductedRun, without_a_checkpoint_nothing_is_done) {
  const auto frozen = config({"train.checkpoint_every=1000"});
  const RunFolder folder{folder_ / "run"};
  StoreSink store(folder.store().string());
  AlarmSink alarms(registry_, folder.store().string(), {&store});
  Conduct conductor(registry_, frozen, folder, alarms);
  struct NoSave final : Hand {
    explicit NoSave(Hand& other) : inner(other) {}
    void begin(const SaveNow&) override {
      inner.begin([] { return false; });
    }
    void before_step(TrainState& state, const Note& note) override {
      inner.before_step(state, note);
      EXPECT_TRUE(state.balancer.conducted().empty());
    }
    Hand& inner;
  } hand(conductor);
  (void)start_run(
      folder,
      frozen,
      registry_,
      {.sinks = {&store, &alarms}, .hands = {&hand}});
  EXPECT_EQ(steps(folder, "acted"), std::vector<int64_t>{});
  EXPECT_NE(
      actions(folder).front().find("no checkpoint could be written"),
      std::string::npos);
}

TEST_F(ConductedRun, an_action_rests_on_a_checkpoint_that_is_made_for_it) {
  const auto run = made(
      "run", {}, {"train.checkpoint_every=1000", "conductor.fresh_steps=0"});
  const auto places = list_checkpoints(run.checkpoints());
  ASSERT_GE(places.size(), 2U);
  EXPECT_EQ(places.back().step, steps(run, "acted").back());
}

TEST_F(ConductedRun, no_actions_are_left_then_it_only_suggests) {
  const auto run = made("run", {}, {"conductor.actions=0"});
  EXPECT_EQ(steps(run, "acted"), std::vector<int64_t>{});
  EXPECT_FALSE(steps(run, "suggested").empty());
}

// What an optimizer gone wrong leaves behind: weights that no step would reach.
class Leap final : public Hand {
 public:
  void before_step(TrainState& state, const Note&) override {
    if (state.step == 92) {
      state.model.tensors([](const NamedTensor& t) {
        if (t.role == Role::kRest && t.value.is_floating_point()) {
          t.value.detach().mul_(6);
        }
      });
    }
  }
};

const std::vector<std::string> kLeaping = {
    "moe.losses=[\"switch\"]",
    "optimizer.lr=0.003",
    "alarms.mute=[\"A01\", \"A03\", \"A04\"]",
    "train.steps=140",
    "train.checkpoint_every=20"};

TEST_F(ConductedRun, a_leap_of_the_loss_is_undone_by_going_back) {
  Leap leap;
  fault_ = &leap;
  const auto run = made("run", {}, kLeaping);
  EXPECT_EQ(steps(run, "succeeded"), std::vector<int64_t>{105});
  const auto lines = actions(run);
  EXPECT_NE(
      lines.at(0).find(
          "rewind: to the checkpoint of step 80; lr_scale: 1 -> 0.3"),
      std::string::npos)
      << lines.at(0);
  EXPECT_LT(RunReader(run.store().string()).scalar("loss/lm").back().value, 3);
}

// Stops leave checkpoints in between, which no rewind may prefer, nor may they
// push out the one it goes back to.
TEST_F(ConductedRun, a_stop_around_a_rewind_changes_nothing) {
  Leap leap;
  fault_ = &leap;
  const auto whole = made("whole", {}, kLeaping);
  int number = 0;
  for (const auto& stops :
       std::vector<std::vector<int64_t>>{{91}, {81, 85, 88, 95}, {96, 97}}) {
    const auto cut = made("cut" + std::to_string(++number), stops, kLeaping);
    EXPECT_EQ(actions(cut), actions(whole)) << number;
    EXPECT_EQ(hashes(cut), hashes(whole)) << number;
  }
}

}  // namespace
}  // namespace moestro
