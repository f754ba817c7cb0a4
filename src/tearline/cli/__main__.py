# SPDX-License-Identifier: Apache-2.0
"""``python -m tearline.cli`` is ``tearline``."""

import sys

from tearline.cli.program import main

sys.exit(main())
