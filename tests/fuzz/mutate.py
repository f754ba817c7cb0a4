# SPDX-License-Identifier: Apache-2.0
"""Changes to a document as they break parsers: of bytes, of structure, of numbers, of letters that look alike."""

import re

SIZE_MAX = 64 * 1024
PIECES = (
    *(b'<!DOCTYPE a [<!ENTITY b "c">]>', b"&b;", b"&#0;", b"&#x202e;", b"<![CDATA[]]>", b"<!---->", b"<?x?>"),
    *(b"]]>", b"<", b">", b"/>", b'xmlns=""', b'xmlns:a="b"', b'a:b="c"', b'"', b"'"),
    *(b"\\u0000", b"\\ud800", b"\\", b"{", b"}", b"[", b"]", b",", b":", b"null", b"true", b"NaN"),
    *(
        b"1e999",
        b"-0",
        b"99999999999999999999999",
        b"\x00",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"\xc0\x80",
        b"\xed\xa0\x80",
    ),
    *("\u202e".encode(), "\u200b".encode(), "\u0410".encode(), "\uff21".encode(), "\U000e0041".encode()),
    *(b"\r\n", b"\t", b"  ", b"//", b"/", b"-", b" TO ", b"REL TO "),
    *(b"\x30\x80", b"\x30\x84\xff\xff\xff\xff", b"\x06\x00", b"\xa0\x00", b"\x02\x00", b"\x31\x00"),
)
_TOKEN = re.compile(rb"<[^<>]*>|\"[^\"]*\"|\w+|.", re.DOTALL)


def mutate(raw, samples, rng):
    """One to four changes; now and then none, or something altogether else."""
    if rng.random() < 0.02:
        return bytes(rng.randrange(256) for _ in range(rng.randrange(200)))
    for _ in range(rng.choice((0, 1, 1, 1, 2, 2, 3, 4))):
        raw = rng.choice(CHANGES)(raw, samples, rng)[:SIZE_MAX]
    return raw


def flip_bits(raw, _samples, rng):
    changed = bytearray(raw)
    for _ in range(rng.randint(1, 4)):
        if changed:
            changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def put_piece(raw, _samples, rng):
    at = rng.randrange(len(raw) + 1)
    return raw[:at] + rng.choice(PIECES) + raw[at + rng.choice((0, 0, 1, 5)) :]


def cut(raw, _samples, rng):
    at = rng.randrange(len(raw) + 1)
    return raw[:at] if rng.random() < 0.3 else raw[:at] + raw[at + rng.randint(1, 40) :]


def repeat(raw, _samples, rng):
    """A stretch many times: nesting, lists without end, long names."""
    at = rng.randrange(len(raw) + 1)
    upto = min(len(raw), at + rng.randint(1, 60))
    return raw[:upto] + raw[at:upto] * rng.choice((1, 2, 50, 1500)) + raw[upto:]


def splice(raw, samples, rng):
    other = rng.choice(samples)
    return raw[: rng.randrange(len(raw) + 1)] + other[rng.randrange(len(other) + 1) :]


def shuffle_tokens(raw, _samples, rng):
    """Tokens that change places, stand twice, or go: order, repetition, omission."""
    tokens = _TOKEN.findall(raw[:8192])
    for _ in range(rng.randint(1, 3)):
        if tokens:
            i, j = rng.randrange(len(tokens)), rng.randrange(len(tokens))
            what = rng.randrange(3)
            if what == 0:
                tokens[i], tokens[j] = tokens[j], tokens[i]
            elif what == 1:
                tokens.insert(i, tokens[j])
            else:
                del tokens[i]
    return b"".join(tokens) + raw[8192:]


def grow_number(raw, _samples, rng):
    found = list(re.finditer(rb"\d+", raw))
    if not found:
        return raw
    match = rng.choice(found)
    number = rng.choice((b"0", b"-1", b"256", b"4294967296", b"9" * 40, b"00" + match[0], b"1.5"))
    return raw[: match.start()] + number + raw[match.end() :]


CHANGES = (flip_bits, put_piece, put_piece, cut, repeat, splice, shuffle_tokens, shuffle_tokens, grow_number)
