// SPDX-License-Identifier: Apache-2.0
#include "cli/command.h"

#include <charconv>
#include <cmath>
#include <cstdio>

#include <CLI/CLI.hpp>

#include "cli/shell.h"
#include "moestro/base/text.h"

namespace moestro {

struct Command::State {
  CLI::App app;
  std::string name;
};

Command::Command(const std::string& name, const std::string& about)
    : state_(new State{CLI::App(about, "moestro " + name), name}) {
  state_->app.get_formatter()->column_width(26);
}
Command::~Command() = default;

void Command::needs(
    const std::string& name, std::string& target, const char* help) {
  state_->app.add_option(name, target, help)->required();
}

void Command::may_have(
    const std::string& name, std::string& target, const char* help) {
  state_->app.add_option(name, target, help);
}

void Command::any_number(
    const std::string& name,
    std::vector<std::string>& target,
    const char* help) {
  state_->app.add_option(name, target, help);
}

void Command::option(
    const std::string& flag, std::string& target, const char* help) {
  state_->app.add_option(flag, target, help);
}

void Command::option(
    const std::string& flag, int64_t& target, const char* help) {
  // The parser of flags takes the nearest that fits.
  const auto fits = [](const std::string& text) {
    int64_t value = 0;
    const auto* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, value);
    return read.ec == std::errc::result_out_of_range
               ? "takes a number of 64 bits; got " + text
               : std::string();
  };
  state_->app.add_option(flag, target, help)->check(fits);
}

void Command::option(
    const std::string& flag, double& target, const char* help) {
  const auto finite = [](const std::string& text) {
    double value = 0;
    const bool number = CLI::detail::lexical_cast(text, value);
    return number && !std::isfinite(value)
               ? "takes a finite number; got " + text
               : std::string();
  };
  state_->app.add_option(flag, target, help)->check(finite);
}

// One value for each use of the flag: what follows is a positional again.
void Command::repeated(
    const std::string& flag,
    std::vector<std::string>& target,
    const char* help) {
  state_->app.add_option(flag, target, help)
      ->type_size(1)
      ->allow_extra_args(false);
}

void Command::flag(const std::string& flag, bool& target, const char* help) {
  state_->app.add_flag(flag, target, help);
}

void Command::example(const std::string& text) {
  state_->app.footer(text);
}

bool Command::parse(std::span<const std::string> arguments) {
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
  std::vector<std::string> flags = {"--help"};
  for (const auto* option : state_->app.get_options()) {
    flags.push_back(option->get_name());
  }
  for (const auto& argument : arguments) {
    const auto flag = argument.substr(0, argument.find('='));
    if (flag.starts_with("--") && flag != "--" &&
        std::ranges::find(flags, flag) == flags.end()) {
      const std::vector<std::string_view> known(flags.begin(), flags.end());
      fail_usage(
          "unknown flag " + flag + " of `moestro " + state_->name + "`" +
          did_you_mean(flag, known));
    }
  }
  try {
    state_->app.parse(reversed);
  } catch (const CLI::CallForHelp&) {
    std::fputs(state_->app.help().c_str(), stdout);
    return false;
  } catch (const CLI::ParseError& error) {
    fail_usage(
        std::string(error.what()) + "; see `moestro " + state_->name +
        " --help`");
  }
  return true;
}

}  // namespace moestro
