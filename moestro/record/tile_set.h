// SPDX-License-Identifier: Apache-2.0
// The tiles that still grow, in memory; rewritten whole under their final key
// at each commit. A resumed set holds exactly what an uninterrupted one would.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>

#include "moestro/base/api.h"
#include "moestro/record/sqlite.h"
#include "moestro/record/step.h"
#include "moestro/record/tile.h"

MOESTRO_API_BEGIN
namespace moestro::tiles {

class TileSet {
 public:
  explicit TileSet(sqlite::Database&);

  void add(int64_t step, const LayerRecord&);
  // Writes every tile that changed.
  void store();
  // Deletes the rows after `last_step` from the database and goes on from the
  // tiles that are cut.
  void cut(int64_t last_step);

 private:
  struct Key {
    int32_t layer;
    std::string quantity;
    int64_t factor;
    auto operator<=>(const Key&) const = default;
  };
  struct Open {
    Tile tile;
    bool dirty = false;
  };

  void append(const Key&, Word, Row);
  void store(const Key&, Open&);
  void store_coarse(const Key& fine, const Tile& demand);
  void load_cut(int64_t last_step);

  sqlite::Database& db_;
  sqlite::Statement upsert_;
  std::map<Key, Open> open_;
};

}  // namespace moestro::tiles
MOESTRO_API_END
