# SPDX-License-Identifier: Apache-2.0
"""Accounts of a node's people, in a store of its own that can be deleted without losing a product.

Guarantees:
- passwords are kept as argon2id hashes only, and secrets of codes sealed under a key that lies apart;
- a sign-in that fails takes the same work and gets the same answer whether or not the person exists, and is throttled for
  each person and each address alike;
- a session is named by 256 random bits, of which only the hash is kept; it locks when idle, and ends when old, when its
  person signs out, and with every change of the password;
- a draft that was saved is on disk when ``save_draft`` returns.

Whether a person may act at all is the node's business (``Gate.act_as``), asked at each request.
"""

from tearline.edge.accounts import webauthn
from tearline.edge.accounts.accounts import Accounts
from tearline.edge.accounts.drafts import SavedDraft
from tearline.edge.accounts.factors import TOTP_SECRET_BYTES, Factor, Passkey, find_step, totp_address
from tearline.edge.accounts.marks import SavedView
from tearline.edge.accounts.passwords import CHEAP, Cost
from tearline.edge.accounts.searches import SavedSearch
from tearline.edge.accounts.sessions import Limits, Session
from tearline.edge.accounts.throttle import Throttle, Throttled

__all__ = [
    "CHEAP",
    "TOTP_SECRET_BYTES",
    "Accounts",
    "Cost",
    "Factor",
    "Limits",
    "Passkey",
    "SavedDraft",
    "SavedSearch",
    "SavedView",
    "Session",
    "Throttle",
    "Throttled",
    "find_step",
    "totp_address",
    "webauthn",
]
