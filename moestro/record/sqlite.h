// SPDX-License-Identifier: Apache-2.0
// The little of SQLite that the run store needs: a connection and prepared
// statements that free themselves and turn error codes into errors.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/base/error.h"

struct sqlite3;
struct sqlite3_stmt;

MOESTRO_API_BEGIN
namespace moestro::sqlite {

using Bytes = std::vector<std::byte>;

// What a failure means follows: a DataError where the file is read, a
// StorageError where it is written.
enum class Access { kRead, kCreate };

class Statement {
 public:
  Statement(sqlite3* db, sqlite3_stmt* statement, Access access);

  // Runs to the end with these parameters, in their order.
  template <class... Args>
  void run(const Args&... args) {
    query(args...);
    while (next()) {
    }
  }
  // Starts over with these parameters; then `next` until it says false.
  template <class... Args>
  Statement& query(const Args&... args) {
    rewind();
    (bind(args), ...);
    return *this;
  }
  [[nodiscard]] bool next();

  [[nodiscard]] bool is_null(int column) const;
  [[nodiscard]] int64_t integer(int column) const;
  // NULL is read as NaN: SQLite stores no NaN. A value of another kind than
  // the one asked for is damage; NULL is 0 and empty.
  [[nodiscard]] double real(int column) const;
  [[nodiscard]] std::string text(int column) const;
  [[nodiscard]] Bytes blob(int column) const;

 private:
  struct Finalize {
    void operator()(sqlite3_stmt*) const;
  };
  void rewind();
  void bind(int64_t);
  void bind(double);
  void bind(std::string_view);
  void bind(const Bytes&);
  void check(int code) const;
  void expect(int column, std::initializer_list<int> types) const;

  sqlite3* db_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  Access access_;
  int bound_ = 0;
};

class Database {
 public:
  Database(const std::string& path, Access access);

  void run(const std::string& sql);
  // False instead of an error.
  [[nodiscard]] bool attempt(const std::string& sql);
  [[nodiscard]] Statement prepare(std::string_view sql);
  // First column of the first row.
  [[nodiscard]] int64_t integer(std::string_view sql);
  [[nodiscard]] std::string text(std::string_view sql);
  void wait_when_busy(int milliseconds);

 private:
  struct Close {
    void operator()(sqlite3*) const;
  };
  std::unique_ptr<sqlite3, Close> db_;
  Access access_;
};

}  // namespace moestro::sqlite
MOESTRO_API_END
