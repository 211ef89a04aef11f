// SPDX-License-Identifier: Apache-2.0
#include "moestro/text/own_text.h"

#include <algorithm>
#include <map>
#include <system_error>
#include <utility>

#include "moestro/base/error.h"
#include "moestro/base/file.h"
#include "moestro/base/json.h"
#include "moestro/text/documents.h"
#include "moestro/text/lines.h"

namespace moestro {
namespace {

namespace fs = std::filesystem;

std::string document_of(std::string_view line, const std::string& where) {
  const auto json = parse_json(line, where);
  const auto text = json.find("text");
  if (!text || !text->is_string()) {
    fail_data(where + " has no string \"text\"");
  }
  return text->as_string();
}

void read_lines(
    const fs::path& file, const std::string& all, OwnDomain& domain) {
  int64_t number = 0;
  for_each_line(all, [&](std::string_view line) {
    ++number;
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) {
      return;
    }
    auto text = document_of(line, file.string() + ":" + std::to_string(number));
    if (!text.empty()) {
      domain.documents.push_back(std::move(text));
    }
  });
}

void read_own_file(const fs::path& file, OwnDomain& domain) {
  auto text = read_file(file);
  if (text.empty()) {
    fail_data(file.string() + " is empty; remove it or put text into it");
  }
  if (looks_binary(text)) {
    fail_data(
        file.string() +
        " is binary, not text (NUL or control bytes); give .txt or .jsonl");
  }
  if (file.extension() == ".jsonl") {
    read_lines(file, text, domain);
  } else {
    domain.documents.push_back(std::move(text));
  }
}

bool is_text_file(const fs::path& file) {
  return file.extension() == ".txt" || file.extension() == ".jsonl";
}

[[noreturn]] void refuse(const fs::path& path, const std::string& why) {
  fail_data("cannot read " + path.string() + ": " + why, path.string());
}

// What is left out changes what a model learns, so nothing is in silence: what
// cannot be read, or leads out of the folder, is refused.
void add_files(const fs::path& folder, std::vector<fs::path>& files) {
  std::error_code error;
  fs::directory_iterator it(folder, error);
  for (; !error && it != fs::directory_iterator(); it.increment(error)) {
    const auto& path = it->path();
    std::error_code ignored;
    const bool leads_to_folder = fs::is_directory(path, ignored);
    if (leads_to_folder && it->is_symlink(ignored)) {
      refuse(path, "it is a link to a folder; put the folder there");
    }
    if (leads_to_folder) {
      add_files(path, files);
    } else if (is_text_file(path)) {
      files.push_back(path);
    }
  }
  if (error) {
    refuse(folder, error.message());
  }
}

std::vector<fs::path> sorted_files(const fs::path& folder) {
  std::vector<fs::path> files;
  add_files(folder, files);
  std::sort(files.begin(), files.end());
  return files;
}

std::string domain_name(const fs::path& folder, const fs::path& file) {
  const auto inside = file.lexically_relative(folder);
  return inside.has_parent_path() ? inside.begin()->string() : "text";
}

}  // namespace

std::vector<OwnDomain> read_own_text(const fs::path& path) {
  std::error_code error;
  const auto type = fs::status(path, error).type();
  if (type == fs::file_type::not_found) {
    fail_data(path.string() + " does not exist");
  }
  if (type == fs::file_type::none) {
    refuse(path, error.message());
  }
  OwnDomain single{"text", {}};
  if (type != fs::file_type::directory) {
    read_own_file(path, single);
    return {single};
  }
  std::map<std::string, OwnDomain> domains;
  for (const auto& file : sorted_files(path)) {
    auto& domain = domains[domain_name(path, file)];
    read_own_file(file, domain);
  }
  if (domains.empty()) {
    fail_data(
        path.string() +
        " holds no .txt or .jsonl file; a sub-folder is a domain");
  }
  std::vector<OwnDomain> list;
  for (auto& [name, domain] : domains) {
    domain.name = name;
    list.push_back(std::move(domain));
  }
  return list;
}

SplitDocuments split_own_text(const OwnDomain& domain) {
  uint64_t total = 0;
  for (const auto& text : domain.documents) {
    total += text.size();
  }
  SplitRule rule;
  rule.least_bytes = std::min<uint64_t>(
      std::max(total / 10, std::min<uint64_t>(total / 4, 4096)), 131'072);
  return split_documents(domain.documents, rule);
}

}  // namespace moestro
