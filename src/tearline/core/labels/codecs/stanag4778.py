# SPDX-License-Identifier: Apache-2.0
"""Bindings of labels to data in XML: STANAG 4778, ADatP-4778 Ed A v1 (standards.md B2).

Read: a BindingInformation alone (data inside it, or named by address: a sidecar), or inside the document that it labels.
Refused by name: a binding within a binding, two in one document, references that name no element or several, digests by
SHA-1 and MD5, errors that printed examples of the standard have. A ds:Signature is kept and reported, never verified.

An unsigned binding has no place for digests, so ours stand as metadata of their own (``DIGEST``): any reader may skip it.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Sequence

from lxml import etree

from tearline.core.errors import MalformedError, UsageError
from tearline.core.labels.binding import (
    DIGEST_USUAL,
    DIGESTS,
    Binding,
    BindingDocument,
    BoundData,
    Container,
    DataReference,
    StatedDigest,
    inherit_labels,
)
from tearline.core.labels.codecs.stanag4774 import (
    LABEL,
    is_label_like,
    read_label_element,
    write_label_element,
)
from tearline.core.labels.codecs.strict_xml import (
    HELD,
    SCHEMA_LOCATIONS,
    XML_NAMESPACE,
    Element,
    Form,
    hold,
    is_plain,
    list_elements,
    local_name,
    parse_xml,
    print_canonical,
    print_xml,
)
from tearline.core.labels.document import Extension, LabelDocument

BINDING = Form("urn:nato:stanag:4778:bindinginformation:1:0", "bad-binding")
SIGNATURE = Form("http://www.w3.org/2000/09/xmldsig#", "bad-binding")
DIGEST = "{urn:tearline:binding:1}DataDigest"
XMIME = "http://www.w3.org/2005/05/xmlmime"
CONTENT_TYPE = f"{{{XMIME}}}contentType"
BINDING_MAX_BYTES = 8 * 1024 * 1024
BINDINGS_MAX = 4_096
DIGEST_METHODS = {
    "http://www.w3.org/2001/04/xmlenc#sha256": "sha-256",
    "http://www.w3.org/2001/04/xmldsig-more#sha384": "sha-384",
    "http://www.w3.org/2001/04/xmlenc#sha512": "sha-512",
}
XPATH = "http://www.w3.org/TR/1999/REC-xpath-19991116"
_ROOT = f"{{{BINDING.namespace}}}BindingInformation"
_IDENTIFIERS = ("Id", "ID", "id", f"{{{XML_NAMESPACE}}}id")


def parse_binding(raw: bytes, *, draft: bool = False, carried: bool = False) -> BindingDocument:
    """A BindingInformation that is the whole document.

    A reference into "this document" would name the binding itself, unless it is ``carried`` by what it labels: a message.
    """
    root = parse_xml(raw, "a binding", BINDING_MAX_BYTES)
    document = _read_binding(root, draft=draft)
    if document.approach == "embedded" and not carried:
        raise BINDING.fail(root, "a reference into the document that is only the binding")
    return document


def parse_embedded(raw: bytes, *, draft: bool = False) -> BindingDocument:
    """The one BindingInformation inside the document that it labels; each reference into it names exactly one element."""
    root = parse_xml(raw, "a labelled document", BINDING_MAX_BYTES)
    document = _read_binding(_find_binding(root), draft=draft)
    if document.approach != "embedded":
        raise BINDING.fail(root, "a binding inside a document that it does not label")
    targets = _index(root)
    for binding in document.bindings:
        for reference in binding.references:
            if reference.uri.startswith("#"):
                _find_target(root, targets, reference.uri[1:])
    return document


def find_part_labels(raw: bytes, identifier: str, *, draft: bool = False) -> tuple[LabelDocument, ...]:
    """The labels of the element with that identifier in a labelled document; of the whole for ''."""
    document = parse_embedded(raw, draft=draft)
    root = parse_xml(raw, "a labelled document", BINDING_MAX_BYTES)
    layers = [document.find_labels("")]
    if identifier:
        target = _find_target(root, _index(root), identifier)
        for element in reversed([target, *target.iterancestors()]):
            names = {element.get(name) for name in _IDENTIFIERS} - {None}
            layers.extend(document.find_labels(f"#{name}") for name in sorted(str(n) for n in names))
    return inherit_labels(layers)


def print_binding(document: BindingDocument) -> bytes:
    """The BindingInformation as UTF-8 XML; reading that gives the same document."""
    return print_xml(_write_binding(document))


def make_sidecar(
    labels: Sequence[LabelDocument], data: Sequence[tuple[str, bytes, str]], method: str = DIGEST_USUAL
) -> BindingDocument:
    """A detached binding of ``labels`` to data given as (address, bytes, content type), with their digests."""
    if method not in DIGESTS:
        raise UsageError("unknown-digest", f"digests by {method!r} are not written")
    if not labels or not data or any(not uri or uri.startswith("#") for uri, _, _ in data):
        raise UsageError("bad-sidecar", "a sidecar needs labels, and data with addresses outside of it")
    digests = tuple(StatedDigest(uri, method, DIGESTS[method](raw).digest()) for uri, raw, _ in data)
    references = tuple(DataReference(uri, content_type) for uri, _, content_type in data)
    return BindingDocument((Container((Binding(tuple(labels), references=references),)),), digests=digests)


def encapsulate(labels: Sequence[LabelDocument], raw: bytes, content_type: str = "") -> BindingDocument:
    """A binding that holds the XML document ``raw`` itself."""
    root = parse_xml(raw, "data", BINDING_MAX_BYTES)
    _refuse_bindings(root)
    data = BoundData(print_canonical(root), content_type=content_type)
    return BindingDocument((Container((Binding(tuple(labels), data=(data,)),)),))


def embed(raw: bytes, labels: Sequence[LabelDocument]) -> bytes:
    """The XML document with a binding of ``labels`` to the whole of it, as its root's last element."""
    root = parse_xml(raw, "data", BINDING_MAX_BYTES)
    _refuse_bindings(root)
    document = BindingDocument((Container((Binding(tuple(labels), references=(DataReference(""),)),)),))
    root.append(_write_binding(document))
    return print_xml(root)


def _find_binding(root: Element) -> Element:
    found = list(root.iter(_ROOT))
    if len(found) != 1:
        raise BINDING.fail(found[1] if found else root, f"{len(found)} bindings where one is needed")
    if found[0] is root:
        raise BINDING.fail(root, "the binding is the document")
    return found[0]


def _refuse_bindings(root: Element) -> None:
    found = next(root.iter(_ROOT), None)
    if found is not None:
        raise BINDING.fail(found, "the data is labelled already: a binding within a binding")
    if f"<?{HELD}".encode() in etree.tostring(root.getroottree(), encoding="UTF-8"):
        raise BINDING.fail(root, f"the instruction {HELD} is ours to write")


def _index(root: Element) -> dict[str, list[Element]]:
    """The elements of each identifier, however its attribute is spelt."""
    out: dict[str, list[Element]] = {}
    for element in root.iter("*"):
        for value in {element.get(name) for name in _IDENTIFIERS} - {None}:
            out.setdefault(str(value), []).append(element)
    return out


def _find_target(root: Element, targets: dict[str, list[Element]], identifier: str) -> Element:
    found = targets.get(identifier, [])
    if len(found) != 1:
        raise BINDING.fail(
            root, f"{len(found)} elements with the identifier {identifier[:60]!r} where one is needed"
        )
    if any(step.tag == _ROOT for step in (found[0], *found[0].iterancestors())):
        raise BINDING.fail(found[0], "the binding labels itself")
    return found[0]


def _read_binding(root: Element, *, draft: bool) -> BindingDocument:
    if root.tag != _ROOT:
        raise BINDING.fail(root, f"{root.tag!s} is no BindingInformation")
    if any(inner is not root for inner in root.iter(_ROOT)):
        raise BINDING.fail(root, "a binding within a binding")
    BINDING.attributes_within(root, " ".join(SCHEMA_LOCATIONS))
    BINDING.no_text(root)
    rows = list(list_elements(root, BINDING))
    signatures: list[Element] = []
    while rows and rows[0].tag == f"{{{SIGNATURE.namespace}}}Signature":
        signatures.append(rows.pop(0))
    digests = [digest for signature in signatures for digest in _read_references(signature)]
    containers = [
        _read_container(_expect(row, "MetadataBindingContainer"), digests, draft=draft) for row in rows
    ]
    document = BindingDocument(
        tuple(containers),
        tuple(Extension(str(s.tag), print_canonical(s)) for s in signatures),
        tuple(digests),
    )
    if not containers or len(document.bindings) > BINDINGS_MAX:
        raise BINDING.fail(root, f"no binding, or more than {BINDINGS_MAX}")
    return document


def _expect(element: Element, *names: str) -> Element:
    if element.tag not in {f"{{{BINDING.namespace}}}{name}" for name in names}:
        raise BINDING.fail(element, f"{local_name(element)} where {' or '.join(names)} is needed")
    return element


def _read_identifier(element: Element) -> str:
    BINDING.attributes_within(element, "Id")
    BINDING.no_text(element)
    return element.get("Id", "")


def _read_container(element: Element, digests: list[StatedDigest], *, draft: bool) -> Container:
    identifier = _read_identifier(element)
    bindings = [
        _read_one(_expect(child, "MetadataBinding"), digests, draft=draft)
        for child in list_elements(element, BINDING)
    ]
    if not bindings:
        raise BINDING.fail(element, "a container without a binding")
    return Container(tuple(bindings), identifier)


def _read_one(element: Element, digests: list[StatedDigest], *, draft: bool) -> Binding:
    identifier = _read_identifier(element)
    labels: list[LabelDocument] = []
    metadata: list[Extension] = []
    metadata_references: list[str] = []
    data: list[BoundData] = []
    references: list[DataReference] = []
    for child in list_elements(element, BINDING):
        name = local_name(_expect(child, "Metadata", "MetadataReference", "Data", "DataReference"))
        if name.startswith("Metadata") and (data or references):
            raise BINDING.fail(child, f"{name} after the data")
        if name == "Metadata":
            inner = _read_metadata(child)
            if inner.tag.startswith(f"{{{LABEL.namespace}}}"):
                labels.append(read_label_element(inner, draft=draft))
            elif inner.tag == DIGEST:
                digests.append(_read_digest(inner))
            elif is_label_like(inner) or etree.QName(inner).namespace == BINDING.namespace:
                raise BINDING.fail(
                    inner, f"{inner.tag!s} is no confidentiality label, and no metadata of another kind"
                )
            else:
                metadata.append(Extension(str(inner.tag), print_canonical(inner)))
        elif name == "MetadataReference":
            metadata_references.append(_read_reference(child).uri)
        elif name == "Data":
            data.append(_read_data(child))
        else:
            references.append(_read_reference(child))
    if not (labels or metadata or metadata_references) or not (data or references):
        raise BINDING.fail(element, "a binding without metadata or without data")
    if len({r.uri + r.xpath for r in references}) != len(references):
        raise BINDING.fail(element, "a reference stands twice")
    return Binding(
        tuple(labels),
        tuple(data),
        tuple(references),
        tuple(metadata),
        tuple(metadata_references),
        identifier,
    )


def _read_metadata(element: Element) -> Element:
    BINDING.attributes_within(element, "")
    BINDING.no_text(element)
    inner = list(list_elements(element, BINDING))
    if len(inner) != 1:
        raise BINDING.fail(element, f"Metadata with {len(inner)} elements where one is needed")
    return inner[0]


def _read_data(element: Element) -> BoundData:
    BINDING.attributes_within(element, CONTENT_TYPE)
    content_type = element.get(CONTENT_TYPE, "")
    inner = list(list_elements(element, BINDING))
    if not inner:
        return BoundData(text=element.text or "", content_type=content_type)
    BINDING.no_text(element)
    if len(inner) > 1:
        raise BINDING.fail(element, f"Data with {len(inner)} elements where one is needed")
    return BoundData(print_canonical(inner[0]), content_type=content_type)


def _read_reference(element: Element) -> DataReference:
    BINDING.attributes_within(element, f"URI {CONTENT_TYPE}")
    BINDING.no_text(element)
    uri = element.get("URI")
    if uri is None or not is_plain(uri):
        raise BINDING.fail(element, f"attribute URI is missing, or no plain text in {local_name(element)}")
    xpath = ""
    for transforms in list_elements(element, BINDING):
        if xpath or transforms.tag != f"{{{SIGNATURE.namespace}}}Transforms":
            raise BINDING.fail(transforms, f"{local_name(transforms)} is not honoured in a reference")
        transform = SIGNATURE.only(transforms, "Transform")
        if transform.get("Algorithm") != XPATH:
            raise BINDING.fail(
                transform, f"the transform {transform.get('Algorithm', '')[:80]!r} is not honoured"
            )
        xpath = (SIGNATURE.only(transform, "XPath").text or "").strip()
    return DataReference(uri, element.get(CONTENT_TYPE, ""), xpath)


def _read_digest(element: Element) -> StatedDigest:
    method = element.get("method", "")
    if method not in DIGESTS or element.get("uri") is None or set(element.attrib) != {"method", "uri"}:
        raise BINDING.fail(element, f"digests by {method[:40]!r} are not read")
    return StatedDigest(element.get("uri", ""), method, _read_base64(element, DIGESTS[method]().digest_size))


def _read_base64(element: Element, size: int) -> bytes:
    try:
        raw = base64.b64decode("".join((element.text or "").split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise BINDING.fail(element, f"a digest that is not base64: {error}") from error
    if len(raw) != size:
        raise BINDING.fail(element, f"a digest of {len(raw)} bytes where {size} are needed")
    return raw


def _read_references(signature: Element) -> Iterable[StatedDigest]:
    """The digests of data that a signature states, in its own references and its manifests. It stays unverified."""
    for reference in signature.iter(f"{{{SIGNATURE.namespace}}}Reference"):
        algorithm = SIGNATURE.only(reference, "DigestMethod").get("Algorithm", "")
        if algorithm not in DIGEST_METHODS:
            raise BINDING.fail(reference, f"digests by {algorithm[:80]!r} are not read")
        method = DIGEST_METHODS[algorithm]
        value = _read_base64(SIGNATURE.only(reference, "DigestValue"), DIGESTS[method]().digest_size)
        uri = reference.get("URI", "")
        transformed = bool(SIGNATURE.named(reference, "Transforms")) or uri == "" or uri.startswith("#")
        yield StatedDigest(uri, method, value, transformed)


def _write_binding(document: BindingDocument) -> Element:
    root = etree.Element(_ROOT, nsmap={"mb": BINDING.namespace, "xmime": XMIME})
    for signature in document.signatures:
        hold(root, signature.xml, BINDING_MAX_BYTES)
    stated = (parse_xml(s.xml.encode(), "a signature", BINDING_MAX_BYTES) for s in document.signatures)
    signed = [digest for signature in stated for digest in _read_references(signature)]
    digests = [digest for digest in document.digests if digest not in signed]
    for container in document.containers:
        parent = _write(root, "MetadataBindingContainer", Id=container.identifier)
        for binding in container.bindings:
            named = {reference.uri for reference in binding.references}
            own = [digest for digest in digests if digest.uri in named]
            digests = [digest for digest in digests if digest not in own]
            _write_one(_write(parent, "MetadataBinding", Id=binding.identifier), binding, own)
    if digests:
        raise MalformedError("bad-binding", f"a digest of data that is not bound: {digests[0].uri!r}")
    return root


def _write(parent: Element, name: str, **attributes: str) -> Element:
    stated = {key: value for key, value in attributes.items() if value}
    return etree.SubElement(parent, f"{{{BINDING.namespace}}}{name}", stated)


def _write_one(element: Element, binding: Binding, digests: list[StatedDigest]) -> None:
    for label in binding.labels:
        _write(element, "Metadata").append(write_label_element(label))
    for kept in binding.metadata:
        hold(_write(element, "Metadata"), kept.xml, BINDING_MAX_BYTES)
    for digest in digests:
        holder = _write(element, "Metadata")
        inner = etree.SubElement(
            holder, DIGEST, {"method": digest.method, "uri": digest.uri}, {"digest": "urn:tearline:binding:1"}
        )
        inner.text = base64.b64encode(digest.value).decode()
    for uri in binding.metadata_references:
        _write(element, "MetadataReference").set("URI", uri)
    for data in binding.data:
        holder = _write(element, "Data")
        if data.content_type:
            holder.set(CONTENT_TYPE, data.content_type)
        if data.xml:
            hold(holder, data.xml, BINDING_MAX_BYTES)
        else:
            holder.text = data.text
    for reference in binding.references:
        _write_reference(_write(element, "DataReference"), reference)


def _write_reference(element: Element, reference: DataReference) -> None:
    element.set("URI", reference.uri)
    if reference.content_type:
        element.set(CONTENT_TYPE, reference.content_type)
    if reference.xpath:
        transforms = etree.SubElement(element, f"{{{SIGNATURE.namespace}}}Transforms")
        transform = etree.SubElement(transforms, f"{{{SIGNATURE.namespace}}}Transform", {"Algorithm": XPATH})
        etree.SubElement(transform, f"{{{SIGNATURE.namespace}}}XPath").text = reference.xpath
