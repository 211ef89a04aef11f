#!/usr/bin/env bash
# The first command of somebody else: a user without rights, with an own and empty
# home, an empty environment and a fresh clone, builds and trains a few steps. Run
# as root, which makes the user moestro-clean and removes it again.
#
# The user reaches a package index as this machine's root does: where root's pip
# has a configuration, it is copied into the home. MOESTRO_TORCH_PREFIX is handed
# on, for a machine whose torch is to be tried.
set -euo pipefail
cd "$(dirname "$0")/.."
user=moestro-clean
steps=${1:-20}

if [ "$(id -u)" != 0 ]; then
  echo "only root can become another user; skipped" >&2
  exit 0
fi
id "$user" >/dev/null 2>&1 || useradd --system --no-create-home "$user"
# Not below /tmp/PRIVATE: the other user must reach it.
home=$(mktemp -d /var/tmp/moestro-clean-XXXXXX)
trap 'rm -rf "$home"; userdel "$user" 2>/dev/null || true' EXIT
git clone -q "$PWD" "$home/moestro"
if [ -e "${HOME:-/root}/.config/pip/pip.conf" ]; then
  mkdir -p "$home/.config/pip"
  cp "${HOME:-/root}/.config/pip/pip.conf" "$home/.config/pip/"
fi
chown -R "$user" "$home"

as_user() {
  # `env -i`: nothing of this shell goes along.
  setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups \
    env -i HOME="$home" PATH=/usr/bin:/bin \
    ${MOESTRO_TORCH_PREFIX:+MOESTRO_TORCH_PREFIX="$MOESTRO_TORCH_PREFIX"} \
    bash -c "cd '$home/moestro' && $1"
}

as_user "make build"
as_user "build/moestro env"
as_user "make demo STEPS=$steps"
echo "  another user, an empty environment: fine"
