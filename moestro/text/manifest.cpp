// SPDX-License-Identifier: Apache-2.0
#include "moestro/text/manifest.h"

#include <algorithm>
#include <fstream>

#include "moestro/base/error.h"
#include "moestro/base/file.h"
#include "moestro/base/json.h"
#include "moestro/text/lines.h"
#include "moestro/text/own_text.h"

namespace moestro {
namespace {

namespace fs = std::filesystem;

fs::path manifest_of(const fs::path& folder) {
  return folder / "manifest.json";
}

SplitStats stats_of(const Documents& docs) {
  return {
      static_cast<int64_t>(docs.size()),
      static_cast<int64_t>(docs.bytes.size()),
      text_hash_hex(docs.bytes)};
}

std::string sample_of(const Documents& docs) {
  if (docs.size() == 0) {
    return {};
  }
  const auto doc = docs[docs.size() / 2];
  const std::string text(doc.begin(), doc.end());
  std::string best;
  for_each_line(text, [&](std::string_view line) {
    const auto first = std::min(line.find_first_not_of(" \t"), line.size());
    const auto useful = line.substr(first);
    if (best.size() < 50 && useful.size() > best.size()) {
      best = useful;
    }
  });
  return best;
}

Json to_json(const SplitStats& split) {
  return JsonObject{
      {"bytes", split.bytes},
      {"documents", split.documents},
      {"xxh3", split.xxh3}};
}

Json to_json(const DomainStats& domain) {
  JsonArray packages;
  for (const auto& p : domain.packages) {
    packages.push_back(JsonObject{
        {"name", p.name}, {"version", p.version}, {"licence", p.licence}});
  }
  return JsonObject{
      {"name", domain.name},
      {"about", domain.about},
      {"packages", packages},
      {"train", to_json(domain.train)},
      {"valid", to_json(domain.valid)}};
}

SplitStats split_from(const Json& json) {
  return {
      json.at("documents").as_int(),
      json.at("bytes").as_int(),
      json.at("xxh3").as_string()};
}

DomainStats domain_from(const Json& json, const fs::path& folder) {
  DomainStats domain;
  domain.name = json.at("name").as_string();
  domain.about = json.at("about").as_string();
  for (const auto& p : json.at("packages").as_array()) {
    domain.packages.push_back(
        {p.at("name").as_string(),
         p.at("version").as_string(),
         p.at("licence").as_string()});
  }
  domain.train = split_from(json.at("train"));
  domain.valid = split_from(json.at("valid"));
  domain.sample = sample_of(read_shard(folder / (domain.name + ".train")));
  return domain;
}

CorpusStats built(const fs::path& folder) {
  const auto path = manifest_of(folder);
  const auto json = parse_json(read_file(path), path.string());
  try {
    const auto version = json.at("version").as_int();
    if (version != 1) {
      fail_data(
          path.string() + " has version " + std::to_string(version) +
          ", this program reads 1; build the corpus again");
    }
    CorpusStats stats;
    stats.name = json.at("corpus").as_string();
    stats.seed = json.at("seed").as_int();
    stats.cap = json.at("cap_bytes").as_int();
    for (const auto& domain : json.at("domains").as_array()) {
      stats.domains.push_back(domain_from(domain, folder));
    }
    for (const auto& name : json.at("missing").as_array()) {
      stats.missing.push_back(name.as_string());
    }
    return stats;
  } catch (const ContractError&) {
    fail_data(path.string() + " is no corpus manifest; build the corpus again");
  }
}

CorpusStats own(const fs::path& path) {
  CorpusStats stats{.name = "own text"};
  for (const auto& domain : read_own_text(path)) {
    stats.domains.push_back(
        describe_domain(domain.name, path.string(), split_own_text(domain)));
  }
  return stats;
}

}  // namespace

DomainStats describe_domain(
    const std::string& name,
    const std::string& about,
    const SplitDocuments& split) {
  return {
      name,
      about,
      {},
      stats_of(split.train),
      stats_of(split.valid),
      sample_of(split.train)};
}

void write_domain(
    const fs::path& folder,
    const std::string& name,
    const SplitDocuments& split) {
  write_shard(folder / (name + ".train"), split.train);
  write_shard(folder / (name + ".valid"), split.valid);
}

void write_manifest(const fs::path& folder, const CorpusStats& stats) {
  JsonArray domains;
  for (const auto& domain : stats.domains) {
    domains.push_back(to_json(domain));
  }
  const Json manifest = JsonObject{
      {"version", 1},
      {"corpus", stats.name},
      {"seed", stats.seed},
      {"cap_bytes", stats.cap},
      {"domains", domains},
      {"missing", Json(stats.missing)}};
  const auto path = manifest_of(folder);
  std::ofstream file(path, std::ios::binary);
  file << dump(manifest, JsonStyle::kIndented) << '\n';
  file.close();
  if (!file) {
    fail_storage("cannot write " + path.string() + "; is the disk full?");
  }
}

bool is_built_corpus(const fs::path& path) {
  return fs::exists(manifest_of(path));
}

CorpusStats describe_corpus(const fs::path& path) {
  return is_built_corpus(path) ? built(path) : own(path);
}

}  // namespace moestro
