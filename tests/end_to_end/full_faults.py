# SPDX-License-Identifier: Apache-2.0
"""test_faults.py with every place in it: make stress, make test-full."""
import os

os.environ["MOESTRO_THOROUGH"] = "1"

from test_faults import *  # noqa: E402,F401,F403
