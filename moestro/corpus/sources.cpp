// SPDX-License-Identifier: Apache-2.0
#include "moestro/corpus/sources.h"

#include <algorithm>
#include <array>
#include <optional>
#include <system_error>
#include <utility>

#include "moestro/base/error.h"
#include "moestro/base/file.h"
#include "moestro/base/text.h"
#include "moestro/corpus/markup.h"
#include "moestro/corpus/r_strings.h"
#include "moestro/corpus/unpack.h"
#include "moestro/text/documents.h"
#include "moestro/text/lines.h"

namespace moestro {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPython = "usr/lib/python";

constexpr std::array kCode{
    Source{
        "libpython3.11-stdlib|libpython3.12-stdlib|libpython3.13-stdlib",
        "PSF-2",
        kPython,
        ".py"},
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
// Every package by name: another machine's licences would make another corpus.
constexpr std::array kLaw{
    Source{
        "debian-policy",
        "GPL-2+",
        "usr/share/doc/debian-policy",
        ".txt.gz",
        Reader::kManual},
    Source{
        "developers-reference",
        "GPL-2+",
        "usr/share/developers-reference",
        ".txt.gz",
        Reader::kManual},
    Source{
        "base-files",
        "see each text",
        "usr/share/common-licenses",
        "",
        Reader::kLicences},
    Source{
        "libsoftware-license-perl",
        "Artistic or GPL-1+",
        "usr/share/perl5/Software/License",
        ".pm",
        Reader::kLicences},
    Source{
        "linux-libc-dev",
        "GPL-2",
        "usr/share/doc/linux-libc-dev",
        "copyright",
        Reader::kLicences},
    Source{
        "git-doc",
        "GPL-2",
        "usr/share/doc/git-doc",
        "copyright",
        Reader::kLicences},
    Source{
        "manpages-de",
        "GPL-3+",
        "usr/share/doc/manpages-de",
        "copyright",
        Reader::kLicences}};
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

constexpr size_t kSectionBytes = 65'536;  // of a manual
constexpr size_t kPageBytes = 8192;  // of a dictionary, so that windows fit

// Regular files below the folder, ascending; links are left out, because they
// may lead anywhere.
std::vector<fs::path> files_below(
    const fs::path& folder, std::string_view end) {
  std::vector<fs::path> files;
  std::error_code error;
  if (!fs::exists(folder, error) && !error) {
    return files;
  }
  fs::recursive_directory_iterator it(folder, error);
  for (; !error && it != fs::recursive_directory_iterator();
       it.increment(error)) {
    std::error_code ignored;
    if (it->symlink_status(ignored).type() == fs::file_type::regular &&
        it->path().filename().string().ends_with(end)) {
      files.push_back(it->path());
    }
  }
  if (error) {
    fail_data(
        "cannot read what is below " + folder.string() + ": " +
        error.message());
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

std::string text_of(const fs::path& file) {
  auto text = unpacked(read_file(file));
  if (!text) {
    fail_data(file.string() + " cannot be unpacked: it is damaged");
  }
  return *std::move(text);
}

void read_source(const fs::path& file, Reader reader, Reading& reading) {
  const auto text = text_of(file);
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
      append(documents, entry_pages(strip_dict(text), kPageBytes));
      break;
    case Reader::kManual:
      append(documents, entry_pages(text, kSectionBytes));
      break;
    case Reader::kNovels:
      for (const auto& novel : r_texts(text)) {
        append(documents, chapters(novel));
      }
      break;
    case Reader::kLicences:
      append(
          documents,
          entry_pages(new_paragraphs(text, reading.paragraphs), kSectionBytes));
      break;
  }
}

// The version that dpkg knows; empty when the package is not installed.
std::string installed_version(const fs::path& root, std::string_view package) {
  const auto text = "\n" + file_text(root / "var/lib/dpkg/status").value_or("");
  const auto at = text.find("\nPackage: " + std::string(package) + "\n");
  const auto version = text.find("\nVersion: ", at);
  const auto end = text.find("\n\n", at);
  if (at == std::string::npos || version == std::string::npos ||
      version > end) {
    return {};
  }
  const auto begin = version + 10;
  return text.substr(begin, text.find('\n', begin) - begin);
}

std::string fetched_version(
    const fs::path& packages, std::string_view package) {
  auto version =
      file_text(packages / "root" / package / "VERSION").value_or("");
  version.erase(std::min(version.find('\n'), version.size()));
  return version;
}

struct Place {
  fs::path root;
  PackageUse use;
};

// Where the first of the source's packages that is there is.
std::optional<Place> place_of(
    const Source& source, const PackageOrigin& origin) {
  for (const auto name : split(source.packages, '|')) {
    const bool fetched = !origin.packages.empty();
    const auto version = fetched ? fetched_version(origin.packages, name)
                                 : installed_version(origin.root, name);
    if (!version.empty()) {
      return Place{
          fetched ? origin.packages / "root" / name : origin.root,
          {std::string(name), version, std::string(source.licence)}};
    }
  }
  return std::nullopt;
}

// Python's folder carries the version that the package has in its name.
std::string folder_of(const Source& source, const Place& place) {
  constexpr std::string_view kPackage = "libpython";
  auto folder = std::string(source.folder);
  if (source.folder == kPython) {
    const auto version =
        std::string_view(place.use.name).substr(kPackage.size());
    folder += version.substr(0, version.find('-'));
  }
  return folder;
}

void read_place(const Source& source, const Place& place, Reading& reading) {
  const auto folder = place.root / folder_of(source, place);
  for (const auto& file : files_below(folder, source.ending)) {
    if (is_wanted(file.lexically_relative(place.root))) {
      read_source(file, source.reader, reading);
    }
  }
}

}  // namespace

std::span<const Domain> debmix_domains() {
  return kDomains;
}

std::vector<std::string> missing_packages(
    const Domain& domain, const PackageOrigin& origin) {
  std::vector<std::string> missing;
  for (const auto& source : domain.sources) {
    if (!place_of(source, origin)) {
      missing.push_back(join(split(source.packages, '|'), " or "));
    }
  }
  return missing;
}

DomainText read_domain(const Domain& domain, const PackageOrigin& origin) {
  Reading reading;
  DomainText result;
  for (const auto& source : domain.sources) {
    const auto place = place_of(source, origin);
    const auto before = reading.documents.size();
    if (!place) {
      continue;
    }
    read_place(source, *place, reading);
    if (reading.documents.size() > before) {
      result.packages.push_back(place->use);
    }
  }
  result.documents = std::move(reading.documents);
  return result;
}

}  // namespace moestro
