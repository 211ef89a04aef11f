#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Fetches the Debian packages whose text `moestro data build` reads: about
# 34 MB to download, unpacked side by side, nothing installed. Runs without
# root, can be interrupted and repeated, and goes on without what it cannot get.
#
#   tools/fetch_corpus.sh DIR
#
# DIR/packages/  the .deb files     DIR/root/PACKAGE/  their files, VERSION
set -u

if [ $# -ne 1 ]; then
  echo "usage: tools/fetch_corpus.sh DIR" >&2
  exit 2
fi
mkdir -p "$1/packages" "$1/root" || exit 1
dir=$(cd "$1" && pwd)

# Package (a|b: the first that can be had), then its licence as the manifest will name it (the sources in
# moestro/corpus/sources.cpp carry the same table).
packages="
manpages-ru          GPL-3+
r-cran-janeaustenr   public-domain
libpython3.11-stdlib|libpython3.12-stdlib|libpython3.13-stdlib PSF-2
manpages-fr          GPL-3+
git-doc              GPL-2
debian-policy        GPL-2+
linux-libc-dev       GPL-2
manpages-de          GPL-3+
dict-gcide           GPL-3+
developers-reference GPL-2+
base-files           see-each-text
libsoftware-license-perl Artistic-or-GPL-1+
"

have_apt() {
  command -v apt-get >/dev/null 2>&1 && command -v dpkg-deb >/dev/null 2>&1
}

# Images often come without lists; only root may fetch them.
refresh_lists() {
  if apt-cache show manpages-ru >/dev/null 2>&1; then
    return
  fi
  if [ "$(id -u)" -eq 0 ]; then
    timeout 120 apt-get -qq update >/dev/null 2>&1
  fi
}

# The newest .deb of a package that lies in DIR/packages.
deb_of() {
  ls -t "$dir/packages/$1"_*.deb 2>/dev/null | head -n 1
}

download() {
  (cd "$dir/packages" && timeout 300 apt-get -qq \
    -o Acquire::Retries=2 -o APT::Sandbox::User=root \
    download "$1" >/dev/null 2>&1)
}

# Complete or not there: a half-unpacked folder never carries the final name.
unpack() {
  rm -rf "$dir/root/$1.tmp"
  mkdir -p "$dir/root/$1.tmp" &&
    dpkg-deb -x "$2" "$dir/root/$1.tmp" 2>/dev/null &&
    dpkg-deb -f "$2" Version >"$dir/root/$1.tmp/VERSION" &&
    mv "$dir/root/$1.tmp" "$dir/root/$1"
}

# Whether the package is there in the end.
fetch_one() {
  if [ ! -f "$dir/root/$1/VERSION" ]; then
    deb=$(deb_of "$1")
    # A .deb that was cut short is fetched again.
    if [ -z "$deb" ] || ! unpack "$1" "$deb"; then
      download "$1"
      deb=$(deb_of "$1")
      if [ -z "$deb" ] || ! unpack "$1" "$deb"; then
        rm -rf "$dir/root/$1.tmp"
        return 1
      fi
    fi
  fi
  printf '%s %s (%s)\n' "$1" "$(cat "$dir/root/$1/VERSION")" "$2"
}

fetch() {
  for name in $(printf '%s' "$1" | tr '|' ' '); do
    if fetch_one "$name" "$2"; then
      return
    fi
  done
  echo "$1: missing (no network, or not in the package lists)"
  missing=$((missing + 1))
}

missing=0
if have_apt; then
  refresh_lists
else
  echo "apt-get or dpkg-deb is not here: using only what is installed"
fi
while read -r name licence; do
  if [ -n "$name" ]; then
    fetch "$name" "$licence"
  fi
done <<LIST
$packages
LIST
if [ "$missing" -gt 0 ]; then
  echo "$missing packages are missing; data build names the domains that lack them"
fi
exit 0
