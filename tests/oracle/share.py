# SPDX-License-Identifier: Apache-2.0
"""Shares and renditions, naively: a product is ``[(tag, [(label, text), ...]), ...]`` with variants in order of preference."""


def share(product, sees):
    """Every variant that the member sees, of every portion of which it sees any."""
    kept = [(tag, [(label, text) for label, text in variants if sees(label)]) for tag, variants in product]
    return [(tag, variants) for tag, variants in kept if variants]


def render(product, sees):
    """Of each portion the first variant that the reader sees; nothing where there is none."""
    out = []
    for tag, variants in product:
        seen = [text for label, text in variants if sees(label)]
        out += [(tag, seen[0])] if seen else []
    return out
