// SPDX-License-Identifier: Apache-2.0
#include "moestro/train/data/sources.h"

#include <algorithm>
#include <array>
#include <optional>
#include <system_error>
#include <utility>

#include "moestro/base/file.h"
#include "moestro/train/data/documents.h"
#include "moestro/train/data/inflate.h"
#include "moestro/train/data/markup.h"
#include "moestro/train/data/r_strings.h"

namespace moestro {
namespace {

namespace fs = std::filesystem;

constexpr std::array kCode{
    Source{"libpython3.11-stdlib", "PSF-2", "usr/lib/python3.11", ".py"},
    Source{"libpython3.13-stdlib", "PSF-2", "usr/lib/python3.13", ".py"},
    Source{"linux-libc-dev", "GPL-2", "usr/include/linux", ".h"}};
constexpr std::array kDict{Source{
    "dict-gcide",
    "GPL-3+",
    "usr/share/dictd",
    "gcide.dict.dz",
    Reader::kDictionary}};
constexpr std::array kProse{Source{
    "r-cran-janeaustenr",
    "public-domain",
    "usr/lib/R/site-library/janeaustenr/data",
    ".rdb",
    Reader::kNovels}};
constexpr std::array kLaw{
    Source{"debian-policy", "GPL-2+", "usr/share/doc/debian-policy", ".txt.gz"},
    Source{"", "", "usr/share/common-licenses", "", Reader::kLicences},
    Source{"", "", "usr/share/doc", "copyright", Reader::kLicences}};
constexpr std::array kDocs{Source{
    "git-doc", "GPL-2", "usr/share/doc/git-doc", ".txt", Reader::kAsciidoc}};
constexpr std::array kGerman{
    Source{"manpages-de", "GPL-3+", "usr/share/man/de", ".gz", Reader::kRoff}};
constexpr std::array kFrench{
    Source{"manpages-fr", "GPL-3+", "usr/share/man/fr", ".gz", Reader::kRoff}};
constexpr std::array kRussian{
    Source{"manpages-ru", "GPL-3+", "usr/share/man/ru", ".gz", Reader::kRoff}};

constexpr std::array kDomains{
    Domain{"code", "Python and C sources", kCode},
    Domain{"dict", "an English dictionary", kDict},
    Domain{"docs", "git's documentation", kDocs},
    Domain{"law", "licences and Debian policy", kLaw},
    Domain{"man-de", "German manual pages", kGerman},
    Domain{"man-fr", "French manual pages", kFrench},
    Domain{"man-ru", "Russian manual pages", kRussian},
    Domain{"prose", "Jane Austen's novels", kProse}};

constexpr size_t kPageBytes = 8192;  // of a dictionary, so that windows fit

// Regular files below the folder, ascending; links are left out, because they
// may lead anywhere.
std::vector<fs::path> files_below(
    const fs::path& folder, std::string_view end) {
  std::vector<fs::path> files;
  std::error_code error;
  fs::recursive_directory_iterator it(
      folder, fs::directory_options::skip_permission_denied, error);
  for (; !error && it != fs::recursive_directory_iterator();
       it.increment(error)) {
    std::error_code ignored;
    if (it->symlink_status(ignored).type() == fs::file_type::regular &&
        it->path().filename().string().ends_with(end)) {
      files.push_back(it->path());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

// Vendored packages and tables of numbers are not the language's own code.
// `file` lies below the source's own folder: names above it are the user's.
bool is_wanted(const fs::path& file) {
  const auto text = "/" + file.string();
  return !holds(text, "-packages/") && !holds(text, "/encodings/") &&
         !holds(text, "/__pycache__/") && !holds(text, "/_sysconfigdata");
}

std::string unpacked(const fs::path& file) {
  auto text = read_file(file);
  if (!text.starts_with("\x1f\x8b")) {
    return text;
  }
  auto inflated = inflate_stream(text);
  return inflated ? std::move(inflated->text) : std::string();
}

// A licence is quoted by hundreds of packages; one quotation is enough.
std::string new_paragraphs(
    std::string_view text, std::vector<uint64_t>& seen_sorted) {
  std::string out, paragraph;
  const auto close = [&] {
    const auto hash = text_hash(paragraph);
    const auto at =
        std::lower_bound(seen_sorted.begin(), seen_sorted.end(), hash);
    if (at == seen_sorted.end() || *at != hash) {
      seen_sorted.insert(at, hash);
      out += paragraph + "\n";
    }
    paragraph.clear();
  };
  for_each_line(text, [&](std::string_view line) {
    const auto first = line.find_first_not_of(" \t#*");
    if (first == std::string_view::npos || line == " .") {
      close();
    } else {
      paragraph.append(line.substr(first)).append("\n");
    }
  });
  close();
  return out;
}

struct Reading {
  std::vector<std::string> documents;
  std::vector<uint64_t> paragraphs;
};

void append(std::vector<std::string>& to, std::vector<std::string> more) {
  to.insert(
      to.end(),
      std::make_move_iterator(more.begin()),
      std::make_move_iterator(more.end()));
}

void read_source(const fs::path& file, Reader reader, Reading& reading) {
  const auto text = unpacked(file);
  auto& documents = reading.documents;
  switch (reader) {
    case Reader::kPlain:
      documents.push_back(text);
      break;
    case Reader::kRoff:
      documents.push_back(strip_roff(text));
      break;
    case Reader::kAsciidoc:
      documents.push_back(strip_asciidoc(text));
      break;
    case Reader::kDictionary:
      append(documents, dict_pages(strip_dict(text), kPageBytes));
      break;
    case Reader::kNovels:
      for (const auto& novel : r_texts(text)) {
        append(documents, chapters(novel));
      }
      break;
    case Reader::kLicences:
      documents.push_back(new_paragraphs(text, reading.paragraphs));
      break;
  }
}

// The version that dpkg knows; empty when the package is not installed.
std::string installed_version(const fs::path& root, std::string_view package) {
  const auto status = root / "var/lib/dpkg/status";
  if (package.empty() || !fs::exists(status)) {
    return {};
  }
  const auto text = read_file(status);
  const auto at = text.find("\nPackage: " + std::string(package) + "\n");
  const auto version = text.find("\nVersion: ", at);
  if (at == std::string::npos || version == std::string::npos) {
    return {};
  }
  const auto begin = version + 10;
  return text.substr(begin, text.find('\n', begin) - begin);
}

struct Place {
  fs::path root;
  std::string version;
};

Place place_of(
    const Source& source, const fs::path& packages, const fs::path& root) {
  const auto fetched = packages / "root" / source.package;
  if (!source.package.empty() && fs::exists(fetched / "VERSION")) {
    auto version = read_file(fetched / "VERSION");
    version.erase(std::min(version.find('\n'), version.size()));
    return {fetched, version};
  }
  return {root, installed_version(root, source.package)};
}

// Without a version the text is the machine's own, from whatever packages.
PackageUse use_of(const Source& source, const Place& place) {
  if (place.version.empty()) {
    return {"installed: " + std::string(source.folder), "", "see each package"};
  }
  return {
      std::string(source.package), place.version, std::string(source.licence)};
}

}  // namespace

std::span<const Domain> debmix_domains() {
  return kDomains;
}

DomainText read_domain(
    const Domain& domain, const fs::path& packages, const fs::path& root) {
  Reading reading;
  DomainText result;
  for (const auto& source : domain.sources) {
    const auto place = place_of(source, packages, root);
    const auto before = reading.documents.size();
    for (const auto& file :
         files_below(place.root / source.folder, source.ending)) {
      if (is_wanted(file.lexically_relative(place.root))) {
        read_source(file, source.reader, reading);
      }
    }
    if (reading.documents.size() > before) {
      result.packages.push_back(use_of(source, place));
    }
  }
  result.documents = std::move(reading.documents);
  return result;
}

}  // namespace moestro
