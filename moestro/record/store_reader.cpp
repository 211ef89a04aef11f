// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

#include "moestro/base/error.h"
#include "moestro/record/heat.h"
#include "moestro/record/plausible.h"
#include "moestro/record/quantity.h"
#include "moestro/record/schema.h"
#include "moestro/record/snapshot.h"
#include "moestro/record/sqlite.h"
#include "moestro/record/store.h"

namespace moestro {
namespace {

// Distinct first columns of a primary key: one search each, no scan. The walk
// from one to the next is ours, because SQLite would follow a damaged index in
// circles.
constexpr const char* kNextSeries =
    "SELECT min(series) FROM scalar WHERE series > ?";
constexpr const char* kNextLayer =
    "SELECT min(layer) FROM tile WHERE layer > ?";
constexpr const char* kNextQuantity =
    "SELECT min(quantity) FROM tile WHERE layer = ? AND quantity > ?";
constexpr const char* kTiles =
    "SELECT first_step, data FROM tile WHERE layer = ? AND quantity = ? "
    "AND factor = 1 AND first_step BETWEEN ? AND ? ORDER BY first_step";
constexpr const char* kPoints =
    "SELECT step, value FROM scalar WHERE series = ? AND step BETWEEN ? AND ? "
    "ORDER BY step";
constexpr const char* kNewest =
    "SELECT step, value FROM scalar WHERE series = ? AND step < ? "
    "ORDER BY step DESC LIMIT 1";

using Steps = std::map<int64_t, LayerRecord>;

struct Range {
  int32_t layer;
  int64_t first, last;
  std::string_view routing;
};

// Series between two names, without both.
struct Names {
  std::string after, before;  // "" = to the end
  size_t prefix = 0;          // characters that all begin with
};

// '0' follows '/': all series that begin with the prefix.
std::vector<Names> scalars_of(int32_t layer, std::string_view routing) {
  if (layer == kRun) {
    return {{"", "layer/"}, {"layer0", ""}};
  }
  const auto prefix = series_prefix(layer, routing);
  auto end = prefix;
  end.back() = '0';
  return {{prefix, end, prefix.size()}};
}

// What version 1 kept of the sequences of a step.
struct OldRows {
  std::vector<int64_t> tokens, demand;
};
using OldSteps = std::map<int64_t, OldRows>;

void reduce(LayerRecord& record, const OldRows& rows, const std::string& what) {
  if (rows.tokens.empty() || rows.demand.size() % rows.tokens.size() != 0) {
    fail_data(what + " is damaged: counts of sequences without their tokens");
  }
  record.sequences = SequenceRows(rows.demand, rows.tokens).sums();
}

// Rows of the finest level lie within their tile and ascend.
void check_rows(
    const tiles::Tile& tile,
    std::string_view quantity,
    const Range& range,
    const std::string& what) {
  plausible::Rising<int64_t> rising(what);
  for (const auto& row : tile.rows) {
    rising(row.step);
    if (row.step >= tile.first_step + tiles::kRows) {
      plausible::refuse(
          what,
          "tile '" + std::string(quantity) + "' of layer " +
              std::to_string(range.layer) + " holds rows of another");
    }
  }
}

void put_rows(
    Steps& steps,
    const tiles::Quantity& q,
    const tiles::Tile& tile,
    const Range& range) {
  for (const auto& row : tile.rows) {
    if (row.step >= range.first && row.step <= range.last) {
      q.put(steps[row.step], row.words);
    }
  }
}

void put_scalar(LayerRecord& record, std::string_view name, double value) {
  constexpr std::string_view kLoss = "loss/";
  if (name.starts_with(kLoss)) {
    record.losses.emplace_back(name.substr(kLoss.size()), value);
  } else {
    record.extras.emplace_back(name, value);
  }
}

}  // namespace

struct RunReader::State {
  explicit State(const std::string& path)
      : origin(path),
        snapshot(path),
        db(snapshot.path(), sqlite::Access::kRead) {
    schema::check(db, path);
  }

  template <class Use>
  void each_tile(std::string_view quantity, const Range& range, Use use) {
    auto select = db.prepare(kTiles);
    const auto name = tiles::tile_name(quantity, range.routing);
    select.query(
        int64_t{range.layer},
        std::string_view(name),
        tiles::start_of(std::max<int64_t>(range.first, 1), 1),
        range.last);
    plausible::Rising<int64_t> rising(origin);
    while (select.next()) {
      const auto first = plausible::step(select.integer(0), origin);
      rising(first);
      const auto tile = tiles::decode(select.blob(1), first, origin);
      check_rows(tile, quantity, range, origin);
      use(tile);
    }
  }

  void read_tiles(Steps& steps, const tiles::Quantity& q, const Range& range) {
    each_tile(q.name, range, [&](const tiles::Tile& tile) {
      if (tile.word != q.word) {
        plausible::refuse(
            origin, "tile '" + std::string(q.name) + "' is of another kind");
      }
      put_rows(steps, q, tile, range);
    });
  }

  // Also of runs that began as version 1.
  void read_old_rows(Steps& steps, const Range& range) {
    OldSteps old;
    read_old(old, tiles::kSequenceTokens, range, &OldRows::tokens);
    read_old(old, tiles::kSequenceDemand, range, &OldRows::demand);
    for (const auto& [step, rows] : old) {
      if (const auto at = steps.find(step); at != steps.end()) {
        reduce(at->second, rows, origin);
      }
    }
  }

  void read_old(
      OldSteps& old,
      std::string_view quantity,
      const Range& range,
      std::vector<int64_t> OldRows::* field) {
    each_tile(quantity, range, [&](const tiles::Tile& tile) {
      for (const auto& row : tile.rows) {
        old[row.step].*field = tiles::values_of<int64_t>(row.words);
      }
    });
  }

  // One search a series, whatever the number of its rows.
  template <class Use>
  void each_series(const Names& names, Use use) {
    auto select = db.prepare(kNextSeries);
    plausible::Rising<std::string> rising(origin);
    auto last = names.after;
    while (select.query(std::string_view(last)).next() && !select.is_null(0)) {
      last = select.text(0);
      rising(last);
      if (!names.before.empty() && last >= names.before) {
        return;
      }
      if (last.size() < names.prefix) {
        plausible::refuse(origin, "its rows are out of order");
      }
      use(last, last.substr(names.prefix));
    }
  }

  // use(step, value)
  template <class Use>
  void each_point(const std::string& series, const Range& range, Use use) {
    auto points = db.prepare(kPoints);
    points.query(std::string_view(series), range.first, range.last);
    plausible::Rising<int64_t> rising(origin);
    while (points.next()) {
      rising(points.integer(0));
      use(points.integer(0), points.real(1));
    }
  }

  // use(name, step, value)
  template <class Use>
  void each_scalar(const Range& range, Use use) {
    const auto one = [&](const std::string& series, const std::string& name) {
      each_point(series, range, [&](int64_t step, double value) {
        use(name, step, value);
      });
    };
    for (const auto& names : scalars_of(range.layer, range.routing)) {
      each_series(names, one);
    }
  }

  void read_scalars(Steps& steps, const Range& range) {
    each_scalar(
        range, [&steps](const std::string& name, int64_t step, double value) {
          if (const auto at = steps.find(step); at != steps.end()) {
            put_scalar(at->second, name, value);
          }
        });
  }

  std::string origin;
  Snapshot snapshot;
  sqlite::Database db;
};

RunReader::RunReader(const std::string& path)
    : state_(std::make_unique<State>(path)) {}

RunReader::~RunReader() = default;

int64_t RunReader::last_step() const {
  return plausible::step(
      state_->db.integer("SELECT max(step) FROM step"), state_->origin);
}

std::optional<int64_t> RunReader::next_step(int64_t from) const {
  auto select =
      state_->db.prepare("SELECT min(step) FROM step WHERE step >= ?");
  select.query(from);
  if (!select.next() || select.is_null(0)) {
    return std::nullopt;
  }
  const auto found = plausible::step(select.integer(0), state_->origin);
  if (found < from) {
    plausible::refuse(state_->origin, "its rows are out of order");
  }
  return found;
}

int64_t RunReader::count_steps(int64_t last) const {
  auto select = state_->db.prepare(
      "SELECT count(*) FROM step WHERE step BETWEEN 1 AND ?");
  select.query(last);
  return select.next() ? select.integer(0) : 0;
}

std::vector<std::string> RunReader::series() const {
  std::vector<std::string> names;
  auto select = state_->db.prepare(kNextSeries);
  plausible::Rising<std::string> rising(state_->origin);
  while (select.query(std::string_view(names.empty() ? "" : names.back()))
             .next() &&
         !select.is_null(0)) {
    names.push_back(select.text(0));
    rising(names.back());
  }
  return names;
}

std::vector<RunReader::Point> RunReader::scalar(std::string_view name) const {
  std::vector<Point> points;
  auto select = state_->db.prepare(
      "SELECT step, value FROM scalar WHERE series = ? ORDER BY step");
  select.query(name);
  plausible::Rising<int64_t> rising(state_->origin);
  while (select.next()) {
    points.push_back(
        {plausible::step(select.integer(0), state_->origin), select.real(1)});
    rising(points.back().step);
  }
  return points;
}

RunFacts RunReader::facts() const {
  try {
    return facts_of(
        schema::fact_texts(state_->db), schema::version(state_->db));
  } catch (const ContractError& error) {
    fail_data(state_->origin + " holds a damaged fact: " + error.what());
  } catch (const DataError& error) {
    plausible::refuse(state_->origin, error.what());
  }
}

std::vector<int32_t> RunReader::layers() const {
  std::vector<int32_t> numbers;
  auto select = state_->db.prepare(kNextLayer);
  plausible::Rising<int32_t> rising(state_->origin);
  auto before = std::numeric_limits<int64_t>::min();
  while (select.query(before).next() && !select.is_null(0)) {
    before = select.integer(0);
    numbers.push_back(plausible::layer(before, state_->origin));
    rising(numbers.back());
  }
  return numbers;
}

std::vector<std::pair<int64_t, LayerRecord>> RunReader::layer_steps(
    int32_t layer,
    int64_t first,
    int64_t last,
    std::string_view routing) const {
  Steps steps;
  const Range range{layer, first, last, routing};
  for (const auto& q : tiles::kQuantities) {
    state_->read_tiles(steps, q, range);
  }
  state_->read_old_rows(steps, range);
  state_->read_scalars(steps, range);
  for (auto& [step, record] : steps) {
    record.layer = layer;
    record.routing = routing;
    plausible::check(record, state_->origin);
  }
  return {
      std::make_move_iterator(steps.begin()),
      std::make_move_iterator(steps.end())};
}

std::vector<std::pair<int64_t, LayerRecord>> RunReader::run_steps(
    int64_t first, int64_t last) const {
  Steps steps;
  state_->each_scalar(
      {kRun, first, last, {}},
      [&](const std::string& name, int64_t step, double value) {
        auto& record = steps[plausible::step(step, state_->origin)];
        record.layer = kRun;
        record.extras.emplace_back(name, value);
        if (name == "tokens" && value >= 0 && value <= plausible::kMostTokens) {
          record.counts.tokens = std::llround(value);
        }
      });
  return {
      std::make_move_iterator(steps.begin()),
      std::make_move_iterator(steps.end())};
}

std::vector<std::pair<std::string, double>> RunReader::latest_extras(
    int32_t layer, int64_t before, std::string_view routing) const {
  std::vector<std::pair<std::string, double>> extras;
  auto newest = state_->db.prepare(kNewest);
  const auto one = [&](const std::string& series, const std::string& name) {
    if (newest.query(std::string_view(series), before).next()) {
      extras.emplace_back(name, newest.real(1));
    }
  };
  for (const auto& names : scalars_of(layer, routing)) {
    state_->each_series(names, one);
  }
  return extras;
}

std::vector<std::string> RunReader::routings(int32_t layer) const {
  std::vector<std::string> names;
  auto select = state_->db.prepare(kNextQuantity);
  plausible::Rising<std::string> rising(state_->origin);
  std::string quantity;
  while (select.query(int64_t{layer}, std::string_view(quantity)).next() &&
         !select.is_null(0)) {
    quantity = select.text(0);
    rising(quantity);
    const auto end = quantity.find('/');
    const auto name =
        end == std::string::npos ? std::string() : quantity.substr(0, end);
    if (std::ranges::find(names, name) == names.end()) {
      names.push_back(name);
    }
  }
  return names;
}

RunReader::Heat RunReader::heat(
    int32_t layer, int64_t columns, std::string_view routing) const {
  require(columns > 0, "[store] a heat map has columns");
  return read_heat(
      state_->db,
      {layer, columns, last_step(), std::string(routing)},
      state_->origin);
}

std::vector<RunReader::Event> RunReader::events() const {
  std::vector<Event> all;
  auto select =
      state_->db.prepare("SELECT step, kind, text, id FROM event ORDER BY id");
  plausible::Rising<int64_t> rising(state_->origin);
  while (select.next()) {
    rising(select.integer(3));
    all.push_back({select.integer(0), select.text(1), select.text(2)});
  }
  return all;
}

std::vector<RunReader::Clock> RunReader::clocks() const {
  std::vector<Clock> all;
  auto select = state_->db.prepare(
      "SELECT step, wall_seconds, step_seconds FROM step_clock ORDER BY step");
  plausible::Rising<int64_t> rising(state_->origin);
  while (select.next()) {
    rising(select.integer(0));
    all.push_back({select.integer(0), select.real(1), select.real(2)});
  }
  return all;
}

std::vector<std::pair<std::string, double>> RunReader::phase_seconds() const {
  std::vector<std::pair<std::string, double>> all;
  auto select = state_->db.prepare(
      "SELECT phase, step, seconds FROM phase_clock ORDER BY phase, step");
  plausible::Rising<std::pair<std::string, int64_t>> rising(state_->origin);
  while (select.next()) {
    auto phase = select.text(0);
    rising({phase, select.integer(1)});
    if (all.empty() || all.back().first != phase) {
      all.emplace_back(std::move(phase), 0);
    }
    all.back().second += select.real(2);
  }
  return all;
}

}  // namespace moestro
