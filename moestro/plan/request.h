// SPDX-License-Identifier: Apache-2.0
// Reading a planning request: every key known, every number checked, and what
// is wrong named with its place. Not public.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/base/json.h"

MOESTRO_API_BEGIN
namespace moestro {

// Row-major [rows][columns].
struct Matrix {
  int64_t rows = 0, columns = 0;
  std::vector<double> cells;
};

// All methods throw DataError.
class Request {
 public:
  // An object with no other keys than these; `what` names it in messages.
  Request(
      const Json&,
      std::string what,
      std::initializer_list<std::string_view> known);

  [[nodiscard]] bool has(std::string_view key) const;
  // A whole number in [least, most].
  [[nodiscard]] int64_t whole(
      std::string_view key, int64_t least, int64_t most) const;
  [[nodiscard]] int64_t whole_or(
      std::string_view key, int64_t fallback, int64_t least) const;
  // A finite number, at least `least`.
  [[nodiscard]] double number_or(
      std::string_view key, double fallback, double least) const;
  // One of the words; the first when the key is missing.
  [[nodiscard]] std::string word_or_first(
      std::string_view key,
      std::initializer_list<std::string_view> words) const;
  // Lists of finite numbers, not empty, of the form that messages show: "[E]",
  // "[L][E]" and, all tables alike, "[N][L][E]".
  [[nodiscard]] std::vector<double> row(
      std::string_view key, std::string_view form) const;
  [[nodiscard]] Matrix matrix(
      std::string_view key, std::string_view form) const;
  [[nodiscard]] std::vector<Matrix> matrices(
      std::string_view key, std::string_view form) const;

  [[nodiscard]] Json at(std::string_view key) const;
  [[noreturn]] void refuse(const std::string& problem) const;

 private:
  [[nodiscard]] double number(const Json&, const std::string& place) const;
  // The value of the key, whose lists are as deep as the form says.
  [[nodiscard]] Json lists(std::string_view key, std::string_view form) const;
  void append_row(
      const Json&, const std::string& place, std::vector<double>& cells) const;
  [[nodiscard]] JsonItems items(
      const Json&, const std::string& place, const char* of) const;
  [[nodiscard]] Matrix matrix_of(const Json&, const std::string& place) const;

  const Json& json_;
  std::string what_;
};

}  // namespace moestro
MOESTRO_API_END
