#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Which torch an index would bring, and how much there is to download.

    python tools/torch_wheel.py [pip options] REQUIREMENT...

Prints "VERSION BYTES PACKAGES": what pip would install, asked of pip itself
without installing. BYTES is 0 where no server says. Exits with 1 where there is
nothing to install from.
"""
import json
import os
import re
import subprocess
import sys
import urllib.request

TIMEOUT = 10  # seconds a server has to say how large a file is


def planned(options):
    """What pip would install: its own report, or None where it finds nothing."""
    done = subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run",
         "--disable-pip-version-check", "--report", "-", *options],
        capture_output=True, text=True, check=False)
    if done.returncode != 0 or not done.stdout:
        return None
    return json.loads(done.stdout)["install"]


def size_of(url):
    """Bytes behind a URL, 0 where nobody says."""
    if url.startswith("file://"):
        path = urllib.request.url2pathname(url[len("file://"):])
        return os.path.getsize(path) if os.path.exists(path) else 0
    try:
        request = urllib.request.Request(url, method="HEAD")
        with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
            return int(answer.headers.get("Content-Length") or 0)
    except (OSError, ValueError):
        return 0


def summary(install, size=size_of):
    """(version of torch, bytes to download, packages) of a report of pip."""
    version, total = "-", 0
    for package in install:
        metadata = package["metadata"]
        if re.sub(r"[-_.]+", "-", metadata["name"]).lower() == "torch":
            version = metadata["version"]
        total += size(package["download_info"]["url"])
    return version, total, len(install)


def main(options):
    install = planned(options)
    if install is None:
        return 1
    print(*summary(install))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
