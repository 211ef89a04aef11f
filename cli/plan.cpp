// SPDX-License-Identifier: Apache-2.0
// moestro plan eplb|place|replay|llep|assign FILE
#include <cstdio>

#include "cli/command.h"
#include "cli/plan_text.h"
#include "cli/verbs.h"
#include "moestro/base/file.h"
#include "moestro/base/text.h"
#include "moestro/plan/assign_json.h"
#include "moestro/plan/llep_json.h"
#include "moestro/plan/place_json.h"

namespace moestro {
namespace {

struct Kind {
  std::string_view name;
  Json (*plan)(const Json&);
  std::string (*text)(const Json& answer);
};

constexpr Kind kKinds[] = {
    {"eplb", plan_eplb, placement_text},
    {"place", plan_place, placement_text},
    {"replay", plan_replay, replay_text},
    {"llep", plan_llep, llep_text},
    {"assign", plan_assign, assignment_text}};

const Kind& kind_of(const std::string& name) {
  std::vector<std::string_view> known;
  for (const auto& kind : kKinds) {
    if (kind.name == name) {
      return kind;
    }
    known.push_back(kind.name);
  }
  fail_usage("there is no plan '" + name + "'" + did_you_mean(name, known));
}

Json read_request(const std::string& path) {
  return parse_json(read_input(path), path == "-" ? "standard input" : path);
}

}  // namespace

int plan_verb(Arguments arguments, const Registry&) {
  Command command(
      "plan",
      "Places experts on devices and tokens on experts, from a JSON request.");
  std::string name, path;
  bool json = false;
  command.needs("KIND", name, "eplb, place, replay, llep or assign");
  command.needs("FILE", path, "the request; - reads standard input");
  command.flag("--json", json, "machine-readable");
  command.example(
      "eplb    the published balancer of expert placement\n"
      "place   never worse than eplb, with a bound; may limit moves\n"
      "replay  what a placement makes of every step of a trace\n"
      "llep    where the tokens that overflow a device go\n"
      "assign  tokens to experts with capacities\n\n"
      "example: echo '{\"load\":[[60,56,12,12]],\"slots\":8,\"devices\":4}' |"
      " moestro plan place -\n"
      "docs/placement.md has the form of every request and answer");
  if (!command.parse(arguments)) {
    return code(Exit::kFine);
  }
  const auto& kind = kind_of(name);
  const auto answer = kind.plan(read_request(path));
  const auto text = json ? dump(answer) + "\n" : kind.text(answer);
  std::fputs(text.c_str(), stdout);
  return code(Exit::kFine);
}

}  // namespace moestro
