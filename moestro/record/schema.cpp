// SPDX-License-Identifier: Apache-2.0
// WITHOUT ROWID: rows lie in the order of their primary key, so that equal runs
// are equal row by row however often they were cut and resumed.
#include "moestro/record/schema.h"

#include "moestro/base/error.h"

namespace moestro::schema {
namespace {

constexpr const char* kTables = R"(
CREATE TABLE fact(
  key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE step(
  step INTEGER NOT NULL PRIMARY KEY, skipped INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE scalar(
  series TEXT NOT NULL, step INTEGER NOT NULL, value REAL,
  PRIMARY KEY(series, step)) WITHOUT ROWID;
CREATE TABLE tile(
  layer INTEGER NOT NULL, quantity TEXT NOT NULL, factor INTEGER NOT NULL,
  first_step INTEGER NOT NULL, data BLOB NOT NULL,
  PRIMARY KEY(layer, quantity, factor, first_step)) WITHOUT ROWID;
CREATE TABLE step_clock(
  step INTEGER NOT NULL PRIMARY KEY, wall_seconds REAL, step_seconds REAL)
  WITHOUT ROWID;
CREATE TABLE phase_clock(
  phase TEXT NOT NULL, step INTEGER NOT NULL, seconds REAL,
  PRIMARY KEY(phase, step)) WITHOUT ROWID;
CREATE TABLE event(
  id INTEGER NOT NULL PRIMARY KEY, step INTEGER NOT NULL,
  kind TEXT NOT NULL, text TEXT NOT NULL);
)";

// A view or a virtual table may compute for ever under the name of a table.
constexpr const char* kImpostors = R"(
SELECT count(*) FROM sqlite_schema WHERE lower(name) IN ('fact', 'step',
  'scalar', 'tile', 'step_clock', 'phase_clock', 'event')
  AND (type <> 'table' OR sql NOT LIKE 'CREATE TABLE%'))";

void create(sqlite::Database& db) {
  db.run("BEGIN IMMEDIATE");
  db.run("PRAGMA application_id = " + std::to_string(kApplication));
  db.run("PRAGMA user_version = " + std::to_string(kVersion));
  db.run(kTables);
  db.run("COMMIT");
}

// Tiles stay as they are: readers know both forms, and quantities of version 1
// get no more rows.
void migrate(sqlite::Database& db) {
  const auto facts = facts_of(fact_texts(db), version(db));
  db.run("BEGIN IMMEDIATE");
  db.run("DELETE FROM fact");
  auto insert = db.prepare("INSERT INTO fact VALUES (?,?)");
  for (const auto& [key, text] : texts_of(facts)) {
    insert.run(std::string_view(key), std::string_view(text));
  }
  db.run("PRAGMA user_version = " + std::to_string(kVersion));
  db.run("COMMIT");
}

}  // namespace

void create_or_check(sqlite::Database& db, const std::string& path) {
  if (db.integer("SELECT count(*) FROM sqlite_schema") == 0) {
    create(db);
  } else {
    check(db, path);
    if (version(db) < kVersion) {
      migrate(db);
    }
  }
}

void check(sqlite::Database& db, const std::string& path) {
  if (db.integer("PRAGMA application_id") != kApplication) {
    fail_data(path + " is an SQLite file but no run store of Moestro");
  }
  if (db.integer(kImpostors) != 0) {
    fail_data(path + " is damaged: a view stands where a table belongs", path);
  }
  const auto found = version(db);
  if (found > kVersion) {
    fail_data(
        path + " is a run store of version " + std::to_string(found) +
        ", this program knows version " + std::to_string(kVersion) +
        ": use a newer Moestro");
  }
}

int64_t version(sqlite::Database& db) {
  return db.integer("PRAGMA user_version");
}

FactTexts fact_texts(sqlite::Database& db) {
  FactTexts texts;
  auto select = db.prepare("SELECT key, value FROM fact");
  while (select.next()) {
    texts.emplace_back(select.text(0), select.text(1));
  }
  return texts;
}

}  // namespace moestro::schema
