// SPDX-License-Identifier: Apache-2.0
// moestro data build | stats
#include <cstdio>

#include "cli/colour.h"
#include "cli/command.h"
#include "cli/verbs.h"
#include "moestro/base/json.h"
#include "moestro/base/text.h"
#include "moestro/corpus/corpus.h"
#include "moestro/text/manifest.h"

namespace moestro {
namespace {

Json to_json(const SplitStats& split) {
  Json json;
  json.set("documents", split.documents)
      .set("bytes", split.bytes)
      .set("xxh3", split.xxh3.bytes);
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
  std::printf("%s\n", visible(stats.name).c_str());
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
        visible(d.name).c_str(),
        with_commas(d.train.documents + d.valid.documents).c_str(),
        with_commas(d.train.bytes).c_str(),
        with_commas(d.valid.bytes).c_str(),
        visible(d.about).c_str());
  }
  for (const auto& name : stats.missing) {
    std::printf("  %-10s missing\n", visible(name).c_str());
  }
}

void print(const CorpusStats& stats, bool json) {
  if (json) {
    std::puts(dump(to_json(stats)).c_str());
  } else {
    print_plain(stats);
  }
}

struct BuildRequest {
  std::string packages, from, out = "corpus", domains;
  int64_t cap = 0, seed = -1;  // as the library has them
  bool force = false, json = false;
};

bool read_request(Arguments arguments, BuildRequest& request) {
  Command command(
      "data build",
      "Builds a corpus: debmix-v2 from text of Debian packages, or one from a "
      "folder of yours.");
  command.option(
      "--packages",
      request.packages,
      "folder that tools/fetch_corpus.sh filled; otherwise what is installed");
  command.option(
      "--domains",
      request.domains,
      "only these, with commas: code,law; or: available");
  command.option(
      "--from",
      request.from,
      "your own text: a folder of .txt and .jsonl, a sub-folder is a domain");
  command.option("--out", request.out, "folder of the corpus");
  command.option("--cap", request.cap, "most bytes of a domain (3000000)");
  command.option(
      "--seed", request.seed, "which documents stay above the cap (1)");
  command.flag(
      "--force", request.force, "replace what is at --out, whatever it is");
  command.flag("--json", request.json, "machine-readable");
  return command.parse(arguments);
}

CorpusOptions options_of(const BuildRequest& request) {
  CorpusOptions options;
  options.origin.packages = request.packages;
  options.output = request.out;
  options.force = request.force;
  options.available = request.domains == "available";
  if (!options.available) {
    for (const auto name : split(request.domains)) {
      options.domains.emplace_back(name);
    }
  }
  options.cap = request.cap > 0 ? request.cap : options.cap;
  options.seed =
      request.seed >= 0 ? static_cast<uint64_t>(request.seed) : options.seed;
  return options;
}

CorpusStats built(const BuildRequest& request) {
  if (request.from.empty()) {
    return build_corpus(options_of(request), [](std::string_view line) {
      std::fprintf(stderr, "  %s\n", visible(line).c_str());
    });
  }
  if (!request.packages.empty() || !request.domains.empty() ||
      request.cap != 0 || request.seed != -1) {
    fail_usage(
        "--from takes all of your text: leave --packages, --domains, --cap and "
        "--seed out");
  }
  return build_own_corpus(request.from, request.out, request.force);
}

int build(Arguments arguments) {
  BuildRequest request;
  if (read_request(arguments, request)) {
    print(built(request), request.json);
  }
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
        "moestro data build [--packages DIR] [--out DIR]   text of packages\n"
        "moestro data build --from FOLDER [--out DIR]      your own text\n"
        "moestro data stats [PATH]                         describes it");
    return code(Exit::kFine);
  }
  fail_usage("data takes build or stats; see `moestro data --help`");
}

}  // namespace moestro
