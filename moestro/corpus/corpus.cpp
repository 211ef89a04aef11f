// SPDX-License-Identifier: Apache-2.0
#include "moestro/corpus/corpus.h"

#include <algorithm>
#include <utility>

#include "moestro/base/error.h"
#include "moestro/base/philox.h"
#include "moestro/base/text.h"
#include "moestro/corpus/aside.h"
#include "moestro/corpus/markup.h"
#include "moestro/text/documents.h"
#include "moestro/text/own_text.h"
#include "moestro/text/split.h"

namespace moestro {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kRecipe = "debmix-v2";
constexpr uint32_t kSampleStream = 0x636F7270;
constexpr size_t kShortest = 512;
// No document is more than a few percent of its domain.
constexpr size_t kLongest = 131'072;

// Tidied, of a useful length, text, and each only once.
std::vector<std::string> cleaned(const std::vector<std::string>& documents) {
  std::vector<std::string> kept;
  for (const auto& raw : documents) {
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

std::string line_for(const DomainStats& stats) {
  return stats.name + ": " + with_commas(stats.train.bytes) + " bytes in " +
         with_commas(stats.train.documents) + " documents, " +
         with_commas(stats.valid.bytes) + " to validate";
}

std::vector<Domain> asked_for(const std::vector<std::string>& names) {
  const auto all = debmix_domains();
  std::vector<Domain> asked;
  std::vector<std::string_view> known;
  for (const auto& domain : all) {
    known.push_back(domain.name);
    if (names.empty() || std::ranges::find(names, domain.name) != names.end()) {
      asked.push_back(domain);
    }
  }
  for (const auto& name : names) {
    if (std::ranges::find(known, name) == known.end()) {
      fail_configuration(
          "there is no domain '" + name + "'" + did_you_mean(name, known),
          "domains");
    }
  }
  return asked;
}

// The domains whose packages are all there, and what the others lack.
struct Available {
  std::vector<Domain> domains;
  std::vector<std::string> missing, lacks;
};

Available available(const CorpusOptions& options) {
  Available out;
  for (const auto& domain : asked_for(options.domains)) {
    const auto packages = missing_packages(domain, options.origin);
    if (packages.empty()) {
      out.domains.push_back(domain);
    } else {
      out.missing.emplace_back(domain.name);
      out.lacks.push_back(std::string(domain.name) + ": " + join(packages));
    }
  }
  return out;
}

// What was named must be there; without a word, what happens to be installed.
void check_complete(const CorpusOptions& options, const Available& found) {
  const bool named =
      !options.origin.packages.empty() || !options.domains.empty();
  if (found.missing.empty() || !named || options.available) {
    return;
  }
  const auto where = options.origin.packages.empty()
                         ? "the installed packages"
                         : options.origin.packages.string();
  std::vector<std::string_view> rest;
  rest.reserve(found.domains.size());
  for (const auto& domain : found.domains) {
    rest.push_back(domain.name);
  }
  fail_data(
      where + " lacks packages (" + join(found.lacks, "; ") +
      "); tools/fetch_corpus.sh gets them with a network" +
      (rest.size() < 2
           ? ""
           : ", or build the others: --domains " + join(rest, ",")));
}

DomainStats build_domain(
    const Domain& domain,
    const CorpusOptions& options,
    const fs::path& folder) {
  auto text = read_domain(domain, options.origin);
  const auto split = split_documents(
      sampled(cleaned(text.documents), options),
      {options.valid_share, static_cast<uint64_t>(options.least_valid)});
  auto stats = describe_domain(
      std::string(domain.name), std::string(domain.about), split);
  stats.packages = std::move(text.packages);
  if (split.train.size() > 0) {
    write_domain(folder, stats.name, split);
  }
  return stats;
}

}  // namespace

CorpusStats build_corpus(
    const CorpusOptions& options, const Progress& progress) {
  auto found = available(options);
  check_complete(options, found);
  Aside aside(options.output, options.force);
  CorpusStats stats{
      .name = std::string(kRecipe),
      .seed = static_cast<int64_t>(options.seed),
      .cap = options.cap,
      .missing = std::move(found.missing)};
  for (const auto& domain : found.domains) {
    auto written = build_domain(domain, options, aside.folder());
    if (written.train.documents == 0) {
      stats.missing.push_back(written.name);
      progress(written.name + ": no text in its packages");
      continue;
    }
    progress(line_for(written));
    stats.domains.push_back(std::move(written));
  }
  if (stats.domains.size() < 2) {
    fail_data(
        "fewer than two domains have their packages (" +
        join(found.lacks, "; ") +
        "); run tools/fetch_corpus.sh with a network and give its folder with "
        "--packages, or build from your own text with --from");
  }
  write_manifest(aside.folder(), stats);
  aside.publish();
  return stats;
}

CorpusStats build_own_corpus(
    const fs::path& source, const fs::path& output, bool force) {
  const auto domains = read_own_text(source);
  Aside aside(output, force);
  CorpusStats stats{.name = "own text"};
  for (const auto& domain : domains) {
    const auto split = split_own_text(domain);
    stats.domains.push_back(
        describe_domain(domain.name, source.string(), split));
    write_domain(aside.folder(), domain.name, split);
  }
  write_manifest(aside.folder(), stats);
  aside.publish();
  return stats;
}

}  // namespace moestro
