# SPDX-License-Identifier: Apache-2.0
"""The screens' words: every key in every language, with the same values to fill in, and none empty."""

from __future__ import annotations

import ast
import inspect
import json
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

import msgspec
import pytest

from tearline.cli.demo.scenario import DEFAULT, find_script
from tearline.core import canon
from tearline.core.exchange import arrival, entry, stream
from tearline.core.products.findings import find_fault_of_body
from tearline.edge.api.problems import CODES
from tearline.node.commands import DUTIES, file, find, mandates
from tearline.node.commands.adopt import LOSS_REASONS
from tearline.node.commands.decided import DECISIONS
from tearline.node.journal.entries import AnyEntry
from tearline.node.trust import admission

FOLDER = Path(__file__).resolve().parents[2] / "web" / "src" / "lib" / "i18n"
FILES = sorted(path.name for path in (FOLDER / "en").glob("*.json"))
PLURALS = re.compile(r"_(zero|one|two|few|many|other)$")


def read(language: str, name: str) -> dict[str, str]:
    words: dict[str, str] = json.loads((FOLDER / language / name).read_text(encoding="utf-8"))
    return words


def test_there_are_words() -> None:
    assert "shell.json" in FILES


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("language", ["en", "fr", "ko", "ja"])
def test_no_word_stands_twice(language: str, name: str) -> None:
    """Of two the reader of the file takes one, and nobody sees which."""
    rows = (FOLDER / language / name).read_text(encoding="utf-8")
    keys = re.findall(r'^  "([^"]+)":', rows, re.MULTILINE)
    assert sorted(keys) == sorted(set(keys))


RETIRED = {"ko": "직책 단락 제품 작성국 참조번호 배포분", "ja": "製品"}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("language", RETIRED)
def test_one_thing_has_one_name(language: str, name: str) -> None:
    """A post, a portion, a product, an originator and a reference have one name each on every screen; these it is not."""
    said = " ".join(read(language, name).values())
    assert not [word for word in RETIRED[language].split() if word in said]


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("language", ["fr", "ko", "ja"])
def test_every_language_has_every_word(language: str, name: str) -> None:
    """Plurals differ by language (Korean has one form); everything else is there under the same key."""
    english, other = read("en", name), read(language, name)
    assert {PLURALS.sub("", key) for key in english} == {PLURALS.sub("", key) for key in other}
    assert not [key for key, words in other.items() if not words.strip()]
    values = {PLURALS.sub("", k): set(re.findall(r"\{(\w+)\}", v)) for k, v in english.items()}
    for key, words in other.items():
        assert set(re.findall(r"\{(\w+)\}", words)) <= values[PLURALS.sub("", key)] | {"count"}, key


SAID_ELSEWHERE = {"no-session", "locked", "not-found"}
"""Of these the shell says what to do (``explain`` in web/src/lib/shell)."""


def test_every_refusal_has_words_in_every_language() -> None:
    """What the node refuses is told in the reader's language, not in the node's English."""
    told = {key for key in read("en", "problem.json") if not key.startswith("reason_")}
    assert told == CODES.keys() - SAID_ELSEWHERE


def test_every_reason_has_words() -> None:
    """Of a mandate that goes too far, of what was filed or decided before, and of a file that admits nobody."""
    source = "".join(Path(of.__file__).read_text(encoding="utf-8") for of in (mandates, file))
    codes = set(re.findall(r'Reason\(\s*"([a-z-]+)"', source)) | {f"decided-{what}" for what in DECISIONS}
    source = Path(admission.__file__).read_text(encoding="utf-8").partition("def read_admission")[2]
    codes |= set(re.findall(r'IntegrityError\(\s*"([a-z-]+)"', source)) | {
        "directory-signature",
        "no-application",
    }
    codes |= set(LOSS_REASONS.values())
    told = {k.removeprefix("reason_") for k in read("en", "problem.json") if k.startswith("reason_")}
    assert codes == told


def test_every_field_of_an_entry_has_words() -> None:
    """An auditor reads what stands in a header under names in their own language."""
    shown = {"entries"}
    for kind in get_args(AnyEntry):
        shown |= {field.encode_name for field in msgspec.structs.fields(kind)}
    told = {k.removeprefix("field_") for k in read("en", "audit.json") if k.startswith("field_")}
    assert shown - {
        "at",
        "dtg",
        "actor",
        "post",
        "pack",
        "authority",
        "member",
        "product",
        "reference",
    } <= told | {
        "leaf",
        "leaves",
        "of_draft",
    }
    acts = {k.removeprefix("act_") for k in read("en", "audit.json") if k.startswith("act_")}
    assert {kind.__name__ for kind in get_args(AnyEntry)} <= acts


def test_every_duty_has_words_and_is_one_that_can_be_given() -> None:
    """Of those that a node knows, and of those that people of the exercises have."""
    scripts = find_script(DEFAULT).parent.glob("*/script.json")
    used = {duty for path in scripts for duty in _duties_in(json.loads(path.read_text(encoding="utf-8")))}
    assert "analysis" in used
    assert used <= set(DUTIES)
    told = {k.removeprefix("duty_") for k in read("en", "people.json") if k.startswith("duty_")}
    assert told == set(DUTIES)


def _duties_in(found: Any) -> Iterator[str]:
    """Every duty of anybody in a script."""
    if isinstance(found, dict):
        yield from found.get("duties", ())
    for inner in found.values() if isinstance(found, dict) else found if isinstance(found, list) else ():
        yield from _duties_in(inner)


RUN_CODES = {"note-signature", "note-unknown-key", "bad-note", "lane-stopped", "commitment"}
"""Of notes and of the node's own part in taking a run, beside those of ``stream``."""


def raised_in(module: ModuleType, *, functions: tuple[str, ...] = ()) -> set[str]:
    """The codes of errors that stand in a module, or in these functions of it."""
    tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
    parts = [n for n in tree.body if not functions or getattr(n, "name", "") in functions]
    calls = [c for part in parts for c in ast.walk(part) if isinstance(c, ast.Call) and c.args]
    return {
        str(c.args[0].value)
        for c in calls
        if isinstance(c.func, ast.Name)
        and c.func.id.endswith("Error")
        and isinstance(c.args[0], ast.Constant)
    }


def test_n5_whatever_becomes_of_an_entry_is_told_in_words() -> None:
    """Why it lies in quarantine or was refused: every code that deciding an arrival can end in."""
    source = Path(arrival.__file__).read_text(encoding="utf-8")
    codes = raised_in(arrival) | raised_in(entry) | raised_in(canon, functions=("decode_canonical",))
    codes |= set(re.findall(r'"(?:quarantined|refused):([a-z-]+)"', source)) | {"accepted", "recalled"}
    codes |= {"superseded", "noted"} | {f"bad-{kind}" for kind in re.findall(r'check_id\("(\w+)"', source)}
    codes |= {f"bad-{what}" for what in re.findall(r'_check_names\("(\w+)"', source)}
    codes |= set(re.findall(r'else "([a-z-]+)"', inspect.getsource(find_fault_of_body)))
    told = {k.removeprefix("arrival_") for k in read("en", "network.json") if k.startswith("arrival_")}
    assert told == codes


def test_why_a_run_is_not_taken_is_told_in_words() -> None:
    """Shown beside a lane, and of a bundle."""
    told = {k.removeprefix("lane_") for k in read("en", "network.json") if k.startswith("lane_")}
    assert told == raised_in(stream) | RUN_CODES


def test_a3_whatever_the_desk_finds_is_told_with_its_rule() -> None:
    """And stands in the order of the screen, which shows what it does not know first."""
    source = Path(find.__file__).read_text(encoding="utf-8")
    codes = set(re.findall(r'(?:Noted\(|yield |code = |else )"([a-z-]+)"', source))
    words = read("en", "desk.json")
    assert {k.removeprefix("find_") for k in words if k.startswith("find_")} == codes
    assert {f"rule_{code}" for code in codes} <= words.keys()
    screen = (FOLDER.parent / "features" / "desk" / "Findings.svelte").read_text(encoding="utf-8")
    assert {code for code in codes if f"'{code}'" not in screen} == set()
