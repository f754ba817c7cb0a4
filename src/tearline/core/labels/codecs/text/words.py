# SPDX-License-Identifier: Apache-2.0
"""The words of banner and portion markings: long and short names, required orders, country and organisation codes.

The codes are those of the ISM V10 list RelTo (United States Intelligence Community, January 2013, approved for public
release), without XXX, which stands for nobody there. What a place adds to them (a later code, an exercise nation, a control
system, a nickname of an alternative compensatory control measure) is data: ``Words``. What a group's members are is never
said here; it is dated data elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

import msgspec


class Level(Enum):
    """A classification by its short name, lowest first."""

    U = "U"
    R = "R"
    C = "C"
    S = "S"
    TS = "TS"

    @property
    def rank(self) -> int:
        """Orders levels; R is known outside the United States only."""
        return _RANKS[self.value]


_RANKS = {"U": 0, "R": 1, "C": 2, "S": 3, "TS": 4}
LONG_LEVELS = {
    Level.U: "UNCLASSIFIED",
    Level.R: "RESTRICTED",
    Level.C: "CONFIDENTIAL",
    Level.S: "SECRET",
    Level.TS: "TOP SECRET",
}
LEVELS_BY_LONG = {name: level for level, name in LONG_LEVELS.items()}

NATO_LONG = {
    Level.U: "NATO UNCLASSIFIED",
    Level.R: "NATO RESTRICTED",
    Level.C: "NATO CONFIDENTIAL",
    Level.S: "NATO SECRET",
    Level.TS: "COSMIC TOP SECRET",
}
NATO_SHORT = {Level.U: "NU", Level.R: "NR", Level.C: "NC", Level.S: "NS", Level.TS: "CTS"}
NATO_CONTROLS = ("ATOMAL", "BALK", "BOHEMIA")
NATO_COMPACT = {
    "NCA": (Level.C, "ATOMAL"),
    "NSAT": (Level.S, "ATOMAL"),
    "CTSA": (Level.TS, "ATOMAL"),
    "CTS-B": (Level.TS, "BOHEMIA"),
    "CTS-BALK": (Level.TS, "BALK"),
}
"""One-word portion codes; equal to the level and the control written apart."""

REL = "REL"
EYES = "EYES"
DISPLAY = "DISPLAYONLY"
NOFORN = "NF"

DISSEM_LONG = {
    "WAIVED": "WAIVED",
    "RS": "RSEN",
    "FOUO": "FOUO",
    "OC": "ORCON",
    "IMC": "IMCON",
    "NF": "NOFORN",
    "PR": "PROPIN",
    "REL": "REL TO",
    "RELIDO": "RELIDO",
    "EYES": "EYES ONLY",
    "DSEN": "DEA SENSITIVE",
    "FISA": "FISA",
    "DISPLAYONLY": "DISPLAY ONLY",
}
"""Short name to banner name, in the order in which they stand (ISM CVEnumISMDissem; WAIVED belongs to a program)."""
DISSEM_ORDER = tuple(DISSEM_LONG)

OTHER_LONG = {
    "DS": "LIMDIS",
    "XD": "EXDIS",
    "ND": "NODIS",
    "SBU": "SBU",
    "SBU-NF": "SBU NOFORN",
    "LES": "LES",
    "LES-NF": "LES NOFORN",
    "SSI": "SSI",
    "ACCM": "ACCM",
    "NNPI": "NNPI",
    "HVSACO": "HVSACO",
}
"""Markings of others than the intelligence community (ISM CVEnumISMNonIC, in its order), and HVSACO."""
OTHER_ORDER = tuple(OTHER_LONG)

ATOMIC_LONG = {
    "RD": "RESTRICTED DATA",
    "FRD": "FORMERLY RESTRICTED DATA",
    "DCNI": "DOD UNCLASSIFIED CONTROLLED NUCLEAR INFORMATION",
    "UCNI": "DOE UNCLASSIFIED CONTROLLED NUCLEAR INFORMATION",
    "TFNI": "TRANSCLASSIFIED FOREIGN NUCLEAR INFORMATION",
}
"""Short name to the name written out, in order (ISM CVEnumISMAtomicEnergyMarkings)."""
ATOMIC_BANNER = {"RD": "RD", "FRD": "FRD", "DCNI": "DOD UCNI", "UCNI": "DOE UCNI", "TFNI": "TFNI"}
ATOMIC_ORDER = tuple(ATOMIC_LONG)

SCI_SYSTEMS = frozenset({"EL", "HCS", "KDK", "RSV", "SI", "TK"})

_NATIONS = """
    ABW AFG AGO AIA ALB AND ARE ARG ARM ASM ATA ATF ATG AUS AUT AX2 AZE BDI BEL BEN BES BFA BGD BGR BHR BHS BIH
    BLM BLR BLZ BMU BOL BRA BRB BRN BTN BVT BWA CAF CAN CCK CHE CHL CHN CIV CMR COD COG COK COL COM CPT CPV CRI
    CUB CUW CXR CYM CYP CZE DEU DGA DJI DMA DNK DOM DZA ECU EGY ERI ESH ESP EST ETH FIN FJI FLK FRA FRO FSM GAB
    GBR GEO GGY GHA GIB GIN GLP GMB GNB GNQ GRC GRD GRL GTM GUF GUM GUY HKG HMD HND HRV HTI HUN IDN IMN IND IOT
    IRL IRN IRQ ISL ISR ITA JAM JEY JOR JPN KAZ KEN KGZ KHM KIR KNA KOR KWT LAO LBN LBR LBY LCA LIE LKA LSO LTU
    LUX LVA MAC MAF MAR MCO MDA MDG MDV MEX MHL MKD MLI MLT MMR MNE MNG MNP MOZ MRT MSR MTQ MUS MWI MYS MYT NAM
    NCL NER NFK NGA NIC NIU NLD NOR NPL NRU NZL OMN PAK PAN PCN PER PHL PLW PNG POL PRI PRK PRT PRY PSE PYF QAT
    REU ROU RUS RWA SAU SDN SEN SGP SGS SHN SLB SLE SLV SMR SOM SPM SRB SSD STP SUR SVK SVN SWE SWZ SXM SYC SYR
    TCA TCD TGO THA TJK TKL TKM TLS TON TTO TUN TUR TUV TWN TZA UGA UKR URY UZB VAT VCT VEN VGB VIR VNM VUT WLF
    WSM XAC XAZ XBI XBK XCR XCS XCY XEU XGL XGZ XHO XJA XJM XJN XJV XKM XKN XKR XKS XMW XNV XPL XPR XQP XQZ XSP
    XSV XTR XWB XWK XXD YEM ZAF ZMB ZWE
"""
_GROUPS = """
    ACGU APFS BWCS CFCK CMFC CMFP CPMT CTOC CWCS EFOR EUDA FVEY GCTF GMIF ISAF KFOR MIFH MLEC NACT NATO OSTY SPAA
    TEYE UNCK
"""
USA = "USA"
NATIONS = frozenset(_NATIONS.split()) | {USA}
GROUPS = frozenset(_GROUPS.split())


class Words(msgspec.Struct, frozen=True):
    """The words that a parser knows. Anything else is refused by name."""

    nations: frozenset[str] = NATIONS
    groups: frozenset[str] = GROUPS
    sci: frozenset[str] = SCI_SYSTEMS
    nicknames: frozenset[str] = frozenset()
    """Nicknames of alternative compensatory control measures that may stand without ACCM- before them."""

    def knows(self, code: str) -> bool:
        """Whether a code names a nation or a group."""
        return code in self.nations or code in self.groups


WORDS = Words()


def sort_codes(codes: Iterable[str], words: Words = WORDS) -> tuple[str, ...]:
    """Nations by code, then groups by code (FGI 9.d, JOINT 5.e)."""
    return tuple(sorted(codes, key=lambda code: (_is_group(code, words), code)))


def sort_release(codes: Iterable[str], words: Words = WORDS) -> tuple[str, ...]:
    """USA first, then nations, then groups (REL TO, 10.e.4)."""
    return tuple(sorted(codes, key=lambda code: (code != USA, _is_group(code, words), code)))


def _is_group(code: str, words: Words) -> bool:
    return code in words.groups or len(code) > _TRIGRAPH


_TRIGRAPH = 3
