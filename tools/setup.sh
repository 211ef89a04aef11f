#!/usr/bin/env bash
# Brings a fresh Debian machine to where the build works: packages, and the
# virtual environment with torch. Quiet, resumable; a second call does nothing.
# Without root it says what is missing and goes on if the tools are there all
# the same.
#
#   MOESTRO_TORCH_PREFIX  folder of a torch that is already there (2.11 and newer):
#                         what `python3 -c 'import torch; print(*torch.__path__)'`
#                         prints; nothing is downloaded then
#   MOESTRO_TORCH_INDEX   where the CPU build of torch is asked for first
set -euo pipefail
cd "$(dirname "$0")/.."

packages=(clang-19 clang-format-19 clang-tidy-19 libclang-rt-19-dev mold ccache
  cmake ninja-build g++ git pkg-config libcli11-dev libtomlplusplus-dev
  nlohmann-json3-dev libfmt-dev libsqlite3-dev libzstd-dev libxxhash-dev
  zlib1g-dev libboost-dev libeigen3-dev libhwy-dev libarchive-dev libgtest-dev libbenchmark-dev python3-venv)
torch=2.13.0
# What the tests need beside it.
python_packages=(safetensors==0.8.0 numpy expecttest jsonschema)
index=${MOESTRO_TORCH_INDEX:-https://download.pytorch.org/whl/cpu}
large=500000000 # bytes that are worth a warning
log=build/setup.log
pip=(.venv/bin/python -m pip install -q --disable-pip-version-check)
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

logged() {
  "$@" >>"$log" 2>&1 || {
    tail -n 5 "$log" >&2
    say "installing torch failed; all of it: $log"
    exit 1
  }
}

# "2.13.0+cpu, 0.2 GB to download", from what torch_wheel.py prints.
described() {
  awk '{ printf "torch %s", $1
         if ($2 > 0) printf ", %.1f GB to download in %d packages", $2 / 1e9, $3
       }' <<<"$1"
}

# The CPU build: from the index that PyTorch documents for it or from wherever
# pip looks already. One short try, because many networks have no way there.
install_cpu_torch() {
  local wanted=(--no-deps --timeout 10 --retries 0 --extra-index-url "$index"
    "torch==$torch+cpu")
  local found
  found=$(.venv/bin/python tools/torch_wheel.py "${wanted[@]}" 2>>"$log") || return 1
  say "installing $(described "$found") (CPU build) into .venv"
  "${pip[@]}" "${wanted[@]}" >>"$log" 2>&1
}

# Whatever the configured index has: on most machines a CUDA build.
install_any_torch() {
  local found
  say "no CPU build of torch $torch in reach; a CUDA build serves as well, but with"
  say "what belongs to it there can be more than 4 GB to download"
  if found=$(.venv/bin/python tools/torch_wheel.py "torch==$torch" 2>>"$log"); then
    say "installing $(described "$found") into .venv"
    read -r _ bytes _ <<<"$found"
    if [ "$bytes" -gt "$large" ]; then
      say "MOESTRO_TORCH_PREFIX uses a torch that is there; MOESTRO_TORCH_INDEX names"
      say "an index with the CPU build"
    fi
  fi
  logged "${pip[@]}" "torch==$torch"
}

# Python sees the torch of the prefix beside what the tests need.
borrow_torch() {
  local site
  [ -e "$MOESTRO_TORCH_PREFIX/lib/libtorch_cpu.so" ] || {
    say "MOESTRO_TORCH_PREFIX=$MOESTRO_TORCH_PREFIX holds no lib/libtorch_cpu.so"
    exit 1
  }
  say "using the torch in $MOESTRO_TORCH_PREFIX"
  for site in .venv/lib/python3*/site-packages; do
    dirname "$MOESTRO_TORCH_PREFIX" >"$site/moestro-torch.pth"
  done
}

install_torch() {
  # Another list, another torch: set up again.
  local stamp
  stamp=.venv/.ready-$(cksum <<<"$torch ${MOESTRO_TORCH_PREFIX:-} ${python_packages[*]}" | cut -d' ' -f1)
  [ -e "$stamp" ] && return 0
  [ -x .venv/bin/python ] || logged python3 -m venv .venv
  if [ -n "${MOESTRO_TORCH_PREFIX:-}" ]; then
    borrow_torch
  else
    install_cpu_torch || install_any_torch
    # What torch itself needs, where only its own wheel is there yet.
    logged "${pip[@]}" "torch==$torch"
  fi
  logged "${pip[@]}" "${python_packages[@]}"
  touch "$stamp"
}

install_torch &
torch_job=$!
install_packages
wait "$torch_job"
