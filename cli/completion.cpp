// SPDX-License-Identifier: Apache-2.0
// moestro completion bash|zsh: the verbs from the manifest, the flags of each
// from its own help when they are asked for.
#include <cstdio>

#include "cli/command.h"
#include "cli/verbs.h"
#include "moestro/base/text.h"

namespace moestro {
namespace {

constexpr std::string_view kBash = R"sh(_moestro() {
  local word=${COMP_WORDS[COMP_CWORD]} verb=${COMP_WORDS[1]}
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W '@VERBS@ --help --version' -- "$word"))
  elif [[ $word == -* ]]; then
    local flags
    flags=$("${COMP_WORDS[0]}" "$verb" --help 2>/dev/null | grep -oE -- '--[a-z-]+')
    COMPREPLY=($(compgen -W "$flags" -- "$word"))
  else
    COMPREPLY=($(compgen -f -- "$word"))
  fi
}
complete -o filenames -F _moestro moestro
)sh";

// zsh reads bash's completions through a layer of its own.
constexpr std::string_view kZsh =
    "autoload -U +X bashcompinit && bashcompinit\n";

std::string bash_script() {
  std::string verbs;
  for (const auto verb : all_verbs()) {
    verbs += (verbs.empty() ? "" : " ") + std::string(verb);
  }
  std::string text(kBash);
  constexpr std::string_view kPlace = "@VERBS@";
  return text.replace(text.find(kPlace), kPlace.size(), verbs);
}

}  // namespace

int completion_verb(Arguments arguments, const Registry&) {
  Command command("completion", "A script that completes verbs and flags.");
  std::string shell;
  command.needs("SHELL", shell, "bash or zsh");
  command.example("source <(moestro completion bash)");
  if (!command.parse(arguments)) {
    return code(Exit::kFine);
  }
  if (shell != "bash" && shell != "zsh") {
    static constexpr std::string_view kShells[] = {"bash", "zsh"};
    fail_usage(
        "completion knows bash and zsh, not '" + shell + "'" +
        did_you_mean(shell, kShells));
  }
  const auto text =
      (shell == "zsh" ? std::string(kZsh) : std::string()) + bash_script();
  std::fputs(text.c_str(), stdout);
  return code(Exit::kFine);
}

}  // namespace moestro
