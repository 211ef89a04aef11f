// SPDX-License-Identifier: Apache-2.0
// The arguments of one verb, behind a facade over the argument library.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace moestro {

class Command {
 public:
  Command(const std::string& name, const std::string& about);
  ~Command();
  Command(const Command&) = delete;
  Command& operator=(const Command&) = delete;

  // Positional arguments, in the order of the calls.
  void needs(const std::string& name, std::string& target, const char* help);
  void may_have(const std::string& name, std::string& target, const char* help);
  void any_number(
      const std::string& name,
      std::vector<std::string>& target,
      const char* help);
  // Options: "--html".
  void option(const std::string& flag, std::string& target, const char* help);
  void option(const std::string& flag, int64_t& target, const char* help);
  void option(const std::string& flag, double& target, const char* help);
  void repeated(
      const std::string& flag,
      std::vector<std::string>& target,
      const char* help);
  void flag(const std::string& flag, bool& target, const char* help);
  // Shown after the options.
  void example(const std::string& text);

  // False when help was asked for and printed. ConfigurationError with a
  // did-you-mean for an unknown flag.
  [[nodiscard]] bool parse(std::span<const std::string> arguments);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace moestro
