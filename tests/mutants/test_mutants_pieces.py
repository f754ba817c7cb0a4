# SPDX-License-Identifier: Apache-2.0
"""One check of what stands beside words removed at a time: its test must go red."""

import pytest

from tearline.core.products import findings, media
from tests.core.products import test_findings, test_media


def test_n5_without_its_check_an_attachment_is_filed_with_its_metadata(monkeypatch):
    """The browser is not trusted to have asked a node to scrub."""
    monkeypatch.setattr(findings, "_is_scrubbed", lambda _body: True)
    with pytest.raises(AssertionError):
        test_findings.test_n5_findings("attachment with metadata")


def test_n5_a_scrub_that_keeps_camera_data_is_noticed(monkeypatch):
    """Every segment kept."""
    monkeypatch.setattr(media, "_JPEG_KEPT", set(range(256)))
    with pytest.raises(AssertionError):
        test_media.test_camera_place_comments_profiles_and_what_hangs_behind_are_gone_and_named()
