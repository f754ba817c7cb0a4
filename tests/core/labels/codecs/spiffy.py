# SPDX-License-Identifier: Apache-2.0
"""The XML form in which the public cases of spiffing write labels and clearances by number. Read in tests only."""

from pathlib import Path

from lxml import etree

from tearline.core.labels import TagKind
from tearline.core.labels.numeric import NumericCategory, NumericClearance, NumericLabel

PUBLIC = Path(__file__).resolve().parents[3] / "vectors/labels/public"
SHARED = Path(__file__).resolve().parents[5] / "shared/data/labels"
NS = "{http://surevine.com/xmlns/spiffy}"
KINDS = {
    "permissive": (TagKind.PERMISSIVE, "bits"),
    "restrictive": (TagKind.RESTRICTIVE, "bits"),
    "enumeratedPermissive": (TagKind.PERMISSIVE, "numbers"),
    "enumeratedRestrictive": (TagKind.RESTRICTIVE, "numbers"),
    "informative": (TagKind.INFORMATIVE, "bits"),
}


def read_case(name):
    """A file of the public cases, kept beside the vectors."""
    return (PUBLIC / name).read_bytes()


def read_spiffy(raw):
    root = etree.fromstring(raw)
    oid = root.find(f"{NS}policy").get("id")
    levels = [int(e.get("lacv")) for e in root.iterfind(f"{NS}classification")]
    values = {}
    for tag in root.iterfind(f"{NS}tag"):
        values.setdefault((tag.get("id"), *KINDS[tag.get("type")]), []).append(int(tag.get("lacv")))
    categories = tuple(NumericCategory(*key, tuple(sorted(v))) for key, v in values.items())
    if root.tag == f"{NS}label":
        return NumericLabel(oid, levels[0], categories)
    return NumericClearance(oid, tuple(levels), categories)
