#!/usr/bin/env bash
# Brings a fresh Debian machine to where the build works: packages, and the
# virtual environment with the CPU wheel of torch. Quiet, resumable; a second
# call does nothing. Without root it says what is missing and goes on if the
# tools are there all the same.
set -euo pipefail
cd "$(dirname "$0")/.."

packages=(clang-19 clang-format-19 clang-tidy-19 libclang-rt-19-dev mold ccache
  cmake ninja-build g++ git pkg-config libcli11-dev libtomlplusplus-dev
  nlohmann-json3-dev libfmt-dev libsqlite3-dev libzstd-dev libxxhash-dev
  zlib1g-dev libboost-dev libeigen3-dev libhwy-dev libgtest-dev libbenchmark-dev python3-venv)
torch=2.13.0
torch_stamp=.venv/.torch-$torch
log=build/setup.log
mkdir -p build

say() { printf '  set-up: %s\n' "$*" >&2; }

missing_packages() {
  local package
  for package in "${packages[@]}"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null |
      grep -q 'install ok installed' || printf '%s ' "$package"
  done
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

install_packages() {
  local missing
  missing=$(missing_packages)
  [ -n "$missing" ] || return 0
  if ! command -v apt-get >/dev/null ||
    { [ "$(id -u)" != 0 ] && ! sudo -n true 2>/dev/null; }; then
    say "not root, so these Debian packages cannot be installed: $missing"
    say "going on with what is there"
    return 0
  fi
  say "installing $(wc -w <<<"$missing") Debian packages"
  {
    as_root apt-get update -qq
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive as_root apt-get install -y -qq \
      --no-install-recommends $missing
  } >>"$log" 2>&1 || {
    tail -n 5 "$log" >&2
    say "installing packages failed; all of it: $log"
    exit 1
  }
}

install_torch() {
  [ -e "$torch_stamp" ] && return 0
  say "installing torch $torch (CPU) into .venv"
  {
    [ -x .venv/bin/python ] || python3 -m venv .venv
    .venv/bin/python -m pip install -q --disable-pip-version-check \
      "torch==$torch" safetensors==0.8.0 numpy expecttest jsonschema
  } >>"$log" 2>&1 || {
    tail -n 5 "$log" >&2
    say "installing torch failed; all of it: $log"
    exit 1
  }
  touch "$torch_stamp"
}

install_torch &
torch_job=$!
install_packages
wait "$torch_job"
