// SPDX-License-Identifier: Apache-2.0
// moestro data build | stats
#include <cstdio>

#include "cli/colour.h"
#include "cli/command.h"
#include "cli/verbs.h"
#include "moestro/base/json.h"
#include "moestro/base/text.h"
#include "moestro/train/data/corpus.h"

namespace moestro {
namespace {

Json to_json(const SplitStats& split) {
  Json json;
  json.set("documents", split.documents)
      .set("bytes", split.bytes)
      .set("xxh3", split.xxh3);
  return json;
}

Json to_json(const CorpusStats& stats) {
  JsonArray domains;
  for (const auto& domain : stats.domains) {
    Json one;
    one.set("name", domain.name)
        .set("about", domain.about)
        .set("train", to_json(domain.train))
        .set("valid", to_json(domain.valid))
        .set("sample", domain.sample);
    domains.push_back(one);
  }
  Json json;
  json.set("version", 1)
      .set("name", stats.name)
      .set("domains", domains)
      .set("missing", stats.missing);
  return json;
}

void print_plain(const CorpusStats& stats) {
  std::printf("%s\n", stats.name.c_str());
  std::printf(
      "  %-10s %10s %14s %14s  %s\n",
      "domain",
      "documents",
      "train bytes",
      "valid bytes",
      "what");
  for (const auto& d : stats.domains) {
    std::printf(
        "  %-10s %10s %14s %14s  %s\n",
        d.name.c_str(),
        with_commas(d.train.documents + d.valid.documents).c_str(),
        with_commas(d.train.bytes).c_str(),
        with_commas(d.valid.bytes).c_str(),
        d.about.c_str());
  }
  for (const auto& name : stats.missing) {
    std::printf("  %-10s missing\n", name.c_str());
  }
}

void print(const CorpusStats& stats, bool json) {
  if (json) {
    std::puts(dump(to_json(stats)).c_str());
  } else {
    print_plain(stats);
  }
}

int build(Arguments arguments) {
  Command command(
      "data build",
      "Builds the corpus debmix-v1 from text of Debian packages.");
  std::string packages, out = "corpus";
  CorpusOptions options;
  int64_t seed = 1;
  bool json = false;
  command.option(
      "--packages", packages, "folder that tools/fetch_corpus.sh filled");
  command.option("--out", out, "folder of the corpus");
  command.option("--cap", options.cap, "most bytes of a domain");
  command.option("--seed", seed, "which documents stay above the cap");
  command.flag("--json", json, "machine-readable");
  if (!command.parse(arguments)) {
    return code(Exit::kFine);
  }
  options.packages = packages;
  options.output = out;
  options.seed = static_cast<uint64_t>(seed);
  const auto stats = build_corpus(options, [](std::string_view line) {
    std::fprintf(
        stderr, "  %.*s\n", static_cast<int>(line.size()), line.data());
  });
  print(stats, json);
  return code(Exit::kFine);
}

int stats(Arguments arguments) {
  Command command("data stats", "Describes a corpus or a folder of text.");
  std::string path = "corpus";
  bool json = false;
  command.may_have("PATH", path, "built corpus, or folder of .txt and .jsonl");
  command.flag("--json", json, "machine-readable");
  if (!command.parse(arguments)) {
    return code(Exit::kFine);
  }
  print(describe_corpus(path), json);
  return code(Exit::kFine);
}

}  // namespace

int data_verb(Arguments arguments, const Registry&) {
  if (!arguments.empty() && arguments[0] == "build") {
    return build(arguments.subspan(1));
  }
  if (!arguments.empty() && arguments[0] == "stats") {
    return stats(arguments.subspan(1));
  }
  if (!arguments.empty() &&
      (arguments[0] == "--help" || arguments[0] == "-h")) {
    std::puts(
        "moestro data build [--packages DIR] [--out DIR]   builds the corpus\n"
        "moestro data stats [PATH]                         describes it");
    return code(Exit::kFine);
  }
  fail_usage("data takes build or stats; see `moestro data --help`");
}

}  // namespace moestro
