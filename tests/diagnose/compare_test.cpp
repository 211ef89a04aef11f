// SPDX-License-Identifier: Apache-2.0
#include "moestro/diagnose/compare.h"

#include <filesystem>
#include <functional>

#include <gtest/gtest.h>

#include "moestro/diagnose/core_registry.h"
#include "moestro/diagnose/null_stream.h"

namespace moestro {
namespace {

namespace fs = std::filesystem;
using Edit = std::function<void(StepRecord&, std::vector<NullLayer>&)>;

class Compare : public testing::Test {
 protected:
  void SetUp() override {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = fs::path(testing::TempDir()) /
              (std::string("moestro_compare_") + test->name());
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  // 200 steps of two layers, each changed by `edit` before it is made.
  std::string made(
      const std::string& name,
      uint64_t seed,
      const std::string& config,
      const Edit& edit = {}) const {
    const auto path = (folder_ / name).string();
    const NullStream stream{.layers = 2, .phi = 4, .seed = seed};
    std::vector<NullLayer> layers{{stream, 0}, {stream, 1}};
    RunWriter writer(path, 0);
    writer.put_facts({.config = config});
    for (int64_t step = 1; step <= 200; ++step) {
      StepRecord record{
          .step = step,
          .scalars = {{"loss/lm", 2.0 + 0.01 * static_cast<double>(step % 7)}}};
      if (edit) {
        edit(record, layers);
      }
      for (auto& layer : layers) {
        record.layers.push_back(layer.next());
      }
      writer.add(std::move(record));
    }
    writer.flush();
    return path;
  }

  static Comparison compared(const std::string& a, const std::string& b) {
    return compare(RunReader(a), RunReader(b), core_registry());
  }

 private:
  fs::path folder_;
};

TEST_F(Compare, a_run_and_its_copy_never_part) {
  const auto c = compared(made("a", 1, ""), made("b", 1, ""));
  EXPECT_EQ(c.common_steps, 200);
  EXPECT_FALSE(c.loss.exact || c.loss.beyond_noise);
  ASSERT_EQ(c.layers.size(), 2);
  for (const auto& layer : c.layers) {
    EXPECT_FALSE(layer.parting.exact || layer.parting.beyond_noise);
    EXPECT_NEAR(*layer.correlation, 1, 1e-9);
  }
  EXPECT_TRUE(c.settings.empty());
}

TEST_F(Compare, other_text_of_the_same_kind_parts_but_not_beyond_noise) {
  const auto c = compared(made("a", 1, ""), made("b", 2, ""));
  EXPECT_EQ(c.layers[0].parting.exact, 1);
  EXPECT_FALSE(c.layers[0].parting.beyond_noise);
  EXPECT_FALSE(c.layers[1].parting.beyond_noise);
}

TEST_F(Compare, says_where_an_expert_went_its_own_way) {
  const auto b = made("b", 1, "", [](StepRecord& r, auto& layers) {
    if (r.step == 101) {
      layers[1].favour(5, 3);
    }
  });
  const auto c = compared(made("a", 1, ""), b);
  const auto* exact = c.first_layer(&Parting::exact);
  const auto* beyond = c.first_layer(&Parting::beyond_noise);
  ASSERT_TRUE(exact != nullptr && beyond != nullptr);
  EXPECT_EQ(exact->layer, 1);
  EXPECT_EQ(*exact->parting.exact, 101);
  EXPECT_EQ(*beyond->parting.beyond_noise, 101);
  EXPECT_GT(*beyond->b.max_vio, *beyond->a.max_vio + 1);
  EXPECT_FALSE(c.layers[0].parting.exact);
}

TEST_F(Compare, says_where_the_loss_left) {
  const auto b = made("b", 1, "", [](StepRecord& r, auto&) {
    if (r.step > 60) {
      r.scalars[0].second += r.step > 120 ? 0.5 : 1e-9;
    }
  });
  const auto c = compared(made("a", 1, ""), b);
  EXPECT_EQ(c.loss.exact, 61);
  EXPECT_EQ(c.loss.beyond_noise, 121);
}

TEST_F(Compare, lists_the_settings_that_differ) {
  const auto c = compared(
      made("a", 1, "[moe]\nexperts = 8\ntop_k = 2\n"),
      made("b", 1, "[moe]\nexperts = 8\ntop_k = 1\nhidden = 64\n"));
  ASSERT_EQ(c.settings.size(), 2);
  EXPECT_EQ(c.settings[0].key, "moe.hidden");
  EXPECT_FALSE(c.settings[0].a);
  EXPECT_EQ(c.settings[1].a, "2");
  EXPECT_EQ(c.settings[1].b, "1");
}

TEST(AlarmsOnlyIn, an_alarm_that_both_have_is_no_difference) {
  const Examination a{
      .alarms = {{.id = "A01", .layer = 1}, {.id = "A03", .layer = 2}}};
  const Examination b{.alarms = {{.id = "A01", .layer = 1}}};
  ASSERT_EQ(alarms_only_in(a, b).size(), 1);
  EXPECT_EQ(alarms_only_in(a, b)[0].id, "A03");
  EXPECT_TRUE(alarms_only_in(b, a).empty());
}

}  // namespace
}  // namespace moestro
