// SPDX-License-Identifier: Apache-2.0
#include "cli/plan_text.h"

#include <algorithm>
#include <map>

#include "moestro/base/text.h"

namespace moestro {
namespace {

// Right-aligned columns, two blanks between; the first row is the heading.
std::string table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<size_t> width(rows[0].size());
  for (const auto& row : rows) {
    for (size_t c = 0; c < row.size(); ++c) {
      width[c] = std::max(width[c], row[c].size());
    }
  }
  std::string out;
  for (const auto& row : rows) {
    for (size_t c = 0; c < row.size(); ++c) {
      out += std::string(width[c] - row[c].size() + (c > 0 ? 2 : 0), ' ');
      out += row[c];
    }
    out += '\n';
  }
  return out;
}

std::string percent(double share) {
  return fixed(100 * share, 2) + " %";
}

double number_at(const Json& answer, const char* key, size_t row) {
  return answer.at(key).as_array()[row].as_number();
}

// "e3 x4, e0 x2": the experts with most replicas.
std::string most_replicated(const JsonItems& replicas) {
  std::vector<std::pair<int64_t, size_t>> order;
  for (size_t e = 0; e < replicas.size(); ++e) {
    if (replicas[e].as_int() > 1) {
      order.emplace_back(-replicas[e].as_int(), e);
    }
  }
  std::ranges::sort(order);
  constexpr size_t kShown = 4;
  std::vector<std::string> items;
  for (const auto& [count, e] : order) {
    if (items.size() == kShown) {
      items.push_back("+" + std::to_string(order.size() - kShown) + " more");
      break;
    }
    items.push_back("e" + std::to_string(e) + " x" + std::to_string(-count));
  }
  return items.empty() ? "-" : join(items);
}

std::string ratio_of(double peak, double mean) {
  return fixed(mean > 0 ? peak / mean : 1, 3);
}

}  // namespace

std::string placement_text(const Json& answer) {
  const bool bounded = answer.find("bound").has_value();
  std::vector<std::vector<std::string>> rows = {{"layer", "peak", "peak/mean"}};
  if (bounded) {
    rows[0].insert(rows[0].end(), {"bound", "gap", "proven", "moves"});
  }
  rows[0].emplace_back("replicated");
  for (size_t l = 0; l < answer.at("peak").as_array().size(); ++l) {
    const double peak = number_at(answer, "peak", l);
    std::vector<std::string> row = {
        std::to_string(l),
        fixed(peak, 2),
        ratio_of(peak, number_at(answer, "mean", l))};
    if (bounded) {
      const bool proven = answer.at("proven").as_array()[l].as_bool();
      row.insert(
          row.end(),
          {fixed(number_at(answer, "bound", l), 2),
           percent(number_at(answer, "gap", l)),
           proven ? "yes" : "no",
           std::to_string(answer.at("moves").as_array()[l].as_int())});
    }
    row.push_back(
        most_replicated(answer.at("replicas").as_array()[l].as_array()));
    rows.push_back(std::move(row));
  }
  return table(rows) + "--json prints the slots\n";
}

std::string replay_text(const Json& answer) {
  std::vector<std::vector<std::string>> rows = {
      {"layer", "of average", "mean", "p50", "p90", "p99", "worst"}};
  for (size_t l = 0; l < answer.at("peak").as_array().size(); ++l) {
    rows.push_back({std::to_string(l)});
    for (const auto* key :
         {"peak_of_average", "mean_peak", "p50", "p90", "p99", "worst"}) {
      rows.back().push_back(fixed(number_at(answer, key, l), 3));
    }
  }
  return "largest device load over the mean one, " +
         with_commas(answer.at("steps").as_int()) + " steps\n" + table(rows);
}

std::string llep_text(const Json& answer) {
  const auto& after = answer.at("device_load").as_array();
  const auto& before = answer.at("plain_device_load").as_array();
  std::map<int64_t, int64_t> arriving;
  for (const auto& transfer : answer.at("transfers").as_array()) {
    ++arriving[transfer.at("to").as_int()];
  }
  std::vector<std::vector<std::string>> rows = {
      {"device", "plain", "planned", "weights in"}};
  int64_t most_before = 0, most_after = 0;
  for (size_t p = 0; p < after.size(); ++p) {
    most_before = std::max(most_before, before[p].as_int());
    most_after = std::max(most_after, after[p].as_int());
    rows.push_back(
        {std::to_string(p),
         with_commas(before[p].as_int()),
         with_commas(after[p].as_int()),
         std::to_string(arriving[static_cast<int64_t>(p)])});
  }
  const auto transfers = answer.at("transfers").as_array().size();
  if (answer.at("fallback").as_bool()) {
    return table(rows) + "balanced enough: nothing moves\n";
  }
  return table(rows) + "largest load " + with_commas(most_before) + " -> " +
         with_commas(most_after) + " tokens, " + std::to_string(transfers) +
         " weight transfers; --json prints the segments\n";
}

std::string assignment_text(const Json& answer) {
  const auto& tokens = answer.at("experts").as_array();
  std::map<int64_t, int64_t> count;
  for (const auto& chosen : tokens) {
    for (const auto& e : chosen.as_array()) {
      ++count[e.as_int()];
    }
  }
  std::vector<std::vector<std::string>> rows = {{"expert", "tokens"}};
  for (const auto& [e, n] : count) {
    rows.push_back({std::to_string(e), with_commas(n)});
  }
  return table(rows) + with_commas(static_cast<int64_t>(tokens.size())) +
         " tokens, objective " + shortest(answer.at("objective").as_number()) +
         ", bound " + shortest(answer.at("bound").as_number()) + ", gap " +
         percent(answer.at("gap").as_number()) +
         "; --json prints the experts\n";
}

}  // namespace moestro
