// SPDX-License-Identifier: Apache-2.0
#include "cli/shell.h"

#include <cstdio>

#include "cli/colour.h"

namespace moestro {

void print_error(std::string_view message) {
  const bool colour = wants_colour(stderr);
  std::fprintf(
      stderr,
      "%smoestro:%s %.*s\n",
      colour ? "\033[31m" : "",
      colour ? "\033[0m" : "",
      static_cast<int>(message.size()),
      message.data());
}

int guarded(const std::function<int()>& body) {
  try {
    return body();
  } catch (const std::exception& error) {
    // libtorch appends a stack trace after the first line.
    const std::string text = error.what();
    print_error(text.substr(0, text.find('\n')));
    return code(exit_of(error));
  }
}

void fail_usage(const std::string& message) {
  fail_configuration(message);
}

Exit exit_of(const std::exception& error) {
  if (dynamic_cast<const ConfigurationError*>(&error) != nullptr) {
    return Exit::kUsage;
  }
  if (dynamic_cast<const DataError*>(&error) != nullptr) {
    return Exit::kData;
  }
  return dynamic_cast<const NumericError*>(&error) != nullptr ? Exit::kNumeric
                                                              : Exit::kFailure;
}

std::vector<Verb> core_verbs(const Registry& registry) {
  return {
      {"report",
       "the report card of a run: terminal, HTML, JSON",
       [&registry](Arguments arguments) {
         return report_verb(arguments, registry);
       }},
      {"plan", "place experts on devices and tokens on experts", plan_verb},
      {"env",
       "versions, threads, instruction sets: for bug reports",
       env_verb}};
}

std::string overview() {
  return R"(moestro keeps sparse mixture-of-experts models balanced and watched.

usage: moestro VERB [arguments]      `moestro VERB --help` explains each

train a model
  train CONFIG...   train on real text; --set moe.experts=16 changes any key
  resume RUN        go on where a run stopped, bit for bit
  eval RUN          score a run's model on text
  generate RUN      let a run's model write
  data build|stats  build the corpus; describe it

look at it
  report RUN        the report card: terminal, --html FILE, --json

place experts and tokens
  plan KIND FILE    eplb, place, replay, llep, assign: JSON in, a plan out

learn what there is
  methods [NAME]    every registered part and recipe, explained
  route RECIPE      route given logits: golden vectors for engine authors
  env               what to paste into a bug report

exit codes: 0 fine, 1 failure, 2 usage or configuration, 3 data or checkpoint
invalid, 4 numeric guard, 130/143 stopped by a signal after a safe checkpoint
)";
}

}  // namespace moestro
