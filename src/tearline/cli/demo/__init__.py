# SPDX-License-Identifier: Apache-2.0
"""The demo: a script of an exercise, played on a network and held to its tables.

Read in this order: ``scenario`` (a script and its tables), ``stage`` (what a network is to the player), ``play`` (the steps),
``acts`` (what people do), ``checks`` (what must be seen), ``account`` (what is told). ``network`` is the stage of real nodes;
tests have one in memory. ``breaks`` removes a safeguard to show that the checks would see it. Nothing here knows an exercise:
every handle, member, name and label comes from the script's folder.
"""
