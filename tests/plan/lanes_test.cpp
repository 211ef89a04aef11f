// SPDX-License-Identifier: Apache-2.0
// The inner loops under every instruction set that this machine has.
#include "moestro/plan/lanes.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include <gtest/gtest.h>
#include <hwy/targets.h>

#include "moestro/plan/auction.h"
#include "moestro/plan/scaling_rows.h"
#include "moestro/plan/top_two.h"
#include "tests/plan/problems.h"

namespace moestro {
namespace {

constexpr float kNever = -std::numeric_limits<float>::infinity();

class Lanes : public testing::TestWithParam<int64_t> {
 protected:
  void SetUp() override { choose(GetParam()); }
  void TearDown() override { choose(0); }

 private:
  static void choose(int64_t target) {
    hwy::SetSupportedTargetsForTest(target);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
  }
};

INSTANTIATE_TEST_SUITE_P(
    Targets,
    Lanes,
    testing::ValuesIn(hwy::SupportedAndGeneratedTargets()),
    [](const auto& info) -> std::string {
      return hwy::TargetName(info.param);
    });

TopTwo plain_top_two(
    const std::vector<float>& scores, const std::vector<float>& prices) {
  TopTwo best{kNever, kNever, 0};
  for (size_t i = 0; i < scores.size(); ++i) {
    const float v = scores[i] - prices[i];
    if (v > best.first || i == 0) {
      best = {v, best.first, static_cast<int32_t>(i)};
    } else {
      best.second = std::max(best.second, v);
    }
  }
  return best;
}

TEST_P(Lanes, top_two_is_that_of_a_plain_loop) {
  std::mt19937_64 random(1);
  std::uniform_int_distribution<int> whole(0, 6);  // many ties
  for (int round = 0; round < 200; ++round) {
    const auto width = kLanes * (1 + random() % 5);
    std::vector<float> scores(width), prices(width);
    for (size_t i = 0; i < width; ++i) {
      scores[i] =
          whole(random) == 0 ? kNever : static_cast<float>(whole(random));
      prices[i] = static_cast<float>(whole(random)) / 2;
    }
    const auto plain = plain_top_two(scores, prices);
    const auto fast = top_two(scores.data(), prices.data(), width);
    ASSERT_EQ(fast.first, plain.first) << round;
    ASSERT_EQ(fast.second, plain.second) << round;
    ASSERT_EQ(fast.index, plain.index) << round;
  }
}

TEST_P(Lanes, exponentials_are_right_to_a_few_parts_in_ten_million) {
  const size_t width = 2 * kLanes;
  std::mt19937_64 random(2);
  std::uniform_real_distribution<float> any(-90, 5);
  std::vector<float> exponents(3 * width), shift(width), kernel(3 * width);
  std::ranges::generate(exponents, [&] { return any(random); });
  exponents[7] = kNever;
  std::ranges::generate(shift, [&] { return any(random) / 10; });
  for (size_t t = 0; t < 3; ++t) {
    exp_row({&exponents[t * width], shift.data(), &kernel[t * width], width});
    float most = kNever;
    for (size_t e = 0; e < width; ++e) {
      most = std::max(most, exponents[t * width + e] + shift[e]);
    }
    for (size_t e = 0; e < width; ++e) {
      const double x = double{exponents[t * width + e] + shift[e] - most};
      const double truth = std::isinf(x) ? 0 : std::exp(std::max(x, -87.0));
      ASSERT_NEAR(kernel[t * width + e], truth, 4e-7 * truth) << t << " " << e;
    }
  }
}

TEST_P(Lanes, rows_and_columns_are_summed_for_odd_numbers_of_rows) {
  for (const size_t rows : {size_t{1}, size_t{2}, size_t{7}}) {
    const size_t width = 3 * kLanes;
    std::mt19937_64 random(3);
    std::uniform_real_distribution<float> share(0, 1);
    std::vector<float> kernel(rows * width), scales(width), factors(rows),
        columns(width);
    std::ranges::generate(kernel, [&] { return share(random); });
    std::ranges::generate(scales, [&] { return share(random); });
    sum_rows(
        {kernel.data(),
         scales.data(),
         2,
         factors.data(),
         columns.data(),
         rows,
         width});
    std::vector<double> truth(width);
    for (size_t t = 0; t < rows; ++t) {
      double sum = 0;
      for (size_t e = 0; e < width; ++e) {
        sum += double{kernel[t * width + e]} * scales[e];
      }
      ASSERT_NEAR(factors[t], 2 / sum, 1e-6 * 2 / sum);
      for (size_t e = 0; e < width; ++e) {
        truth[e] += kernel[t * width + e] * 2 / sum;
      }
    }
    for (size_t e = 0; e < width; ++e) {
      ASSERT_NEAR(columns[e], truth[e], 1e-5 * truth[e]);
    }
  }
}

// The auction subtracts and compares: its answer is the same everywhere.
TEST_P(Lanes, the_auction_gives_the_same_answer) {
  const auto p = random_problem(300, 24, 2, 1, 5);
  const auto here = auction_assignment(p.view());
  TearDown();  // back to the best of the machine
  EXPECT_EQ(auction_assignment(p.view()).experts_TK, here.experts_TK);
}

}  // namespace
}  // namespace moestro
