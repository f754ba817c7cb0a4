# SPDX-License-Identifier: Apache-2.0
"""Files that come in a request's JSON."""

from __future__ import annotations

import base64
import binascii

from tearline.edge.api.problems import Problem


def read_file(text: str) -> bytes:
    """The bytes of a file that came as base64; ``malformed`` where it is none. How long it may be is said by its field."""
    try:
        return base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise Problem("malformed", "The file is not base64.") from error
