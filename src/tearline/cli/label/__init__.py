# SPDX-License-Identifier: Apache-2.0
"""``tearline label``: the label library from the command line. One file a verb; ``command`` lists them."""
