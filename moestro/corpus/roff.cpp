// SPDX-License-Identifier: Apache-2.0
// Manual pages without their markup: requests become line breaks, font
// changes vanish, special characters become UTF-8. A filter over lines; what
// it does not know it drops if it is a request and keeps if it is text.
#include <algorithm>
#include <array>
#include <utility>

#include "moestro/corpus/markup.h"
#include "moestro/text/lines.h"

namespace moestro {
namespace {

using Names = std::pair<std::string_view, std::string_view>;

constexpr std::array kSpecials{
    Names{"aq", "'"}, Names{"dq", "\""}, Names{"cq", "’"},  Names{"oq", "‘"},
    Names{"lq", "“"}, Names{"rq", "”"},  Names{"em", "—"},  Names{"en", "–"},
    Names{"bu", "•"}, Names{"co", "©"},  Names{"rs", "\\"}, Names{"ti", "~"},
    Names{"ha", "^"}, Names{"ga", "`"},  Names{"mu", "×"},  Names{"->", "→"},
    Names{"<-", "←"}, Names{"<=", "≤"},  Names{">=", "≥"},  Names{"Fo", "«"},
    Names{"Fc", "»"}, Names{"+-", "±"},  Names{"mc", "µ"},  Names{"de", "°"},
    Names{"at", "@"}, Names{"sh", "#"},  Names{"or", "|"},  Names{"ul", "_"},
    Names{"Do", "$"}, Names{"rg", "®"},  Names{"tm", "™"},  Names{"mi", "-"}};

std::string_view special(std::string_view name) {
  for (const auto& [key, text] : kSpecials) {
    if (key == name) {
      return text;
    }
  }
  return {};
}

// A name after \f, \*, \n, \m: one character, (xx or [xxx].
std::string_view take_name(std::string_view& rest) {
  if (rest.empty()) {
    return {};
  }
  size_t begin = 0, length = 1, end = 1;
  if (rest[0] == '(') {
    begin = 1;
    length = 2;
    end = 3;
  } else if (rest[0] == '[') {
    const auto close = rest.find(']');
    begin = 1;
    length = close == std::string_view::npos ? rest.size() : close - 1;
    end = close == std::string_view::npos ? rest.size() : close + 1;
  }
  const auto name = rest.substr(std::min(begin, rest.size()), length);
  rest.remove_prefix(std::min(end, rest.size()));
  return name;
}

// The 'argument' of \h, \v, \w, \N, \o.
void skip_quoted(std::string_view& rest) {
  if (rest.empty()) {
    return;
  }
  const auto close = rest.find(rest[0], 1);
  rest.remove_prefix(close == std::string_view::npos ? rest.size() : close + 1);
}

// The digits of \s-1, \s0, \s+2.
void skip_size(std::string_view& rest) {
  if (!rest.empty() && (rest[0] == '+' || rest[0] == '-')) {
    rest.remove_prefix(1);
  }
  if (!rest.empty() && rest[0] >= '0' && rest[0] <= '9') {
    rest.remove_prefix(1);
  }
}

std::string_view string_register(std::string_view name) {
  return name == "lq" || name == "rq" || name == "(lq" ? "\"" : "";
}

// What an escape stands for; `rest` starts after the backslash and loses it.
std::string_view escape(std::string_view& rest) {
  const char kind = rest[0];
  rest.remove_prefix(1);
  switch (kind) {
    case 'f':
    case 'n':
    case 'm':
    case 'F':
      (void)take_name(rest);
      return {};
    case '*':
      return string_register(take_name(rest));
    case 's':
      skip_size(rest);
      return {};
    case 'h':
    case 'v':
    case 'w':
    case 'N':
    case 'o':
    case 'l':
      skip_quoted(rest);
      return {};
    case '(':
    case '[': {
      rest = std::string_view(rest.data() - 1, rest.size() + 1);
      return special(take_name(rest));
    }
    case '"':
    case '#':
      rest = {};
      return {};
    case '-':
      return "-";
    case 'e':
    case '\\':
      return "\\";
    case ' ':
    case '~':
    case '0':
      return " ";
    case 't':
      return "\t";
    case '\'':
      return "'";
    case '`':
      return "`";
    case '.':
      return ".";
    default:
      return {};
  }
}

std::string plain(std::string_view line) {
  std::string out;
  while (!line.empty()) {
    const auto at = line.find('\\');
    out += line.substr(0, at);
    line = at == std::string_view::npos ? "" : line.substr(at + 1);
    if (!line.empty()) {
      out += escape(line);
    }
  }
  return out;
}

// The arguments of a request, joined; "a b" is one of them.
std::string arguments(std::string_view rest, std::string_view between) {
  std::string out;
  while (true) {
    const auto first = rest.find_first_not_of(" \t");
    if (first == std::string_view::npos) {
      return out;
    }
    rest.remove_prefix(first);
    const bool quoted = rest[0] == '"';
    rest.remove_prefix(quoted ? 1 : 0);
    auto end = quoted ? rest.find('"') : rest.find_first_of(" \t");
    end = std::min(end, rest.size());
    out += out.empty() ? "" : between;
    out += plain(rest.substr(0, end));
    rest.remove_prefix(std::min(end + (quoted ? 1U : 0U), rest.size()));
  }
}

bool one_of(std::string_view name, std::string_view list) {
  return holds(list, " " + std::string(name) + " ");
}

class Page {
 public:
  void add(std::string_view line) {
    if (inside_) {
      inside_ = !ends_block(line);
    } else if (line.starts_with('.') || line.starts_with('\'')) {
      request(line.substr(1));
    } else {
      text_ += plain(line) + "\n";
    }
  }
  [[nodiscard]] std::string text() && { return std::move(text_); }

 private:
  [[nodiscard]] bool ends_block(std::string_view line) const {
    return table_ ? line.starts_with(".TE") : line == "..";
  }

  void request(std::string_view line) {
    const auto first = line.find_first_not_of(" \t");
    line.remove_prefix(std::min(first, line.size()));
    const auto end = std::min(line.find_first_of(" \t"), line.size());
    const auto name = line.substr(0, end);
    const auto rest = line.substr(end);
    if (name == "TS" || one_of(name, " de ig am de1 ")) {
      inside_ = true;
      table_ = name == "TS";
    } else if (name == "SH" || name == "SS" || name == "Sh" || name == "Ss") {
      text_ += "\n" + arguments(rest, " ") + "\n";
    } else if (one_of(name, " PP P LP sp Pp Sp HP ")) {
      text_ += "\n";
    } else if (one_of(name, " BR RB BI IB IR RI UR MT URL MTO ")) {
      line_of(arguments(rest, ""));
    } else if (one_of(name, " B I SM SB It Nm Cm Fl Ar Pa Op Dq Xr Nd Q TH ")) {
      line_of(arguments(rest, " "));
    } else if (name == "IP") {
      const auto all = arguments(rest, "\n");
      line_of(all.substr(0, all.find('\n')));
    }
  }

  void line_of(const std::string& words) {
    if (!words.empty()) {
      text_ += words + "\n";
    }
  }

  std::string text_;
  bool inside_ = false, table_ = false;
};

}  // namespace

std::string strip_roff(std::string_view text) {
  Page page;
  for_each_line(text, [&](std::string_view line) { page.add(line); });
  return std::move(page).text();
}

}  // namespace moestro
