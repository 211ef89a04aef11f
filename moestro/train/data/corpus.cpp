// SPDX-License-Identifier: Apache-2.0
#include "moestro/train/data/corpus.h"

#include <algorithm>
#include <fstream>
#include <system_error>
#include <utility>

#include "moestro/base/error.h"
#include "moestro/base/file.h"
#include "moestro/base/json.h"
#include "moestro/base/philox.h"
#include "moestro/base/text.h"
#include "moestro/train/data/documents.h"
#include "moestro/train/data/markup.h"
#include "moestro/train/data/own_text.h"
#include "moestro/train/data/split.h"

namespace moestro {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kRecipe = "debmix-v1";
constexpr uint32_t kSampleStream = 0x636F7270;
constexpr size_t kShortest = 512;
// No document is more than a few percent of its domain.
constexpr size_t kLongest = 131'072;

fs::path manifest_of(const fs::path& folder) {
  return folder / "manifest.json";
}

// Tidied, of a useful length, text, and each only once.
std::vector<std::string> cleaned(std::vector<std::string> documents) {
  std::vector<std::string> kept;
  for (auto& raw : documents) {
    auto text = tidy(raw);
    if (text.size() > kLongest) {
      text.erase(text.rfind('\n', kLongest) + 1);
    }
    if (text.size() >= kShortest && !looks_binary(text)) {
      kept.push_back(std::move(text));
    }
  }
  return kept;
}

// Documents in an order drawn from the seed, until the cap is reached.
std::vector<std::string> sampled(
    std::vector<std::string> documents, const CorpusOptions& options) {
  struct Drawn {
    uint64_t rank, hash;
    std::string text;
  };
  std::vector<Drawn> items;
  for (auto& text : documents) {
    const auto hash = text_hash(text);
    const auto d = draw({options.seed, kSampleStream}, hash);
    items.push_back({uint64_t{d[0]} << 32U | d[1], hash, std::move(text)});
  }
  std::sort(items.begin(), items.end(), [](const auto& a, const auto& b) {
    return std::pair(a.rank, a.hash) < std::pair(b.rank, b.hash);
  });
  std::vector<std::string> kept;
  int64_t bytes = 0;
  uint64_t last = 0;
  for (auto& item : items) {
    const bool copy = !kept.empty() && item.hash == last;
    if (bytes >= options.cap || copy) {
      continue;
    }
    last = item.hash;
    bytes += static_cast<int64_t>(item.text.size());
    kept.push_back(std::move(item.text));
  }
  return kept;
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

void write_manifest(const CorpusOptions& options, const CorpusStats& stats) {
  JsonArray domains;
  for (const auto& domain : stats.domains) {
    domains.push_back(to_json(domain));
  }
  const Json manifest = JsonObject{
      {"version", 1},
      {"corpus", stats.name},
      {"seed", static_cast<int64_t>(options.seed)},
      {"cap_bytes", options.cap},
      {"domains", domains},
      {"missing", Json(stats.missing)}};
  const auto path = manifest_of(options.output);
  std::ofstream file(path, std::ios::binary);
  file << dump(manifest, JsonStyle::kIndented) << '\n';
  file.close();
  if (!file) {
    fail_storage("cannot write " + path.string() + "; is the disk full?");
  }
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
  CorpusStats stats{"own text", {}, {}};
  for (const auto& domain : read_own_text(path)) {
    const auto split = split_own_text(domain);
    stats.domains.push_back(
        {domain.name,
         path.string(),
         {},
         stats_of(split.train),
         stats_of(split.valid),
         sample_of(split.train)});
  }
  return stats;
}

DomainStats write_domain(const Domain& domain, const CorpusOptions& options) {
  auto text = read_domain(domain, options.packages, options.root);
  const auto split = split_documents(
      sampled(cleaned(std::move(text.documents)), options),
      {options.valid_share, static_cast<uint64_t>(options.least_valid)});
  DomainStats stats{
      std::string(domain.name),
      std::string(domain.about),
      std::move(text.packages),
      stats_of(split.train),
      stats_of(split.valid),
      sample_of(split.train)};
  if (split.train.size() > 0) {
    write_shard(options.output / (stats.name + ".train"), split.train);
    write_shard(options.output / (stats.name + ".valid"), split.valid);
  }
  return stats;
}

std::string line_for(const DomainStats& stats) {
  return stats.name + ": " + with_commas(stats.train.bytes) + " bytes in " +
         with_commas(stats.train.documents) + " documents, " +
         with_commas(stats.valid.bytes) + " to validate";
}

}  // namespace

CorpusStats build_corpus(
    const CorpusOptions& options, const Progress& progress) {
  std::error_code error;
  fs::create_directories(options.output, error);
  if (error) {
    fail_storage("cannot make folder " + options.output.string());
  }
  // A build that is cut short leaves no manifest, so nobody reads half of it.
  fs::remove(manifest_of(options.output), error);
  CorpusStats stats{std::string(kRecipe), {}, {}};
  for (const auto& domain : debmix_domains()) {
    auto written = write_domain(domain, options);
    if (written.train.documents == 0) {
      stats.missing.push_back(written.name);
      progress(written.name + ": no text; tools/fetch_corpus.sh gets it");
      continue;
    }
    progress(line_for(written));
    stats.domains.push_back(std::move(written));
  }
  if (stats.domains.size() < 2) {
    fail_data(
        "fewer than two domains have text under " + options.packages.string() +
        " and " + options.root.string() +
        "; run tools/fetch_corpus.sh with a network, or train on your own text "
        "with --data DIR");
  }
  write_manifest(options, stats);
  return stats;
}

bool is_built_corpus(const fs::path& path) {
  return fs::exists(manifest_of(path));
}

CorpusStats describe_corpus(const fs::path& path) {
  return is_built_corpus(path) ? built(path) : own(path);
}

}  // namespace moestro
