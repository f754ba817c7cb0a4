# SPDX-License-Identifier: Apache-2.0
"""The exercise's authority: what it issues, verified by another implementation of X.509 path checks."""

import ipaddress
import stat

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from tearline.core.errors import MalformedError, UsageError
from tearline.core.instants import DAY, from_datetime, to_datetime
from tearline.node.trust import create_authority, create_tls_key, load_authority, spki_sha256

NOW = 1_700_000_000_000_000


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return create_authority(tmp_path_factory.mktemp("authority"), now=NOW)


def make_verifier(authority):
    store = Store([x509.load_pem_x509_certificate(authority.certificate)])
    return PolicyBuilder().store(store).time(to_datetime(NOW))


def test_a_certificate_serves_both_ends_and_names_its_node(authority, tmp_path):
    """A member's certificate verifies as a server and as a client and carries the names of its node."""
    key = create_tls_key(tmp_path / "tls.key")
    leaf = x509.load_pem_x509_certificate(authority.issue_for("KOR", "node-1", key=key, now=NOW))
    make_verifier(authority).build_server_verifier(x509.DNSName("kor.localhost")).verify(leaf, [])
    make_verifier(authority).build_server_verifier(x509.IPAddress(ipaddress.ip_address("127.0.0.1"))).verify(
        leaf, []
    )
    verified = make_verifier(authority).build_client_verifier().verify(leaf, [])
    uris = [n.value for n in verified.subjects if isinstance(n, x509.UniformResourceIdentifier)]
    assert uris == ["tearline://kor/node-1"]
    assert not leaf.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert len(spki_sha256(key)) == 32


def test_another_authoritys_certificate_does_not_verify(authority, tmp_path):
    """Equal names do not help a second authority."""
    other = create_authority(tmp_path / "other", now=NOW)
    key = create_tls_key(tmp_path / "tls.key")
    leaf = x509.load_pem_x509_certificate(other.issue_for("KOR", "node-1", key=key, now=NOW))
    with pytest.raises(VerificationError):
        make_verifier(authority).build_client_verifier().verify(leaf, [])


def test_certificates_end(authority, tmp_path):
    """A certificate is valid for the time asked, no longer than that."""
    key = create_tls_key(tmp_path / "tls.key")
    leaf = x509.load_pem_x509_certificate(
        authority.issue("KOR", "node-1", key=key, not_before=NOW - 2 * DAY, not_after=NOW - DAY)
    )
    assert from_datetime(leaf.not_valid_after_utc) == NOW - DAY
    with pytest.raises(VerificationError):
        make_verifier(authority).build_client_verifier().verify(leaf, [])


def test_odd_members_and_keys_are_refused(authority, tmp_path):
    """No certificate for what is not a member's name, nor for a key on another curve."""
    key = create_tls_key(tmp_path / "tls.key")
    with pytest.raises(MalformedError):
        authority.issue_for("kor/../jpn", "node-1", key=key, now=NOW)
    with pytest.raises(MalformedError):
        authority.issue_for(
            "KOR", "node-1", key=ec.generate_private_key(ec.SECP256R1()).public_key(), now=NOW
        )


def test_an_authority_is_loaded_again_and_never_made_twice(tmp_path):
    """Its files are private, bring back the same authority, and are not replaced."""
    made = create_authority(tmp_path, now=NOW)
    loaded = load_authority(tmp_path)
    assert (loaded.certificate, loaded.public) == (made.certificate, made.public)
    assert stat.S_IMODE((tmp_path / "ca.key").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "directory.key").stat().st_mode) == 0o600
    with pytest.raises(UsageError):
        create_authority(tmp_path, now=NOW)
