# SPDX-License-Identifier: Apache-2.0
"""test_crashes.py with every place in it: make stress, make test-full."""
import os

os.environ["MOESTRO_THOROUGH"] = "1"

from test_crashes import *  # noqa: E402,F401,F403
