// SPDX-License-Identifier: Apache-2.0
#include "moestro/record/sqlite.h"

#include <algorithm>
#include <limits>

#include <sqlite3.h>

namespace moestro::sqlite {
namespace {

[[noreturn]] void fail(
    const std::string& message, const std::string& file, Access access) {
  if (access == Access::kRead) {
    fail_data(message, file);
  }
  fail_storage(message, file);
}

std::string file_of(sqlite3* db) {
  const char* file = db == nullptr ? nullptr : sqlite3_db_filename(db, nullptr);
  return file == nullptr || *file == 0 ? "run store" : std::string(file);
}

[[noreturn]] void fail(sqlite3* db, Access access) {
  const auto where = file_of(db);
  const int code = sqlite3_errcode(db);
  if (code == SQLITE_NOTADB) {
    fail(where + " is no run store: not an SQLite file", where, access);
  }
  if (code == SQLITE_CORRUPT) {
    fail(where + " is damaged: " + sqlite3_errmsg(db), where, access);
  }
  fail(where + ": SQLite says: " + sqlite3_errmsg(db), where, access);
}

}  // namespace

Statement::Statement(sqlite3* db, sqlite3_stmt* statement, Access access)
    : db_(db), statement_(statement), access_(access) {}

void Statement::Finalize::operator()(sqlite3_stmt* s) const {
  sqlite3_finalize(s);
}

void Statement::check(int code) const {
  if (code != SQLITE_OK) {
    fail(db_, access_);
  }
}

void Statement::rewind() {
  sqlite3_reset(statement_.get());
  bound_ = 0;
}

void Statement::bind(int64_t v) {
  check(sqlite3_bind_int64(statement_.get(), ++bound_, v));
}

void Statement::bind(double v) {
  check(sqlite3_bind_double(statement_.get(), ++bound_, v));
}

void Statement::bind(std::string_view v) {
  check(sqlite3_bind_text64(
      statement_.get(),
      ++bound_,
      v.empty() ? "" : v.data(),
      v.size(),
      SQLITE_TRANSIENT,  // NOLINT
      SQLITE_UTF8));
}

void Statement::bind(const Bytes& v) {
  check(sqlite3_bind_blob64(
      statement_.get(),
      ++bound_,
      v.data(),
      v.size(),
      SQLITE_TRANSIENT));  // NOLINT
}

bool Statement::next() {
  const int code = sqlite3_step(statement_.get());
  if (code != SQLITE_ROW && code != SQLITE_DONE) {
    fail(db_, access_);
  }
  if (code == SQLITE_DONE) {
    sqlite3_reset(statement_.get());
  }
  return code == SQLITE_ROW;
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

void Statement::expect(int column, std::initializer_list<int> types) const {
  const int found = sqlite3_column_type(statement_.get(), column);
  if (found != SQLITE_NULL && std::ranges::find(types, found) == types.end()) {
    const auto where = file_of(db_);
    fail(
        where + " is damaged: a column holds another kind of value",
        where,
        access_);
  }
}

int64_t Statement::integer(int column) const {
  expect(column, {SQLITE_INTEGER});
  return sqlite3_column_int64(statement_.get(), column);
}

double Statement::real(int column) const {
  expect(column, {SQLITE_INTEGER, SQLITE_FLOAT});
  return is_null(column) ? std::numeric_limits<double>::quiet_NaN()
                         : sqlite3_column_double(statement_.get(), column);
}

std::string Statement::text(int column) const {
  expect(column, {SQLITE_TEXT});
  const auto* bytes = sqlite3_column_text(statement_.get(), column);
  const auto size = sqlite3_column_bytes(statement_.get(), column);
  return bytes == nullptr ? std::string()
                          : std::string(
                                reinterpret_cast<const char*>(bytes),
                                static_cast<size_t>(size));
}

Bytes Statement::blob(int column) const {
  expect(column, {SQLITE_BLOB});
  const auto* bytes = static_cast<const std::byte*>(
      sqlite3_column_blob(statement_.get(), column));
  const auto size = sqlite3_column_bytes(statement_.get(), column);
  return bytes == nullptr ? Bytes() : Bytes(bytes, bytes + size);
}

void Database::Close::operator()(sqlite3* db) const {
  sqlite3_close_v2(db);
}

Database::Database(const std::string& path, Access access) : access_(access) {
  sqlite3* raw = nullptr;
  const int flags = access == Access::kRead
                        ? SQLITE_OPEN_READONLY
                        : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  const int code = sqlite3_open_v2(path.c_str(), &raw, flags, nullptr);
  db_.reset(raw);
  if (code != SQLITE_OK) {
    fail(
        "cannot open run store " + path + ": " + sqlite3_errstr(code),
        path,
        access);
  }
  constexpr int kPatience = 10'000;
  wait_when_busy(kPatience);
  if (access == Access::kRead) {
    // A file from anywhere: its pages are looked at before they are followed.
    run("PRAGMA trusted_schema = OFF");
    run("PRAGMA cell_size_check = ON");
  }
}

void Database::wait_when_busy(int milliseconds) {
  sqlite3_busy_timeout(db_.get(), milliseconds);
}

void Database::run(const std::string& sql) {
  if (!attempt(sql)) {
    fail(db_.get(), access_);
  }
}

bool Database::attempt(const std::string& sql) {
  return sqlite3_exec(db_.get(), sql.c_str(), nullptr, nullptr, nullptr) ==
         SQLITE_OK;
}

Statement Database::prepare(std::string_view sql) {
  sqlite3_stmt* raw = nullptr;
  const int code = sqlite3_prepare_v2(
      db_.get(), sql.data(), static_cast<int>(sql.size()), &raw, nullptr);
  if (code != SQLITE_OK) {
    fail(db_.get(), access_);
  }
  return {db_.get(), raw, access_};
}

int64_t Database::integer(std::string_view sql) {
  auto statement = prepare(sql);
  return statement.next() ? statement.integer(0) : 0;
}

std::string Database::text(std::string_view sql) {
  auto statement = prepare(sql);
  return statement.next() ? statement.text(0) : std::string();
}

}  // namespace moestro::sqlite
