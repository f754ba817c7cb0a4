# SPDX-License-Identifier: Apache-2.0
"""Benchmarks: ours beside the bare library in the same run; ratios, not times, are what must hold."""
