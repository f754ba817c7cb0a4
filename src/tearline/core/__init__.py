# SPDX-License-Identifier: Apache-2.0
"""The pure ring: labels, products, renditions, logs and exchange, as functions of their arguments.

Absent on purpose: clocks, files, sockets, threads and randomness. Whoever calls passes them in.
"""
