// SPDX-License-Identifier: Apache-2.0
// The pyramid is a function of the finest tiles: the coarse rows under a tile
// are computed anew whenever that tile is written, so cutting needs no state.
#include "moestro/record/tile_set.h"

#include <utility>

#include "moestro/record/quantity.h"

namespace moestro::tiles {
namespace {

constexpr const char* kUpsert =
    "INSERT INTO tile VALUES (?,?,?,?,?) ON CONFLICT DO UPDATE SET "
    "data = excluded.data";

// Those that begin early enough to stay, but may hold later rows.
constexpr const char* kStraddling =
    "SELECT layer, quantity, factor, first_step, data FROM tile "
    "WHERE first_step <= ?1 AND first_step + 64 * factor - 1 > ?1";

constexpr const char* kDelete =
    "DELETE FROM tile WHERE first_step + 64 * factor - 1 > ?";

void drop_from(Tile& tile, int64_t step) {
  std::erase_if(tile.rows, [&](const Row& row) { return row.step >= step; });
}

// Of any routing.
bool is_demand(std::string_view quantity) {
  return quantity == kDemand || quantity.ends_with("/" + std::string(kDemand));
}

}  // namespace

TileSet::TileSet(sqlite::Database& db)
    : db_(db), upsert_(db.prepare(kUpsert)) {}

void TileSet::add(int64_t step, const LayerRecord& record) {
  for (const auto& q : kQuantities) {
    auto words = q.take(record);
    if (!words.empty()) {
      append(
          {record.layer, tile_name(q.name, record.routing), 1},
          q.word,
          {step, std::move(words)});
    }
  }
}

void TileSet::append(const Key& key, Word word, Row row) {
  auto& open = open_[key];
  const auto first = start_of(row.step, key.factor);
  if (open.tile.first_step != first || open.tile.rows.empty()) {
    store(key, open);
    open.tile = {word, first, {}};
  }
  open.tile.rows.push_back(std::move(row));
  open.dirty = true;
}

void TileSet::store() {
  for (auto& [key, open] : open_) {
    store(key, open);
  }
}

void TileSet::store(const Key& key, Open& open) {
  if (!std::exchange(open.dirty, false)) {
    return;
  }
  upsert_.run(
      int64_t{key.layer},
      std::string_view(key.quantity),
      key.factor,
      open.tile.first_step,
      encode(open.tile));
  if (key.factor == 1 && is_demand(key.quantity)) {
    store_coarse(key, open.tile);
  }
}

void TileSet::store_coarse(const Key& fine, const Tile& demand) {
  for (const auto factor : kFactors) {
    const Key key{fine.layer, fine.quantity, factor};
    auto& open = open_[key];
    const auto first = start_of(demand.first_step, factor);
    if (open.tile.first_step != first) {
      open.tile.rows.clear();
    }
    open.tile.word = Word::kReal;
    open.tile.first_step = first;
    drop_from(open.tile, demand.first_step);
    for (auto& row : coarse_rows(demand, factor)) {
      open.tile.rows.push_back(std::move(row));
    }
    open.dirty = true;
    store(key, open);
  }
}

void TileSet::cut(int64_t last_step) {
  open_.clear();
  load_cut(last_step);
  db_.prepare(kDelete).run(last_step);
  store();
}

void TileSet::load_cut(int64_t last_step) {
  // Coarse rows from here on are derived anew from the cut finest tile.
  const auto derived = start_of(last_step + 1, 1);
  auto select = db_.prepare(kStraddling);
  select.query(last_step);
  while (select.next()) {
    const Key key{
        static_cast<int32_t>(select.integer(0)),
        select.text(1),
        select.integer(2)};
    auto tile = decode(select.blob(4), select.integer(3), "the run store");
    drop_from(tile, key.factor == 1 ? last_step + 1 : derived);
    if (!tile.rows.empty()) {
      open_[key] = {std::move(tile), true};
    }
  }
}

}  // namespace moestro::tiles
