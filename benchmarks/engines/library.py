# SPDX-License-Identifier: Apache-2.0
"""Our solvers by ctypes: numpy arrays in, numpy arrays out."""

import ctypes
import os
import pathlib

import numpy as np

_ROOT = pathlib.Path(__file__).resolve().parents[2]
_PATH = os.environ.get(
    "MOESTRO_ENGINES",
    _ROOT / "build/core/benchmarks/libmoestro_engines_bench.so")
library = ctypes.CDLL(str(_PATH))


class Sizes(ctypes.Structure):
    _fields_ = [(name, ctypes.c_int64) for name in ("T", "E", "K")]


def pointer(array):
    return array.ctypes.data_as(ctypes.c_void_p)


library.moestro_assign.restype = ctypes.c_double
library.moestro_sinkhorn.restype = ctypes.c_double
METHODS = ("exact", "auction", "greedy")


def assign(method, scores, capacity, k=1, gap=2e-3):
    """-> experts [T, k], objective, proven gap."""
    tokens, experts = scores.shape
    chosen = np.empty((tokens, k), np.int32)
    proven = ctypes.c_double(gap)
    objective = library.moestro_assign(
        ctypes.c_int64(METHODS.index(method)), Sizes(tokens, experts, k),
        pointer(scores), pointer(capacity), pointer(chosen),
        ctypes.byref(proven))
    return chosen, objective, proven.value


def sinkhorn(scores, passes):
    """Single precision, even columns -> plan [T, E]."""
    tokens, experts = scores.shape
    plan = np.empty((tokens, experts), np.float32)
    library.moestro_sinkhorn(
        Sizes(tokens, experts, 1), pointer(scores), ctypes.c_int64(passes),
        pointer(plan))
    return plan
