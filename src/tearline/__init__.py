# SPDX-License-Identifier: Apache-2.0
"""tearline: share the most, leak nothing, lose nothing, prove it."""

__version__ = "0.1.0"
