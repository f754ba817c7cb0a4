# SPDX-License-Identifier: Apache-2.0
"""Marks of a loaded policy read back: exact, or refused with what else they may be."""

import functools
import itertools
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tearline.core.errors import LimitError, MalformedError
from tearline.core.labels import (
    BANNER,
    PORTION,
    RECEIVER,
    NoLabel,
    PolicyBook,
    find_faults,
    load_pack,
    make_label,
    parse_spif,
    print_mark,
)
from tearline.core.labels.codecs.policy_mark import find_readings, parse_mark
from tests.core.labels.packs import write_level, write_pack, write_set, write_spif, write_value
from tests.properties.worlds import make_book

EPOCH = "2023-07-12"


@functools.cache
def shipped():
    return make_book()


def list_languages(policy):
    return sorted({m.lang for c in policy.classifications.values() for m in c.markings})


def list_labels(name, book):
    """Every level with every compartment, handling and provider, and each audience of one and of two."""
    policy = book.policies[name]
    if name == book.public:
        return [make_label(name, "UNMARKED", {})]
    sets = policy.tag_sets
    words = ["", *sets["Compartment"].categories] if "Compartment" in sets else [""]
    extras = list(
        itertools.product(words, ("", "ORCON"), ("", *itertools.islice(sets["Provided By"].categories, 2)))
    )
    values = tuple(sets["Releasable To"].categories)
    audiences = [("Releasable To", (value,)) for value in values]
    audiences += [("Releasable To", pair) for pair in itertools.pairwise(values)]
    audiences += [("Eyes Only", (value,)) for value in sets["Eyes Only"].categories]
    out = []
    for number, (level, audience) in enumerate(itertools.product(policy.classifications, audiences)):
        word, handling, provider = extras[number % len(extras)]
        chosen = {"Compartment": word, "Handling": handling, "Provided By": provider}
        categories = {tag: (value,) for tag, value in chosen.items() if value} | {audience[0]: audience[1]}
        epoch = EPOCH if book.groups & set(audience[1]) else ""
        label = make_label(name, level, categories, epoch)
        if not find_faults(label, book):
            out.append(label)
    return out


@pytest.mark.parametrize("place", [BANNER, PORTION])
@pytest.mark.parametrize("name", sorted(make_book().policies))
def test_every_label_of_the_pack_comes_back_from_its_mark(name, place):
    """In each language of its policy, with and without being told the policy."""
    book = shipped()
    labels = list_labels(name, book)
    assert labels
    for lang in list_languages(book.policies[name]) or ["en"]:
        for label in labels:
            text = print_mark(label, place, lang, book)
            epoch = label.epoch or EPOCH
            assert parse_mark(text, book, place=place, lang=lang, policy=name, epoch=epoch) == label


@pytest.mark.parametrize("name", sorted(make_book().policies))
def test_a_mark_alone_is_enough_where_it_names_its_policy(name):
    """Policy and language are found from the text; a mark that two policies print is refused, never guessed."""
    book = shipped()
    for label in list_labels(name, book)[::7]:
        for lang in list_languages(book.policies[name]) or ["en"]:
            assert (
                parse_mark(print_mark(label, BANNER, lang, book), book, epoch=label.epoch or EPOCH) == label
            )


@st.composite
def drawn_labels(draw):
    book = shipped()
    policy = book.policies[draw(st.sampled_from(sorted(book.policies)))]
    categories = {}
    for tag_set in policy.tag_sets.values():
        values = draw(st.sets(st.sampled_from(sorted(tag_set.categories)), max_size=len(tag_set.categories)))
        if values:
            categories[tag_set.name] = tuple(values)
    return make_label(policy.name, draw(st.sampled_from(sorted(policy.classifications))), categories)


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(drawn_labels(), st.sampled_from((BANNER, PORTION)), st.data())
def test_any_label_is_among_the_readings_of_its_mark(label, place, data):
    """Valid or not, and no reading prints otherwise."""
    book = shipped()
    lang = data.draw(st.sampled_from(list_languages(book.policies[label.policy]) or ["en"]))
    text = print_mark(label, place, lang, book)
    readings = find_readings(text, book, place=place, lang=lang)
    assert (label.policy, label.classification, label.categories) in {
        (r.policy, r.classification, r.categories) for r in readings
    }
    assert len(readings) == 1


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_a_receivers_mark_names_what_it_does_not_say(lang):
    """The audience is not printed there and is not made up."""
    book = shipped()
    label = make_label("EXERCISE KOR", "III-KUP", {"Provided By": ["USA"], "Releasable To": ["KOR", "JPN"]})
    text = print_mark(label, RECEIVER, lang, book)
    (reading,) = find_readings(text, book, place=RECEIVER)
    assert (reading.policy, reading.classification) == ("EXERCISE KOR", "III-KUP")
    assert reading.categories == (("Provided By", ("USA",)),)
    assert {name for name, _ in reading.silent} == {"Releasable To", "Eyes Only"}
    with pytest.raises(MalformedError, match="Releasable To") as refused:
        parse_mark(text, book, place=RECEIVER)
    assert refused.value.code == "silent-place"


GOOD = "EXERCISE KOR III-KUP//REL TO KOR, JPN"
REFUSED = {
    "nothing": ("", "no-mark"),
    "the policy alone": ("EXERCISE KOR", "no-mark"),
    "another policy's level": ("EXERCISE KOR SECRET//REL TO KOR", "no-mark"),
    "lower case": (GOOD.lower(), "no-mark"),
    "not the policy's order": ("EXERCISE KOR III-KUP//REL TO JPN, KOR", "no-mark"),
    "tag sets not in order": ("EXERCISE KOR III-KUP//REL TO KOR//MILLRACE", "no-mark"),
    "a value twice": ("EXERCISE KOR III-KUP//REL TO KOR, KOR", "no-mark"),
    "a tag set twice": ("EXERCISE KOR III-KUP//REL TO KOR//REL TO JPN", "no-mark"),
    "an unknown value": ("EXERCISE KOR III-KUP//REL TO KOR, QQQ", "no-mark"),
    "a blank at the end": (GOOD + " ", "no-mark"),
    "a blank too many": (GOOD.replace(", ", ",  "), "no-mark"),
    "an empty part": (GOOD + "//", "no-mark"),
    "two languages": ("EXERCISE 군사III급비밀//REL TO KOR, JPN", "no-mark"),
    "without EXERCISE": (GOOD.removeprefix("EXERCISE "), "no-mark"),
    "a Greek omicron": (GOOD.replace("KOR,", "KΟR,"), "no-mark"),
    "a zero-width space": (GOOD.replace("KUP", "KUP\u200b"), "no-mark"),
    "a direction control": ("\u202e" + GOOD, "no-mark"),
    "decomposed Korean": ("EXERCISE \u1103\u1162\u110b\u116c\u1107\u1175//배포허용: KOR", "no-mark"),
    "a Roman numeral character": ("EXERCISE 군사Ⅲ급비밀//배포허용: KOR", "no-mark"),
    "a line break": (GOOD + "\r\nX-Injected: yes", "no-mark"),
    "no audience": ("EXERCISE KOR III-KUP", "not-valid"),
    "two audiences": (GOOD + "//EYES ONLY KOR", "no-mark"),
    "a group without a day": ("EXERCISE EXNET SECRET//PROVIDED BY AUS//REL TO NATO", "epoch-needed"),
}


@pytest.mark.parametrize(("text", "code"), REFUSED.values(), ids=list(REFUSED))
def test_what_no_policy_prints_is_refused(text, code):
    """By a stable code, and naming the character where one hides."""
    with pytest.raises(MalformedError) as refused:
        parse_mark(text, shipped())
    assert refused.value.code == code


def test_the_hidden_character_is_named():
    """So that a person sees what the eye can't."""
    with pytest.raises(MalformedError, match=r"U\+200B"):
        parse_mark(GOOD.replace("KUP", "KUP\u200b"), shipped())


def test_the_originators_own_mark_is_no_label():
    """What ``print_mark`` writes for no label is read as no label."""
    book = shipped()
    assert isinstance(parse_mark(print_mark(NoLabel("x"), BANNER, "en", book), book), NoLabel)


def test_length_is_bounded():
    """Before anything is looked at."""
    with pytest.raises(LimitError):
        parse_mark("A" * 5000, shipped())


def phrase(text):
    return f'<markingData phrase="{text}"><code>pageTopBottom</code></markingData>'


def write_book(*values, levels=(("LOW", "L"), ("HIGH", "H"))):
    """A pack whose public policy has informative values of our making."""
    sets = [write_set("Notes", "tagType7", *values)] if values else []
    classes = [write_level(name, row, phrase(text)) for row, (name, text) in enumerate(levels, 1)]
    return load_pack(write_pack(public=write_spif("PUBLIC", classes, sets)))


def test_two_labels_of_one_mark_are_both_named_and_neither_is_chosen():
    """Levels or values with one phrase."""
    book = write_book(levels=(("LOW", "SAME"), ("HIGH", "SAME")))
    with pytest.raises(MalformedError, match="LOW or PUBLIC HIGH") as refused:
        parse_mark("PUBLIC SAME", book)
    assert refused.value.code == "ambiguous-mark"
    book = write_book(write_value("A", 1, phrase("X")), write_value("B", 2, phrase("X")))
    text = print_mark(make_label("PUBLIC", "LOW", {"Notes": ["A"]}), BANNER, "en", book)
    with pytest.raises(MalformedError, match=r"Notes: A.* or .*Notes: B"):
        parse_mark(text, book)


def test_a_value_that_is_never_printed_makes_a_place_silent():
    """The label may have had it."""
    hidden = "<markingData><code>pageTopBottom</code><code>noNameDisplay</code></markingData>"
    book = write_book(write_value("A", 1), write_value("B", 2, hidden))
    with pytest.raises(MalformedError) as refused:
        parse_mark(print_mark(make_label("PUBLIC", "LOW", {}), BANNER, "en", book), book)
    assert refused.value.code == "silent-place"


def test_a_policy_made_to_be_ambiguous_is_refused_in_time():
    """Phrases that run into each other are counted, not followed without end."""
    values = [write_value("/".join("A" * n), n) for n in range(1, 30)]
    book = write_book(*values)
    text = print_mark(
        make_label("PUBLIC", "LOW", {"Notes": ["/".join("A" * n) for n in range(1, 25)]}), BANNER, "en", book
    )
    with pytest.raises(MalformedError) as refused:
        find_readings(text, book)
    assert refused.value.code == "ambiguous-mark"


FOOD = Path(__file__).resolve().parents[3] / "vectors/labels/public/food-policy.xml"
COSMIC = '<markingData phrase="COSMIC"><code>replacePolicy</code></markingData>'


def plain_book(*texts):
    policies = [parse_spif(text if isinstance(text, bytes) else text.encode()) for text in texts]
    return PolicyBook("real", "", "PUBLIC", {policy.name: policy for policy in policies}, {})


def test_values_that_suppress_their_level_are_read_back():
    """Food's chocolate stands for its level; where two levels may be behind it both are named, and nothing is chosen."""
    book = plain_book(FOOD.read_bytes(), write_spif("ACME", [write_level("LOW", 1, "")]))
    policy = book.policies["Food"]
    read, refused = 0, set()
    for level, (name, tag_set) in itertools.product(policy.classifications, policy.tag_sets.items()):
        for values in (*((v,) for v in tag_set.categories), *itertools.pairwise(tag_set.categories)):
            label = make_label("Food", level, {name: values})
            text = print_mark(label, BANNER, "en", book)
            assert (label.classification, label.categories) in {
                (r.classification, r.categories) for r in find_readings(text, book)
            }
            if find_faults(label, book):
                continue
            try:
                assert parse_mark(text, book) == label
                read += 1
            except MalformedError as error:
                refused.add((error.code, text))
    assert read > 50
    assert refused == {("ambiguous-mark", "[ Food Yummy Chocolate ]")}
    with pytest.raises(MalformedError, match=r"Freely Available .*Chocolate.* or Food Luxury"):
        parse_mark("[ Food Yummy Chocolate ]", book)
    assert parse_mark("ACME LOW", book) == make_label("ACME", "LOW", {})


def hidden(words):
    return f'<markingData phrase="{words}"><code>noNameDisplay</code><code>replacePolicy</code></markingData>'


def test_a_silent_value_that_renames_its_policy_is_read_back():
    """NATO's contexts as public wording has them: NATO/EAPC is EAPC's; what NATO alone may be is named, never chosen."""
    contexts = [
        write_value(name, n, hidden(words))
        for n, (name, words) in enumerate((("EAPC", "PACT/EAPC"), ("PACT", "PACT"), ("ISAF", "PACT/ISAF")), 1)
    ]
    single = 'singleSelection="true"'
    levels = [write_level("SECRET", 4, ""), write_level("TOP SECRET", 5, COSMIC)]
    sets = [
        write_set("Context", "permissive", *contexts, attributes=single),
        write_set("CW", "restrictive", write_value("X", 1)),
    ]
    book = plain_book(write_spif("PACT", levels, sets))
    for context, words in (("EAPC", "PACT/EAPC SECRET"), ("ISAF", "PACT/ISAF SECRET X")):
        label = make_label(
            "PACT", "SECRET", {"Context": [context], **({"CW": ["X"]} if "X" in words else {})}
        )
        assert print_mark(label, BANNER, "en", book) == words
        assert parse_mark(words, book) == label
    for words, silent in (("PACT SECRET", "PACT"), ("COSMIC TOP SECRET", "EAPC, PACT, ISAF")):
        with pytest.raises(MalformedError) as caught:
            parse_mark(words, book)
        assert (caught.value.code, f"Context ({silent})" in caught.value.message) == ("silent-place", True)
    several = plain_book(write_spif("PACT", levels, [write_set("Context", "permissive", *contexts)]))
    with pytest.raises(MalformedError, match=r"Context \(PACT, ISAF\)"):  # EAPC's name would cover them
        parse_mark("PACT/EAPC SECRET", several)


def test_a_level_that_renames_its_policy_is_read_back():
    """As NATO's highest level does: COSMIC stands where the policy's name would."""
    words = [write_value(v, n) for n, v in enumerate(("AAA", "BBB"))]
    levels = [write_level("SECRET", 4, ""), write_level("TOP SECRET", 5, COSMIC)]
    book = plain_book(write_spif("PACT", levels, [write_set("RT", "permissive", *words)]))
    for label, text in (
        (make_label("PACT", "SECRET", {}), "PACT SECRET"),
        (make_label("PACT", "TOP SECRET", {}), "COSMIC TOP SECRET"),
        (make_label("PACT", "TOP SECRET", {"RT": ["AAA", "BBB"]}), "COSMIC TOP SECRET AAA/BBB"),
    ):
        assert print_mark(label, BANNER, "en", book) == text
        assert parse_mark(text, book) == label
    with pytest.raises(MalformedError):
        parse_mark("PACT TOP SECRET", book)
