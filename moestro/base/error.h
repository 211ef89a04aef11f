// SPDX-License-Identifier: Apache-2.0
// What can go wrong. The command line turns kinds into exit codes; the library
// knows none.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

// An expected failure on its way to the user: one line that names the thing
// and the fix. Thrown, because every one of them ends what was asked; what
// callers can go on from (a damaged checkpoint with an older one beside it) is
// caught where it is decided.
class Error : public std::runtime_error {
 public:
  explicit Error(const std::string& message, std::string subject = {})
      : std::runtime_error(message), subject_(std::move(subject)) {}
  // The offending key, file or tensor by itself; empty where there is none.
  [[nodiscard]] const std::string& subject() const { return subject_; }

 private:
  std::string subject_;
};

// Keys, names and values that do not work; the subject is the key.
class ConfigurationError : public Error {
 public:
  using Error::Error;
};

// Data, logits, a trace, a checkpoint or a run is missing or invalid; the
// subject is the file.
class DataError : public Error {
 public:
  using Error::Error;
};

// Numbers that are not finite where they must be.
class NumericError : public Error {
 public:
  using Error::Error;
};

// Something could not be written; the subject is the file.
class StorageError : public Error {
 public:
  using Error::Error;
};

[[noreturn]] void fail_configuration(
    const std::string& message, std::string key = {});
[[noreturn]] void fail_data(const std::string& message, std::string file = {});
[[noreturn]] void fail_storage(
    const std::string& message, std::string file = {});

// A broken contract of the library: the caller's mistake, not the user's.
// Message form: "[op] rule; got name=value".
class ContractError : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

// Whichever library says so.
[[nodiscard]] bool is_out_of_memory(const std::exception&);

void require(bool holds, std::string_view message);

}  // namespace moestro
MOESTRO_API_END
