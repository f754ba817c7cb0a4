# SPDX-License-Identifier: Apache-2.0
"""Direct links between members: HTTP/1.1 over TLS 1.3, long polls, pinned keys."""

from tearline.mailbox.carriers.https.listen import Listener, listen
from tearline.mailbox.carriers.https.puller import LinkState, Puller, PullerLimits
from tearline.mailbox.carriers.https.sender import MailApp, PeerSeen, SenderLimits
from tearline.mailbox.carriers.https.tls import (
    TlsFiles,
    make_calling_context,
    make_listening_context,
    read_own_expiry,
)
from tearline.mailbox.carriers.https.wire import WitnessAnswer, WitnessRequest

__all__ = [
    "LinkState",
    "Listener",
    "MailApp",
    "PeerSeen",
    "Puller",
    "PullerLimits",
    "SenderLimits",
    "TlsFiles",
    "WitnessAnswer",
    "WitnessRequest",
    "listen",
    "make_calling_context",
    "make_listening_context",
    "read_own_expiry",
]
