// SPDX-License-Identifier: Apache-2.0
// Reading a planning request: every key known, every number checked, and what
// is wrong named with its place. Not public.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/base/descriptor.h"
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
  // An object with no other keys than these parameters and lists; `what` names
  // it in messages.
  Request(
      const Json&,
      std::string what,
      std::span<const Param> params,
      std::initializer_list<std::string_view> lists);

  [[nodiscard]] bool has(std::string_view key) const;
  // The parameters, each checked: its type, range and choices. One whose preset
  // lies outside of its own range must be given.
  template <class Params>
  [[nodiscard]] Params params() const {
    Params out;
    read(&out);
    return out;
  }
  // A whole number in [least, most].
  [[nodiscard]] int64_t whole(
      std::string_view key, int64_t least, int64_t most) const;
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
  void read(void* params) const;
  [[nodiscard]] Value value_of(const Param&) const;
  [[nodiscard]] double real(const Param&) const;
  [[nodiscard]] std::string_view word(const Param&) const;
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
  std::span<const Param> params_;
};

}  // namespace moestro
MOESTRO_API_END
