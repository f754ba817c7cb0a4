# SPDX-License-Identifier: Apache-2.0
"""The mail header SIO-Label: what it says comes back, and what it can't mean is refused by name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tearline.core.errors import LimitError, MalformedError
from tearline.core.labels.codecs import SioLabel, decode_ess_label, parse_sio_label, print_sio_label
from tests.core.labels.codecs.public import read_case

LABEL = '"MQMCAQE="'


def test_what_a_mail_says_is_read():
    field = 'marking="FOR OFFICE USE";\r\n\tfgcolor=black; BGCOLOR=#00Ff00;\r\n type=":ess"; label*0="MQMC" ;label*1=AQE='
    found = parse_sio_label(field)
    assert found == SioLabel("FOR OFFICE USE", "black", "#00Ff00", ":ess", b"1\x03\x02\x01\x01")
    assert decode_ess_label(found.label).classification == 1


def test_the_public_label_travels_in_a_mail():
    raw = read_case("label-1.ber")
    sent = SioLabel("AQUA", "black", "aqua", ":ess", raw)
    assert parse_sio_label(print_sio_label(sent)) == sent


MARKINGS = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), min_size=1, max_size=30)


@given(
    MARKINGS,
    st.sampled_from(["", "red", "#010203"]),
    st.sampled_from([":ess", ":xml", "urn:x:y"]),
    st.binary(min_size=1, max_size=300),
)
def test_any_label_comes_back(marking, color, kind, raw):
    for label in (
        SioLabel(marking, color, color, kind, raw),
        SioLabel(marking),
        SioLabel(kind=kind, label=raw),
    ):
        printed = print_sio_label(label)
        assert parse_sio_label(printed) == label
        assert all(len(line) < 998 for line in printed.split("\r\n"))
        assert printed.isascii()


def test_encoded_pieces():
    assert parse_sio_label("marking*=UTF-8'ko'%EB%8C%80%EC%99%B8%EB%B9%84").marking == "대외비"
    assert parse_sio_label("marking*0*=utf-8''%ED%95%9C;marking*1=\" X\"").marking == "한 X"
    assert parse_sio_label(r'marking="a\"b\\c"').marking == 'a"b\\c'


REFUSED = {
    "nothing": "",
    "space": "  ",
    "unknown parameter": 'caveat="X"',
    "marking empty": 'marking=""',
    "marking bidi": "marking*=utf-8''%E2%80%AEx",
    "marking a line": "marking*=utf-8''a%0D%0AX-Other:%20b",
    "marking twice": 'marking="A"; marking="B"',
    "marking twice, encoded": "marking=A; marking*=utf-8''B",
    "marking whole and in pieces": 'marking="A"; marking*0="B"',
    "piece missing": 'marking*0="A"; marking*2="B"',
    "piece twice": 'marking*0="A"; marking*0="B"',
    "first piece missing": 'marking*1="A"',
    "piece 01": 'marking*0="A"; marking*01="B"',
    "colour alone": "fgcolor=red",
    "colour unknown": 'marking="A"; fgcolor=mauve',
    "colour short": 'marking="A"; bgcolor=#fff',
    "type alone": 'type=":ess"',
    "label alone": f"label={LABEL}",
    "type unknown": f'type=":x400"; label={LABEL}',
    "type x411": f'type=":x411"; label={LABEL}',
    "label no base64": 'type=":ess"; label="!"',
    "label empty": 'type=":ess"; label=""',
    "label cut": 'type=":ess"; label="MQMCAQE"',
    "no semicolon": 'marking="A" type=":ess"',
    "no quote": 'marking="A',
    "no value": "marking=",
    "no equals": "marking",
    "other charset": "marking*=koi8-r''%C1",
    "no charset": "marking*=%41",
    "half an escape": "marking*=utf-8''%4",
    "not UTF-8": "marking*=utf-8''%C3%28",
    "control in quotes": 'marking="A\x07"',
    "newline in quotes": 'marking="A\nX: b"',
}


@pytest.mark.parametrize("case", REFUSED)
def test_n5_a_field_that_can_not_be_meant_is_refused(case):
    with pytest.raises(MalformedError) as caught:
        parse_sio_label(REFUSED[case])
    assert caught.value.code in {"bad-sio-label", "unknown-type"}


def test_n5_a_huge_field_is_not_read():
    for text in ("x" * 200_000, ";".join(f"label*{n}=AAAA" for n in range(9000))):
        with pytest.raises(LimitError):
            parse_sio_label(text)


@pytest.mark.parametrize(
    "label",
    [
        SioLabel(),
        SioLabel(fgcolor="red"),
        SioLabel("A\r\nB"),
        SioLabel("A", "mauve"),
        SioLabel("A", kind=":x411", label=b"1"),
        SioLabel("A", label=b"1"),
        SioLabel("A", kind=":ess"),
        SioLabel("A", kind='urn:x"; y=z', label=b"1"),
    ],
    ids=str,
)
def test_n5_what_the_field_can_not_carry_is_not_written(label):
    with pytest.raises(MalformedError):
        print_sio_label(label)
