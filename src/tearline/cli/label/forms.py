# SPDX-License-Identifier: Apache-2.0
"""Labels, clearances and markings in whatever form they were given: which codec it is, and what that codec reads.

A form is named or told from the bytes. Nothing is guessed beyond that: what is told wrongly is refused by the codec that it
was taken for, and ``--codec`` names another.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tearline.cli.arguments import decode_json
from tearline.cli.exits import UnusableError
from tearline.core.errors import LimitError, MalformedError

if TYPE_CHECKING:
    from tearline.core.labels import Clearance, Label, PolicyBook

INPUT_MAX_BYTES = 16 * 1024 * 1024
CODECS = {
    "json": "tearline's own: a label, a clearance",
    "4774": "STANAG 4774 XML: a label, a clearance",
    "aciclr": "a 4774 clearance as the claim of a token",
    "4778": "STANAG 4778 binding",
    "4778-embedded": "an XML document with a binding in it",
    "xmp": "a binding in an XMP packet",
    "ess": "ESS/X.841 label or RFC 5913 clearance, BER",
    "spiffing": "labels and clearances by number, in XML",
    "sio": "SIO-Label, the header field of mail",
    "ztdf": "a handling assertion, or a manifest with some",
    "ism-json": "IC-ISM attributes as JSON",
    "ism-xml": "a document with IC-ISM attributes",
    "stix": "STIX 2.1 objects with markings",
    "tlp": "Traffic Light Protocol 2.0",
    "mark": "a mark of a loaded policy",
    "text": "a US, NATO, JOINT or foreign banner or portion",
}
"""Every form that is read, with what it is."""
_ROOT = re.compile(r"\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*)*<(?:[\w.-]+:)?([\w.-]+)", re.DOTALL)
_XML_ROOTS = {
    "ConfidentialityClearance": "4774",
    "BindingInformation": "4778",
    "xmpmeta": "xmp",
    "RDF": "xmp",
}
_SIO = re.compile(r"(?:SIO-Label:)?\s*(?:marking|fgcolor|bgcolor|type|label)\*?[0-9*]*\s*=", re.IGNORECASE)
_SET, _SEQUENCE = 0x31, 0x30
SPELLED_MIN = 16
"""Signs of the shortest label: a shorter text may be a word that happens to decode."""


@dataclass(frozen=True)
class Source:
    """Bytes with where they came from, and what was said of them."""

    raw: bytes
    where: str = "the input"
    codec: str = ""
    draft: bool = False
    place: str = "banner"  # where a mark stands
    lang: str = ""  # of a mark; '': any
    of: str = ""  # the policy whose mark it is; '': any
    epoch: str = ""  # as of which the groups on a mark count
    uri: str | None = None  # of a binding: the data that is meant

    @property
    def text(self) -> str:
        """The bytes as text, without the line's end."""
        try:
            return self.raw.decode("utf-8").strip("\r\n")
        except UnicodeDecodeError as error:
            raise UnusableError("not-text", f"{self.where} is not UTF-8 ({error})") from error


@dataclass(frozen=True)
class Given:
    """What a codec read."""

    codec: str
    value: Any


def read_given(source: Source, book: PolicyBook | None = None) -> Given:
    """The value with its codec. ``book``: the policies whose marks are known."""
    if len(source.raw) > INPUT_MAX_BYTES:
        raise LimitError("too-large", f"{source.where} is larger than {INPUT_MAX_BYTES} bytes")
    codec = source.codec or detect(source)
    if codec not in CODECS:
        raise UnusableError("unknown-codec", f"{codec!r} is no codec", f"Known: {', '.join(CODECS)}.")
    if codec in {"mark", "text", "tlp"}:
        return _read_words(codec, source, book)
    return Given(codec, _read(codec, source))


def detect(source: Source) -> str:
    """The codec by the first bytes; a line of words is taken for a mark."""
    raw = source.raw
    if raw[:1] in {b"\x30", b"\x31"} and _is_whole_element(raw):
        return "ess"
    text = _decode_xml(raw).strip()
    if text.startswith("<"):
        return _detect_xml(text, source)
    if text.startswith(("{", "[")):
        return _detect_json(decode_json(raw, source.where), source)
    if text.startswith("TLP:"):
        return "tlp"
    if _SIO.match(text):
        return "sio"
    if _spells_element(raw):
        return "ess"
    if len(text) > 64 and re.fullmatch(r"[A-Za-z0-9_-]+=*", text):  # noqa: PLR2004  no mark is one long word
        return "aciclr"
    return "mark"


def _spells_element(raw: bytes) -> bool:
    """Hexadecimal or base64 of one ASN.1 label or clearance; what is spelled so is no word of any mark."""
    if len(raw) < SPELLED_MIN:
        return False
    try:
        element = _decode_text(raw)
    except MalformedError:
        return False
    return element[:1] in {b"\x30", b"\x31"} and _is_whole_element(element)


def _is_whole_element(raw: bytes) -> bool:
    """One ASN.1 element from the first byte to the last: "0" and "1" are also letters."""
    if len(raw) < 3:  # noqa: PLR2004  tag, length and something
        return False
    size, head = raw[1], 2
    if size == 0x80:  # noqa: PLR2004  indefinite
        return raw.endswith(b"\x00\x00")
    if size > 0x80:  # noqa: PLR2004  long form
        head += size & 0x7F
        size = int.from_bytes(raw[2:head])
    return head + size == len(raw)


def _decode_xml(raw: bytes) -> str:
    """Enough to see what it is; the codec reads the bytes."""
    if raw[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return raw.decode("utf-16", errors="replace")
    return raw.removeprefix(b"\xef\xbb\xbf").decode("utf-8", errors="replace")


def _find_root(text: str) -> str:
    match = _ROOT.match(text)
    return match[1] if match else ""


def _detect_xml(text: str, source: Source) -> str:
    name = _find_root(text)
    if name in _XML_ROOTS:
        return _XML_ROOTS[name]
    if "http://surevine.com/xmlns/spiffy" in text:
        return "spiffing"
    if name.endswith("ConfidentialityLabel"):
        return "4774"
    if "urn:nato:stanag:4778:bindinginformation:" in text:
        return "4778-embedded"
    if "urn:us:gov:ic:ism" in text:
        return "ism-xml"
    if not name:
        raise UnusableError(
            "not-xml", f"{source.where} begins with no element; document types are never read"
        )
    raise UnusableError("unknown-codec", f"{source.where}: no form is known that begins with <{name}>")


def _detect_json(value: Any, source: Source) -> str:
    first = value[0] if isinstance(value, list) and value else value
    names = set(first) if isinstance(first, dict) else set()
    if "policy" in names or isinstance(value, list):
        return "json"
    if names & {"assertions", "statement"}:
        return "ztdf"
    if {"ownerProducer"} & names:
        return "ism-json"
    if {"type", "id"} <= names:
        return "stix"
    if names and all(re.fullmatch(r"[a-zA-Z]+", name) for name in names) and "classification" in names:
        return "ism-json"
    raise UnusableError("unknown-codec", f"{source.where} is JSON of no form that is known")


def _read(codec: str, source: Source) -> Any:
    from tearline.core.labels import codecs

    raw = source.raw
    match codec:
        case "json":
            return read_json(decode_json(raw, source.where), source.where)
        case "4774" if _find_root(_decode_xml(raw)) == "ConfidentialityClearance":
            return codecs.parse_clearance_document(raw)
        case "4774":
            return codecs.parse_label_document(raw, draft=source.draft)
        case "aciclr":
            return codecs.parse_clearance_claim(source.text)
        case "4778":
            return codecs.parse_binding(raw, draft=source.draft)
        case "4778-embedded":
            return codecs.parse_embedded(raw, draft=source.draft)
        case "xmp":
            return codecs.parse_xmp(raw, draft=source.draft)
        case "ess":
            return _read_ess(raw)
        case "spiffing":
            return codecs.parse_spiffing(raw)
        case "sio":
            return codecs.parse_sio_label(re.sub(r"\ASIO-Label:\s*", "", source.text, flags=re.IGNORECASE))
        case "stix":
            return codecs.parse_stix(raw)
        case "ztdf":
            names = decode_json(raw, source.where)
            many = isinstance(names, dict) and "assertions" in names
            return codecs.parse_manifest(raw) if many else (codecs.parse_handling(raw),)
    from tearline.core.labels.codecs import ism

    return ism.parse_ism_json(raw) if codec == "ism-json" else ism.parse_ism_xml(raw)


def _read_ess(raw: bytes) -> Any:
    """BER as it is, or as hexadecimal or base64 text."""
    from tearline.core.labels.codecs import decode_clearance, decode_ess_label

    if not raw.startswith((b"\x30", b"\x31")) or not _is_whole_element(raw):
        raw = _decode_text(raw)
    return decode_ess_label(raw) if raw[:1] == bytes([_SET]) else decode_clearance(raw)


def _decode_text(raw: bytes) -> bytes:
    text = b"".join(raw.split())
    try:
        if re.fullmatch(rb"(?:[0-9A-Fa-f]{2})+", text):
            return bytes.fromhex(text.decode())
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedError("bad-ess", f"neither BER nor base64 nor hexadecimal of it: {error}") from error


def _read_words(codec: str, source: Source, book: PolicyBook | None) -> Given:
    """A line of words: TLP, a policy's own mark, or the grammar of banners and portions."""
    from tearline.core.labels.codecs import parse_mark, parse_tlp
    from tearline.core.labels.codecs.text import parse_marking

    text = source.text
    portion = text.startswith("(")
    if codec == "tlp":
        return Given(codec, parse_tlp(text))
    if codec == "mark" and book is not None:
        place = find_place("portion" if portion and source.place == "banner" else source.place)
        bare = text[1:-1] if portion and text.endswith(")") and place == find_place("portion") else text
        try:
            mark = parse_mark(bare, book, place=place, lang=source.lang, policy=source.of, epoch=source.epoch)
            return Given("mark", mark)
        except MalformedError as error:
            if source.codec or error.code != "no-mark":
                raise
            unread = error
        try:
            return Given("text", parse_marking(text, "portion" if portion else "banner"))
        except MalformedError as error:
            message = f"{unread.message}; nor is it a US, NATO or joint marking ({error.message})"
            raise MalformedError("no-mark", message, unread.advice) from error
    return Given("text", parse_marking(text, "portion" if portion else "banner"))


PLACES = ("banner", "portion", "receiver")


def find_place(name: str) -> str:
    """The SPIF's name of a place: ours are banner, portion and receiver, others are taken as they are."""
    from tearline.core.labels import BANNER, PORTION, RECEIVER

    return {"banner": BANNER, "portion": PORTION, "receiver": RECEIVER}.get(name, name)


def read_json(value: Any, where: str) -> Label | Clearance:
    """One label or clearance in tearline's JSON; a clearance lists ``classifications``."""
    if isinstance(value, dict) and "classifications" in value:
        return make_clearance_of(value, where)
    return make_label_of(value, where)


def make_label_of(value: Any, where: str) -> Label:
    """A label as it was written, faults and all: the library, not this reader, says what is wrong with it."""
    import msgspec

    from tearline.core.labels import Label

    try:
        label = msgspec.convert(_pair(value), Label)
    except msgspec.ValidationError as error:
        advice = "A label is described by: tearline label --help"
        raise UnusableError("not-a-label", f"{where} is no label ({error})", advice) from error
    ordered = sorted((name, tuple(sorted(values))) for name, values in label.categories)
    return msgspec.structs.replace(label, categories=tuple(ordered))


def make_clearance_of(value: Any, where: str) -> Clearance:
    """A clearance; what it lists twice it holds once."""
    import msgspec

    from tearline.core.labels import Clearance, make_clearance

    try:
        read = msgspec.convert(_pair(value), Clearance)
    except msgspec.ValidationError as error:
        advice = 'It is like {"policy": …, "classifications": […], "categories": {…}}.'
        raise UnusableError("not-a-clearance", f"{where} is no clearance ({error})", advice) from error
    return make_clearance(read.policy, read.classifications, dict(read.categories))


def _pair(value: Any) -> Any:
    if isinstance(value, dict) and isinstance(value.get("categories"), dict):
        return {**value, "categories": list(value["categories"].items())}
    return value


def write_label(label: Label) -> dict[str, Any]:
    """A label as JSON, in the form that is read."""
    written: dict[str, Any] = {
        "policy": label.policy,
        "classification": label.classification,
        "categories": {name: list(values) for name, values in label.categories},
    }
    return {**written, "epoch": label.epoch} if label.epoch else written


def write_clearance(clearance: Clearance) -> dict[str, Any]:
    """A clearance as JSON, in the form that is read."""
    return {
        "policy": clearance.policy,
        "classifications": list(clearance.classifications),
        "categories": {name: list(values) for name, values in clearance.categories},
    }
