# SPDX-License-Identifier: Apache-2.0
"""Containers of bindings (ADatP-4778.2): mail and web headers, XMP, and XML as it stands. The others are refused by name.

- ``smtp`` and ``rest``: the field ``Binding-Data`` of a message; the reference ``""`` is that message. A web header has its
  value in one piece, a mail's is continued.
- ``xmp``: one property of an RDF description about the file that holds it; the reference ``""`` is that file.
- ``sidecar``, ``common-xml``, ``ooxml`` (one custom XML part, references to ``pack:///`` parts, no data inside).

Written from what public implementations write and read (github.com/stavnstrup/nisp-yaml names the profiles); the standard's
own tables of parts that a document binding must name aren't checked.
"""

from __future__ import annotations

import base64
import binascii

from lxml import etree

from tearline.core.errors import MalformedError, UsageError
from tearline.core.labels.binding import BindingDocument
from tearline.core.labels.codecs.mime_parameters import Header, print_pieces
from tearline.core.labels.codecs.stanag4778 import BINDING, BINDING_MAX_BYTES, parse_binding, print_binding
from tearline.core.labels.codecs.strict_xml import Element, Form, list_elements, parse_xml

HEADER = "Binding-Data"
HEADER_MAX = 128 * 1024
HEADER_PROFILES = {"smtp": "message/rfc822", "rest": "message/http"}
XMP_PROPERTY = f"{{{BINDING.namespace}:xmp#}}bindingInformation"
REFUSED = ("cryptographic", "xmpp", "soap", "opc", "wsmp")
"""Their containers aren't described in what is public, and a guess would be taken for the standard."""
_PREFIXES = {"sidecar": ("",), "common-xml": ("",), "ooxml": ("pack:///",)}
_CARRIED = {"smtp": ("", "cid:", "mid:"), "rest": ("",), "xmp": ("",)}
_RDF = Form("http://www.w3.org/1999/02/22-rdf-syntax-ns#", "bad-xmp")
_XMP_META = "{adobe:ns:meta/}xmpmeta"
_FIELDS = {
    name: Header(
        "bad-binding-data", ("binding-type", "binding-data-object"), HEADER_MAX, continues=name == "smtp"
    )
    for name in HEADER_PROFILES
}


def check_profile(name: str, document: BindingDocument) -> None:
    """Refuses a profile that isn't written here, by name, and a binding that doesn't fit one that is."""
    if name not in {*_PREFIXES, *_CARRIED}:
        known = ", ".join([*_PREFIXES, *_CARRIED])
        raise UsageError(
            "unknown-profile", f"the profile {name!r} of 4778.2 is not written", f"Written: {known}."
        )
    if name == "ooxml" and any(binding.data for binding in document.bindings):
        raise MalformedError("bad-binding", "ooxml: no data inside the binding")
    for binding in document.bindings:
        for reference in binding.references:
            uri = reference.uri
            if name in _CARRIED and uri not in _CARRIED[name] and not _begins(uri, _CARRIED[name]):
                raise MalformedError(
                    "bad-binding", f"{name}: {uri!r} is not in the message or file that carries it"
                )
            if name in _PREFIXES and not uri.startswith(_PREFIXES[name]):
                raise MalformedError(
                    "bad-binding", f"{name}: {uri!r} does not begin with {_PREFIXES[name][0]}"
                )
            if name in _PREFIXES and (not uri or uri.startswith("#")) and name != "common-xml":
                raise MalformedError(
                    "bad-binding", f"{name}: a reference into the document that is only the binding"
                )


def _begins(uri: str, prefixes: tuple[str, ...]) -> bool:
    return any(prefix and uri.startswith(prefix) for prefix in prefixes)


def parse_binding_header(value: str, profile: str, *, draft: bool = False) -> BindingDocument:
    """The value of a ``Binding-Data`` field of a mail (``smtp``) or a web message (``rest``)."""
    field = _field(profile)
    found = field.parse(value)
    if found.get("binding-type") != BINDING.namespace:
        raise field.fail(f"a binding of type {found.get('binding-type', '')[:80]!r} is not read")
    try:
        raw = base64.b64decode(found.get("binding-data-object", ""), validate=True)
    except (binascii.Error, ValueError) as error:
        raise field.fail(f"the binding is not base64: {error}") from error
    if not raw:
        raise field.fail("no binding-data-object")
    document = parse_binding(raw, draft=draft, carried=True)
    check_profile(profile, document)
    return document


def print_binding_header(document: BindingDocument, profile: str) -> str:
    """The field's value; ``parse_binding_header`` gives the binding back."""
    field = _field(profile)
    check_profile(profile, document)
    text = base64.b64encode(print_binding(document)).decode()
    first = f'binding-type="{BINDING.namespace}"'
    if profile == "rest":
        value = f'{first}; binding-data-object="{text}"'
    else:
        value = ";\r\n\t".join([first, *print_pieces("binding-data-object", text)])
    field.parse(value)  # within its bounds
    return value


def _field(profile: str) -> Header:
    if profile not in _FIELDS:
        raise UsageError("unknown-profile", f"the profile {profile!r} is none of a header field")
    return _FIELDS[profile]


def parse_xmp(raw: bytes, *, draft: bool = False) -> BindingDocument:
    """The one binding in an XMP packet; other properties of the packet are none of ours."""
    root = parse_xml(raw, "an XMP packet", BINDING_MAX_BYTES)
    found: list[Element] = list(root.iter(XMP_PROPERTY))
    stray = [e for e in root.iter("*") if XMP_PROPERTY in e.attrib]
    if len(found) != 1 or stray:
        raise _RDF.fail((stray or [root])[0], f"{len(found)} bindings as elements where one is needed")
    description = found[0].getparent()
    if description is None or description.tag != f"{{{_RDF.namespace}}}Description":
        raise _RDF.fail(found[0], "a binding outside of a Description")
    if description.get(f"{{{_RDF.namespace}}}about") != "":
        raise _RDF.fail(description, "a Description that is not about the file itself")
    parents = [str(step.tag) for step in description.iterancestors()]
    if parents not in ([f"{{{_RDF.namespace}}}RDF"], [f"{{{_RDF.namespace}}}RDF", _XMP_META]):
        raise _RDF.fail(description, "a Description out of place")
    if found[0].attrib or list(list_elements(found[0], _RDF)) or len(found[0]):
        raise _RDF.fail(found[0], "a binding that is not text")
    document = parse_binding((found[0].text or "").strip().encode(), draft=draft, carried=True)
    check_profile("xmp", document)
    return document


def print_xmp(document: BindingDocument) -> bytes:
    """An RDF document with the binding as its only property, for the packet of the file that it labels."""
    check_profile("xmp", document)
    rdf = f"{{{_RDF.namespace}}}"
    root = etree.Element(f"{rdf}RDF", nsmap={"rdf": _RDF.namespace, "mbxmp": f"{BINDING.namespace}:xmp#"})
    description = etree.SubElement(root, f"{rdf}Description", {f"{rdf}about": ""})
    inner = etree.SubElement(description, XMP_PROPERTY)
    inner.text = print_binding(document).decode().partition("?>")[2].strip()
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)
