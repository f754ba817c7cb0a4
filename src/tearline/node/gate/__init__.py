# SPDX-License-Identifier: Apache-2.0
"""The one gate (N6): doors, screens and exports get content here and nowhere else, bound to a person acting.

Two sides. ``Reading``: renditions, and lists, hits and comparisons made from renditions of the person's class alone; what is
hidden is absent. ``Duty``: one's own drafts and their preview, the desk's items that this officer sees whole, and listed
views of headers for release, security, audit and administration. Nobody is cleared by a duty (N7).
"""

from tearline.core.labels import Label
from tearline.core.products import (
    Area,
    Body,
    GradingBody,
    MediaBody,
    PositionBody,
    StixBody,
    TableBody,
    TextBody,
    print_geometry,
)
from tearline.core.renditions import Comparison, PortionChange, Rendition, RenditionPortion
from tearline.node.gate.alerts import Alert, Alerts, Watch
from tearline.node.gate.banner import MarkedScreen, ScreenBanner
from tearline.node.gate.duty import Duty, ProductActs
from tearline.node.gate.features import FEATURES_MAX, Feature, FeatureQuery, Features, Place
from tearline.node.gate.gate import Gate
from tearline.node.gate.lines import VIEWS as INBOX_VIEWS
from tearline.node.gate.partners import (
    DirectoryState,
    HeldRow,
    LaneState,
    LifeState,
    Partner,
    PauseState,
    SentRow,
)
from tearline.node.gate.proofs import AnchorRow, Anchors, Proof, RangeCheck
from tearline.node.gate.reading import Reading
from tearline.node.gate.roster import PersonLine, PostLine, Roster
from tearline.node.gate.shapes import (
    VIEWS,
    Ask,
    AskedPost,
    Citation,
    Citations,
    Due,
    Filters,
    Found,
    Hit,
    Inbox,
    Line,
    LineMark,
    LineMarks,
    Lines,
    Page,
    Read,
    Summary,
    Told,
)
from tearline.node.gate.trail import TRAIL_KINDS, TrailFilter, TrailPage, TrailRow
from tearline.node.gate.versions import Version, VersionText
from tearline.node.gate.watchlog import LogLine, WatchLog
from tearline.node.gate.why import Marks, PortionWhy, Why
from tearline.node.journal import RangeResult
from tearline.node.views.catalogue import Key
from tearline.node.views.desk import DeskItem
from tearline.node.views.links import BundleRow
from tearline.node.views.releases import RecallStatus, RegisterFilter, RegisterRow
from tearline.node.views.search import FACETS, Cursor, FacetCount, Query, Snippet

__all__ = [
    "FACETS",
    "FEATURES_MAX",
    "INBOX_VIEWS",
    "TRAIL_KINDS",
    "VIEWS",
    "Alert",
    "Alerts",
    "AnchorRow",
    "Anchors",
    "Area",
    "Ask",
    "AskedPost",
    "Body",
    "BundleRow",
    "Citation",
    "Citations",
    "Comparison",
    "Cursor",
    "DeskItem",
    "DirectoryState",
    "Due",
    "Duty",
    "FacetCount",
    "Feature",
    "FeatureQuery",
    "Features",
    "Filters",
    "Found",
    "Gate",
    "GradingBody",
    "HeldRow",
    "Hit",
    "Inbox",
    "Key",
    "Label",
    "LaneState",
    "LifeState",
    "Line",
    "LineMark",
    "LineMarks",
    "Lines",
    "LogLine",
    "MarkedScreen",
    "Marks",
    "MediaBody",
    "Page",
    "Partner",
    "PauseState",
    "PersonLine",
    "Place",
    "PortionChange",
    "PortionWhy",
    "PositionBody",
    "PostLine",
    "ProductActs",
    "Proof",
    "Query",
    "RangeCheck",
    "RangeResult",
    "Read",
    "Reading",
    "RecallStatus",
    "RegisterFilter",
    "RegisterRow",
    "Rendition",
    "RenditionPortion",
    "Roster",
    "ScreenBanner",
    "SentRow",
    "Snippet",
    "StixBody",
    "Summary",
    "TableBody",
    "TextBody",
    "Told",
    "TrailFilter",
    "TrailPage",
    "TrailRow",
    "Version",
    "VersionText",
    "Watch",
    "WatchLog",
    "Why",
    "print_geometry",
]
