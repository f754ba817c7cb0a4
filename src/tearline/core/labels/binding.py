# SPDX-License-Identifier: Apache-2.0
"""Labels bound to data as documents state it (STANAG 4778), and the pure rules about that.

No signature is verified here or trusted: one that is there is reported so. What can be checked is the digest of data that
is at hand (``verify_digests``), and that only says that the data is what the unsigned binding speaks of.

A part of a document has its parent's labels unless it carries a label of the same role, which then takes their place; a
parent has nothing from its parts (``inherit_labels``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

import msgspec

from tearline.core.errors import IntegrityError
from tearline.core.labels.document import Extension, LabelDocument, Role

NOT_VERIFIED = "present, not verified"
DIGESTS = {"sha-256": hashlib.sha256, "sha-384": hashlib.sha384, "sha-512": hashlib.sha512}
DIGEST_USUAL = "sha-384"


class DataReference(msgspec.Struct, frozen=True):
    """Data elsewhere; ``xpath`` is a transform that is kept and not evaluated."""

    uri: str
    content_type: str = ""
    xpath: str = ""


class BoundData(msgspec.Struct, frozen=True):
    """Data inside the binding: one element as canonical XML, or text."""

    xml: str = ""
    text: str = ""
    content_type: str = ""


class Binding(msgspec.Struct, frozen=True):
    """Metadata that all applies to all of the data named."""

    labels: tuple[LabelDocument, ...] = ()
    data: tuple[BoundData, ...] = ()
    references: tuple[DataReference, ...] = ()
    metadata: tuple[Extension, ...] = ()  # not labels; kept
    metadata_references: tuple[str, ...] = ()
    identifier: str = ""


class Container(msgspec.Struct, frozen=True):
    """A MetadataBindingContainer."""

    bindings: tuple[Binding, ...]
    identifier: str = ""


class StatedDigest(msgspec.Struct, frozen=True):
    """What a document says the digest of data at ``uri`` is; ``transformed``: of the data after steps not done here."""

    uri: str
    method: str
    value: bytes
    transformed: bool = False


class BindingDocument(msgspec.Struct, frozen=True):
    """A BindingInformation."""

    containers: tuple[Container, ...]
    signatures: tuple[Extension, ...] = ()
    digests: tuple[StatedDigest, ...] = ()

    @property
    def bindings(self) -> tuple[Binding, ...]:
        """Every binding of every container."""
        return tuple(binding for container in self.containers for binding in container.bindings)

    @property
    def signature(self) -> str:
        """What can be said of a signature here: that there is one, or nothing."""
        return NOT_VERIFIED if self.signatures else ""

    @property
    def approach(self) -> str:
        """How data and labels are bound: encapsulating, embedded or detached."""
        if any(binding.data for binding in self.bindings):
            return "encapsulating"
        uris = [reference.uri for binding in self.bindings for reference in binding.references]
        return "embedded" if any(uri == "" or uri.startswith("#") for uri in uris) else "detached"

    def find_labels(self, uri: str) -> tuple[LabelDocument, ...]:
        """The labels bound to the data at exactly that address."""
        return tuple(
            label
            for binding in self.bindings
            if any(r.uri == uri and not r.xpath for r in binding.references)
            for label in binding.labels
        )


class DigestCheck(msgspec.Struct, frozen=True):
    """What came of one reference: ``agrees``, ``not-given`` (no data at hand), ``not-stated``, ``not-checked``."""

    uri: str
    state: str
    method: str = ""


def verify_digests(document: BindingDocument, data: Mapping[str, bytes]) -> tuple[DigestCheck, ...]:
    """Compares what is stated with the data at hand. Raises ``IntegrityError`` where they differ."""
    checks: list[DigestCheck] = []
    uris = dict.fromkeys(r.uri for binding in document.bindings for r in binding.references)
    for uri in dict.fromkeys([*uris, *(digest.uri for digest in document.digests)]):
        stated = [digest for digest in document.digests if digest.uri == uri]
        if not stated:
            checks.append(DigestCheck(uri, "not-stated"))
        for digest in stated:
            if digest.transformed:
                checks.append(DigestCheck(uri, "not-checked", digest.method))
            elif uri not in data:
                checks.append(DigestCheck(uri, "not-given", digest.method))
            elif DIGESTS[digest.method](data[uri]).digest() != digest.value:
                raise IntegrityError(
                    "digest-differs",
                    f"the data at {uri!r} is not what its binding speaks of ({digest.method})",
                )
            else:
                checks.append(DigestCheck(uri, "agrees", digest.method))
    return tuple(checks)


def inherit_labels(layers: Sequence[Sequence[LabelDocument]]) -> tuple[LabelDocument, ...]:
    """The labels of a part, from the outermost layer to the part's own: of each role the innermost that states it."""
    held: dict[Role, list[LabelDocument]] = {}
    for layer in layers:
        own: dict[Role, list[LabelDocument]] = {}
        for label in layer:
            role = Role.ORIGINATOR if label.role is Role.LEGACY else label.role
            own.setdefault(role, []).append(label)
        held.update(own)
    return tuple(label for labels in held.values() for label in labels)
