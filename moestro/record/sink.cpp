// SPDX-License-Identifier: Apache-2.0
// Write-ahead log while live, so that readers never wait; checkpointed at each
// commit, which also syncs it, so that a kill costs one block at most.
#include "moestro/record/sink.h"

#include <algorithm>
#include <filesystem>

#include <sys/vfs.h>

#include "moestro/base/error.h"
#include "moestro/record/quantity.h"
#include "moestro/record/schema.h"

namespace moestro {
namespace {

// The log is shared through memory, which network file systems cannot do.
bool on_network(const std::string& path) {
  auto folder = std::filesystem::path(path).parent_path();
  struct statfs info{};
  if (statfs(folder.empty() ? "." : folder.c_str(), &info) != 0) {
    return false;
  }
  constexpr uint32_t kNetwork[] = {
      0x6969,
      0xFF534D42,
      0xFE534D42,
      0x517B,
      0x65735546,
      0x01021997,
      0x0BD00BD0};
  const auto type = static_cast<uint32_t>(info.f_type);
  return std::ranges::find(kNetwork, type) != std::end(kNetwork);
}

sqlite::Database open_store(const std::string& path) {
  sqlite::Database db(path, sqlite::Access::kCreate);
  schema::create_or_check(db, path);
  if (!on_network(path)) {
    db.run("PRAGMA journal_mode = WAL");
  }
  db.run("PRAGMA synchronous = NORMAL");
  return db;
}

constexpr const char* kScalar =
    "INSERT INTO scalar VALUES (?,?,?) ON CONFLICT DO UPDATE SET "
    "value = excluded.value";
constexpr const char* kStepClock =
    "INSERT INTO step_clock VALUES (?,?,?) ON CONFLICT DO UPDATE SET "
    "wall_seconds = excluded.wall_seconds, "
    "step_seconds = excluded.step_seconds";
constexpr const char* kPhaseClock =
    "INSERT INTO phase_clock VALUES (?,?,?) ON CONFLICT DO UPDATE SET "
    "seconds = excluded.seconds";
constexpr const char* kFact =
    "INSERT INTO fact VALUES (?,?) ON CONFLICT DO UPDATE SET "
    "value = excluded.value";

}  // namespace

Sink::Sink(const std::string& path, int64_t last_step)
    : db_(open_store(path)),
      tiles_(db_),
      step_(db_.prepare("INSERT INTO step VALUES (?,?)")),
      scalar_(db_.prepare(kScalar)),
      step_clock_(db_.prepare(kStepClock)),
      phase_clock_(db_.prepare(kPhaseClock)),
      event_(db_.prepare("INSERT INTO event(step,kind,text) VALUES (?,?,?)")),
      fact_(db_.prepare(kFact)),
      wal_(db_.text("PRAGMA journal_mode") == "wal") {
  cut(last_step);
}

void Sink::cut(int64_t last_step) {
  begin();
  for (const auto* table :
       {"step", "scalar", "step_clock", "phase_clock", "event"}) {
    db_.prepare("DELETE FROM " + std::string(table) + " WHERE step > ?")
        .run(last_step);
  }
  tiles_.cut(last_step);
  commit();
}

void Sink::begin() {
  if (!open_) {
    db_.run("BEGIN IMMEDIATE");
    open_ = true;
  }
}

void Sink::write(const StoreItem& item) {
  begin();
  std::visit([this](const auto& one) { put(one); }, item);
}

void Sink::commit() {
  if (!open_) {
    return;
  }
  tiles_.store();
  db_.run("COMMIT");
  open_ = false;
  if (wal_) {
    db_.run("PRAGMA wal_checkpoint(PASSIVE)");
  }
}

void Sink::close() {
  commit();
  if (wal_) {
    db_.wait_when_busy(1000);
    // Refused while somebody reads: all is committed, the log may stay.
    (void)db_.attempt("PRAGMA journal_mode = DELETE");
  }
}

void Sink::put(const StepRecord& record) {
  step_.run(record.step, int64_t{record.skipped ? 1 : 0});
  put_values(record.step, "", record.scalars);
  if (record.skipped) {
    return;
  }
  for (const auto& layer : record.layers) {
    put_layer(record.step, layer);
  }
}

void Sink::put_layer(int64_t step, const LayerRecord& layer) {
  const auto prefix = series_prefix(layer.layer, layer.routing);
  put_values(step, prefix + "loss/", layer.losses);
  put_values(step, prefix, layer.extras);
  tiles_.add(step, layer);
}

void Sink::put_values(
    int64_t step, const std::string& prefix, const NamedValues& values) {
  for (const auto& [name, value] : values) {
    scalar_.run(std::string_view(prefix + name), step, value);
  }
}

void Sink::put(const StepClock& c) {
  step_clock_.run(c.step, c.wall_seconds, c.step_seconds);
}

void Sink::put(const PhaseClock& c) {
  for (const auto& [phase, seconds] : c.seconds) {
    phase_clock_.run(std::string_view(phase), c.step, seconds);
  }
}

void Sink::put(const EventItem& e) {
  event_.run(e.step, std::string_view(e.kind), std::string_view(e.text));
}

void Sink::put(const RunFacts& facts) {
  for (const auto& [key, text] : texts_of(facts)) {
    fact_.run(std::string_view(key), std::string_view(text));
  }
}

void Sink::put(const Evaluation& e) {
  put_values(e.step, "", e.values);
}

}  // namespace moestro
