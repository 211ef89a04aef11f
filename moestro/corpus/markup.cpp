// SPDX-License-Identifier: Apache-2.0
#include "moestro/corpus/markup.h"

#include <algorithm>
#include <iterator>

#include "moestro/text/lines.h"

namespace moestro {
namespace {

bool is_rule(std::string_view line) {
  return line.size() >= 4 && holds("=-~^+*_.", line.substr(0, 1)) &&
         line.find_first_not_of(line[0]) == std::string_view::npos;
}

bool is_asciidoc_order(std::string_view line) {
  const bool attributes =
      line.starts_with('[') && line.ends_with(']') && !holds(line, " ");
  return line == "+" || attributes || line.starts_with("//") ||
         line.starts_with("include::") || line.starts_with("ifdef::") ||
         line.starts_with("ifndef::") || line.starts_with("endif::") ||
         is_rule(line);
}

// linkgit:git-add[1] -> git-add(1)
std::string links_as_text(std::string_view line) {
  constexpr std::string_view kLink = "linkgit:";
  std::string out;
  for (auto at = line.find(kLink); at != std::string_view::npos;
       at = line.find(kLink)) {
    const auto open = line.find('[', at);
    const auto close = line.find(']', at);
    if (open == std::string_view::npos || close == std::string_view::npos ||
        close < open) {
      break;
    }
    out += line.substr(0, at);
    at += kLink.size();
    out += line.substr(at, open - at);
    out += '(';
    out += line.substr(open + 1, close - open - 1);
    out += ')';
    line.remove_prefix(close + 1);
  }
  out += line;
  return out;
}

bool starts_chapter(std::string_view line) {
  return line.starts_with("CHAPTER ") || line.starts_with("Chapter ");
}

}  // namespace

std::string strip_asciidoc(std::string_view text) {
  std::string out;
  for_each_line(text, [&](std::string_view line) {
    if (!is_asciidoc_order(line)) {
      out += links_as_text(line);
      out += '\n';
    }
  });
  return out;
}

std::string strip_dict(std::string_view text) {
  std::string out;
  for_each_line(text, [&](std::string_view line) {
    const auto first = line.find_first_not_of(' ');
    if (first != std::string_view::npos && line[first] == '[' &&
        line.ends_with(']')) {
      return;
    }
    std::copy_if(line.begin(), line.end(), std::back_inserter(out), [](char c) {
      return c != '{' && c != '}';
    });
    out += '\n';
  });
  return out;
}

std::vector<std::string> entry_pages(std::string_view text, size_t bytes) {
  std::vector<std::string> pages(1);
  bool after_blank = true;
  for_each_line(text, [&](std::string_view line) {
    const bool entry = after_blank && !line.empty() && line[0] != ' ';
    if (entry && pages.back().size() >= bytes) {
      pages.emplace_back();
    }
    pages.back().append(line).append("\n");
    after_blank = line.empty();
  });
  return pages;
}

std::vector<std::string> chapters(std::string_view text) {
  std::vector<std::string> parts;
  for_each_line(text, [&](std::string_view line) {
    if (starts_chapter(line)) {
      parts.emplace_back();
    }
    if (!parts.empty()) {
      parts.back().append(line).append("\n");
    }
  });
  return parts;
}

std::string tidy(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  int blank = 2;  // none at the start
  for_each_line(text, [&](std::string_view line) {
    const auto last = line.find_last_not_of(" \t\r");
    line = line.substr(0, last == std::string_view::npos ? 0 : last + 1);
    blank = line.empty() ? blank + 1 : 0;
    if (blank <= 1) {
      out += line;
      out += '\n';
    }
  });
  return out;
}

}  // namespace moestro
