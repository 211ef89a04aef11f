// SPDX-License-Identifier: Apache-2.0
// A folder for one test, with files made on the spot.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "moestro/base/error.h"

namespace moestro {

class DataFolder : public testing::Test {
 protected:
  void SetUp() override {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::path(testing::TempDir()) /
              (std::string("moestro_") + test->test_suite_name() + "_" +
               test->name());
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path put(
      const std::string& name, std::string_view text) const {
    const auto path = folder_ / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }

  // Lines that differ, so that nothing is dropped as a copy.
  static std::string prose(const std::string& word, size_t bytes) {
    std::string text;
    for (int i = 0; text.size() < bytes; ++i) {
      text += word + " number " + std::to_string(i) + " of the list\n";
    }
    text.resize(bytes);
    return text;
  }

  // The message of the DataError that `act` ends in.
  template <class Act>
  static std::string data_failure(const Act& act) {
    try {
      act();
    } catch (const DataError& failure) {
      return failure.what();
    }
    ADD_FAILURE() << "expected an error";
    return {};
  }

  std::filesystem::path folder_;
};

}  // namespace moestro
