// SPDX-License-Identifier: Apache-2.0
#include "moestro/text/manifest.h"

#include <algorithm>
#include <set>
#include <system_error>
#include <utility>

#include "moestro/base/durable.h"
#include "moestro/base/error.h"
#include "moestro/base/file.h"
#include "moestro/base/json.h"
#include "moestro/base/text.h"
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
      hashes_of(docs)};
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
      {"xxh3", split.xxh3.bytes},
      {"offsets_xxh3", split.xxh3.offsets}};
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

// Manifests of before have no hash of the offsets.
SplitStats split_from(const Json& json) {
  const auto offsets = json.find("offsets_xxh3");
  return {
      json.at("documents").as_int(),
      json.at("bytes").as_int(),
      {json.at("xxh3").as_string(), offsets ? offsets->as_string() : ""}};
}

DomainStats domain_from(const Json& json) {
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
  return domain;
}

CorpusStats stats_from(const Json& json) {
  CorpusStats stats;
  stats.name = json.at("corpus").as_string();
  stats.seed = json.at("seed").as_int();
  stats.cap = json.at("cap_bytes").as_int();
  for (const auto& domain : json.at("domains").as_array()) {
    stats.domains.push_back(domain_from(domain));
  }
  for (const auto& name : json.at("missing").as_array()) {
    stats.missing.push_back(name.as_string());
  }
  return stats;
}

[[noreturn]] void refuse(const fs::path& manifest, const std::string& why) {
  fail_data(
      manifest.string() + " is damaged: " + why + "; build the corpus again",
      manifest.string());
}

// Names become paths, so they are looked at first.
void check_domains(const CorpusStats& stats, const fs::path& manifest) {
  std::set<std::string_view> seen;
  for (const auto& domain : stats.domains) {
    if (!is_domain_name(domain.name)) {
      refuse(manifest, "'" + domain.name.substr(0, 80) + "' names no domain");
    }
    if (!seen.insert(domain.name).second) {
      refuse(manifest, "it names the domain '" + domain.name + "' twice");
    }
  }
  if (stats.domains.empty()) {
    refuse(manifest, "it names no domain");
  }
}

Documents read_split(const fs::path& stem, const SplitStats& split) {
  auto docs = read_shard(stem, split.xxh3);
  if (std::cmp_not_equal(docs.size(), split.documents) ||
      std::cmp_not_equal(docs.bytes.size(), split.bytes)) {
    refuse(
        manifest_of(stem.parent_path()),
        "it counts other documents or bytes than " + stem.string() +
            ".bin has");
  }
  return docs;
}

CorpusStats read_built(const fs::path& folder, const DomainUse& use) {
  auto stats = read_manifest(folder);
  for (auto& domain : stats.domains) {
    SplitDocuments split{
        read_split(folder / (domain.name + ".train"), domain.train),
        read_split(folder / (domain.name + ".valid"), domain.valid)};
    domain.sample = sample_of(split.train);
    use(domain, std::move(split));
  }
  return stats;
}

CorpusStats read_own(const fs::path& path, const DomainUse& use) {
  CorpusStats stats{.name = "own text"};
  for (const auto& domain : read_own_text(path)) {
    auto split = split_own_text(domain);
    stats.domains.push_back(describe_domain(domain.name, path.string(), split));
    use(stats.domains.back(), std::move(split));
  }
  return stats;
}

bool is_same_hash(const std::string& a, const std::string& b) {
  return a == b || a.empty() || b.empty();
}

bool is_same_split(const SplitStats& a, const SplitStats& b) {
  return a.documents == b.documents && a.bytes == b.bytes &&
         is_same_hash(a.xxh3.bytes, b.xxh3.bytes) &&
         is_same_hash(a.xxh3.offsets, b.xxh3.offsets);
}

bool is_same_domain(const DomainStats& a, const DomainStats& b) {
  return a.name == b.name && a.about == b.about && a.packages == b.packages &&
         is_same_split(a.train, b.train) && is_same_split(a.valid, b.valid);
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

bool is_domain_name(std::string_view name) {
  constexpr size_t kLongest = 200;  // with its endings still a file's name
  constexpr std::string_view kPath("/\0", 2);
  return !name.empty() && name.size() <= kLongest && name != "." &&
         name != ".." && is_utf8(name) &&
         name.find_first_of(kPath) == std::string_view::npos;
}

void write_domain(
    const fs::path& folder,
    const std::string& name,
    const SplitDocuments& split) {
  if (!is_domain_name(name)) {
    fail_data(
        "'" + name +
        "' cannot name a domain: UTF-8 of up to 200 bytes can; rename the "
        "folder");
  }
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
  write_durably(
      manifest_of(folder), dump(manifest, JsonStyle::kIndented) + '\n');
}

// One that may not be read is there, too: whoever reads it says why not.
bool is_built_corpus(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(fs::symlink_status(manifest_of(path), ignored));
}

CorpusStats read_manifest(const fs::path& folder) {
  const auto path = manifest_of(folder);
  const auto json = parse_json(read_file(path), path.string());
  try {
    const auto version = json.at("version").as_int();
    if (version != 1) {
      fail_data(
          path.string() + " has version " + std::to_string(version) +
          ", this program reads 1; build the corpus again");
    }
    auto stats = stats_from(json);
    check_domains(stats, path);
    return stats;
  } catch (const ContractError&) {
    fail_data(path.string() + " is no corpus manifest; build the corpus again");
  }
}

bool is_same_corpus(const CorpusStats& a, const CorpusStats& b) {
  return a.name == b.name && a.seed == b.seed && a.cap == b.cap &&
         a.missing == b.missing &&
         std::ranges::equal(a.domains, b.domains, is_same_domain);
}

CorpusStats read_corpus(const fs::path& path, const DomainUse& use) {
  return is_built_corpus(path) ? read_built(path, use) : read_own(path, use);
}

CorpusStats describe_corpus(const fs::path& path) {
  return read_corpus(path, [](const DomainStats&, const SplitDocuments&) {});
}

}  // namespace moestro
