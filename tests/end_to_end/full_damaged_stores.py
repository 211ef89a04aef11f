# SPDX-License-Identifier: Apache-2.0
"""The random part of test_damaged_stores.py over more seeds."""
from test_damaged_stores import DamagedStores


class ManyDamagedStores(DamagedStores):
    ROUNDS = 60


del DamagedStores  # its quick tests run elsewhere
