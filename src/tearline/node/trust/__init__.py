# SPDX-License-Identifier: Apache-2.0
"""Whom this node trusts, and with which keys it signs."""

from tearline.node.trust.admission import (
    Admission,
    Application,
    admit_applicant,
    make_application,
    print_application,
    print_authority,
    read_admission,
    read_application,
)
from tearline.node.trust.authority import Authority, create_authority, load_authority, spki_sha256
from tearline.node.trust.directory import (
    Address,
    Agreement,
    Directory,
    DirectoryFile,
    DirectorySource,
    MemberRecord,
    check_record,
    sign_directory,
    verify_directory,
)
from tearline.node.trust.keys import (
    Signer,
    SigningKeys,
    create_signing_keys,
    create_tls_key,
    load_signer,
    load_signing_keys,
    load_tls_key,
    make_signer,
    verify_signature,
)
from tearline.node.trust.mandates import Delegation, Exemption, Rule
from tearline.node.trust.seal import Opener, create_seal_key, load_opener, make_opener, seal

__all__ = [
    "Address",
    "Admission",
    "Agreement",
    "Application",
    "Authority",
    "Delegation",
    "Directory",
    "DirectoryFile",
    "DirectorySource",
    "Exemption",
    "MemberRecord",
    "Opener",
    "Rule",
    "Signer",
    "SigningKeys",
    "admit_applicant",
    "check_record",
    "create_authority",
    "create_seal_key",
    "create_signing_keys",
    "create_tls_key",
    "load_authority",
    "load_opener",
    "load_signer",
    "load_signing_keys",
    "load_tls_key",
    "make_application",
    "make_opener",
    "make_signer",
    "print_application",
    "print_authority",
    "read_admission",
    "read_application",
    "seal",
    "sign_directory",
    "spki_sha256",
    "verify_directory",
    "verify_signature",
]
