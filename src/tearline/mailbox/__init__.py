# SPDX-License-Identifier: Apache-2.0
"""The network side of a node: signed streams in a spool, and the carriers that bring them across."""

from tearline.mailbox.errors import CarrierError
from tearline.mailbox.ports import Inbox, Machine, Tap, Witness
from tearline.mailbox.spool import RunLimits, Spool

__all__ = ["CarrierError", "Inbox", "Machine", "RunLimits", "Spool", "Tap", "Witness"]
