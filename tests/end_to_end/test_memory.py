# SPDX-License-Identifier: Apache-2.0
"""A machine with too little memory gets a message, at whatever moment it runs
out."""
import json
import struct

from harness import Case, LIMITS_ADDRESSES, addresses, run


@LIMITS_ADDRESSES
class OutOfMemory(Case):
    TOKENS, EXPERTS = 1_000_000, 4

    def logits(self):
        path = self.folder / "logits.safetensors"
        size = 4 * self.TOKENS * self.EXPERTS
        header = json.dumps({"logits": {
            "dtype": "F32", "shape": [self.TOKENS, self.EXPERTS],
            "data_offsets": [0, size]}}).encode()
        row = struct.pack("<4f", 1, 0, -1, -2)
        path.write_bytes(struct.pack("<Q", len(header)) + header
                         + row * self.TOKENS)
        return path

    def test_routing_a_million_tokens_ends_with_a_line(self):
        logits = self.logits()
        for kilobytes in (870_000, 950_000, 1_000_000, 1_050_000):
            with self.subTest(kilobytes=kilobytes):
                result = run(
                    "route", "st-moe", "--logits", logits,
                    "--set", "moe.admit=by-score", "--set",
                    "moe.capacity_factor=0.5",
                    preexec_fn=addresses(1024 * kilobytes))
                if result.returncode != 0:
                    self.refused(result, 1)
                    self.assertNotIn("bad_alloc", result.stderr)
