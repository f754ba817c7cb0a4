# SPDX-License-Identifier: Apache-2.0
"""Drawn markings: every part that the grammar has, in any order and combination."""

from hypothesis import strategies as st

from tearline.core.labels.codecs.text import (
    Atomic,
    AtomicItem,
    Compartment,
    Control,
    Dissem,
    DissemItem,
    Fgi,
    Level,
    Marking,
    NatoControls,
    Other,
    OtherItem,
    Owner,
    Sap,
    Sci,
)

CODES = ("AUS", "CAN", "DEU", "FVEY", "GBR", "JPN", "KOR", "NATO", "NZL", "USA")
WORD = st.text("ABCDEFGHXYZ019", min_size=1, max_size=4)
PROGRAM = st.sampled_from(("BUTTERED POPCORN", "BP", "TIN BAKER", "XR", "PROM TUX", "GB 4"))


def some(strategy, most=3):
    return st.lists(strategy, min_size=1, max_size=most).map(tuple)


def controls(names):
    parts = st.builds(Compartment, WORD, st.lists(WORD, max_size=2).map(tuple))
    return some(st.builds(Control, names, st.lists(parts, max_size=2).map(tuple)))


def listed(name):
    return st.builds(DissemItem, st.just(name), some(st.sampled_from(CODES)))


PLAIN = st.sampled_from(("WAIVED", "RS", "FOUO", "OC", "IMC", "NF", "PR", "RELIDO", "DSEN", "FISA"))
DISSEM = st.one_of(st.builds(DissemItem, PLAIN), listed("REL"), listed("DISPLAYONLY"))
EYES = st.builds(DissemItem, st.just("EYES"), some(st.sampled_from(CODES)))
ATOMIC = st.builds(
    AtomicItem,
    st.sampled_from(("RD", "FRD", "DCNI", "UCNI", "TFNI")),
    st.sampled_from(("", "N", "CNWDI")),
    st.lists(st.integers(1, 99), max_size=3).map(tuple),
)
OTHER = st.builds(
    OtherItem, st.sampled_from(("DS", "XD", "ND", "SBU", "SBU-NF", "LES", "LES-NF", "SSI", "NNPI", "HVSACO"))
)
NICKNAME = st.builds(OtherItem, st.just("ACCM"), st.sampled_from(("TEA LEAF", "LEMONADE", "PARTY FAVORS")))
SEGMENT = st.one_of(
    st.builds(Sci, controls(st.sampled_from(("HCS", "KDK", "RSV", "SI", "TK", "EL")))),
    st.builds(Sap, controls(PROGRAM)),
    st.builds(Atomic, some(ATOMIC)),
    st.builds(Fgi, st.lists(st.sampled_from(CODES), max_size=3).map(tuple)),
    st.builds(NatoControls, some(st.sampled_from(("ATOMAL", "BALK", "BOHEMIA")))),
    st.builds(Dissem, some(DISSEM)),
    st.builds(Dissem, EYES.map(lambda item: (item,))),
    st.builds(Other, some(st.one_of(OTHER, NICKNAME))),
)
HEAD = st.one_of(
    st.tuples(st.just(Owner.US), st.just(())),
    st.tuples(st.just(Owner.NATO), st.just(())),
    st.tuples(st.just(Owner.JOINT), some(st.sampled_from(CODES))),
    st.tuples(
        st.just(Owner.FOREIGN), st.sampled_from(("AUS", "DEU", "FGI", "UNCK")).map(lambda code: (code,))
    ),
)


@st.composite
def markings(draw):
    owner, codes = draw(HEAD)
    segments = tuple(draw(st.lists(SEGMENT, max_size=4)))
    return Marking(owner, draw(st.sampled_from(Level)), codes, segments)
