# SPDX-License-Identifier: Apache-2.0
"""Ask the originator about a product, or challenge its marking: what it may be labelled, and filing it."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import get, post
from litestar.params import FromPath, JSONBody

from tearline.edge.api.caller import caller_of
from tearline.edge.api.filing import FiledOut, encode_filed
from tearline.edge.api.problems import AnyRequest, done
from tearline.edge.api.shapes import Lang, Language, Names, parse_names
from tearline.node.commands import Described, Purpose, Question, ask_originator, prepare_question
from tearline.node.gate import Label

TEXT_MAX = 20_000
TAGS_MAX = 500


class QuestionIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``tags``: the portions asked about; none: all of it. ``label``: one of those offered for them.

    ``post``: one of the originator's; empty: the usual one. ``due_h``: hours after which no answer helps; 0: none.
    """

    purpose: Purpose
    text: Annotated[str, msgspec.Meta(max_length=TEXT_MAX)]
    label: Label
    lang: Language = "en"
    tags: Annotated[tuple[str, ...], msgspec.Meta(max_length=TAGS_MAX)] = ()
    post: Annotated[str, msgspec.Meta(max_length=24)] = ""
    due_h: int = 0


class QuestionFormOut(msgspec.Struct, frozen=True):
    """Labels its words may carry, lowest first; ``suggested`` is the place of the first that covers what is asked about.

    ``posts``: those that the originator publishes; ``usual``: where a question and a challenge go by themselves.
    """

    to: str
    options: tuple[Described, ...]
    suggested: int
    posts: tuple[str, ...]
    usual: dict[str, str]


@get("/api/products/{key:str}/question")
async def get_question(
    key: FromPath[str], request: AnyRequest, *, tags: Names = "", lang: Lang = "en"
) -> QuestionFormOut:
    """What a question about these portions may be labelled, and whom it goes to."""
    asked = parse_names(tags)
    form = done(await caller_of(request).command(lambda node, a: prepare_question(node, a, key, asked, lang)))
    return QuestionFormOut(
        form.to,
        form.options,
        form.suggested,
        form.posts,
        dict(form.usual.items()),
    )


@post("/api/products/{key:str}/question", status_code=201)
async def ask_question(key: FromPath[str], data: JSONBody[QuestionIn], request: AnyRequest) -> FiledOut:
    """File the question: a product of one's own for its originator. Without a mandate it waits on the desk."""
    question = Question(data.purpose, data.text, data.lang, data.label, data.tags, data.post, data.due_h)
    filed = done(await caller_of(request).command(lambda node, a: ask_originator(node, a, key, question)))
    return encode_filed(filed)


ROUTES = [get_question, ask_question]
