# SPDX-License-Identifier: Apache-2.0
"""The exercise that `tearline demo` plays: feeds made into products, and the player."""
