# SPDX-License-Identifier: Apache-2.0
"""Made-up trees for the tools that judge one."""
import pathlib
import subprocess
import sys
import tempfile

TOOLS = pathlib.Path(__file__).resolve().parents[2] / "tools"


def report_of(tool, files):
    """What the tool prints about a tree {path: text}."""
    with tempfile.TemporaryDirectory() as root:
        for name, text in files.items():
            path = pathlib.Path(root) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        done = subprocess.run(
            [sys.executable, str(TOOLS / tool), root], capture_output=True,
            text=True, check=False)
    assert done.stderr == "", done.stderr
    assert (done.returncode == 0) == (done.stdout == "")
    return done.stdout
