"""Models on a server from within an editor: asked before anything is sent, and forbidden things."""

import asyncio
import re
import threading

import pytest

from cuttledoc_lsp.settings import merge
from fixtures.openai_server import KEY, Site, error, serving

LINK = "[bread](audio/sourdough.mp3)"
SAID = "What was said in the kitchen today."


@pytest.fixture
def site():
    with serving(Site(say=lambda _: SAID)) as running:
        yield running


@pytest.fixture
def begin(start, site):
    """Starts an editor whose user has set a model on a server."""

    async def run(cloud: str = "ask", **more):
        return await start(
            environment={"CUTTLEDOC_API_KEY": KEY},
            options={"model": "openai", "cloudUrl": site.url, "cloud": cloud},
            **more,
        )

    return run


async def transcribe(editor, buffer):
    (link,) = (await editor.command("transcribeDocument", uri=buffer.uri))["links"]
    return link


async def test_the_user_is_asked_and_then_it_is_sent(begin, site, workspace):
    editor = await begin()
    buffer = editor.open(workspace / "a.md", f"{LINK}\n")
    editor.answer = "Send"
    assert (await transcribe(editor, buffer))["outcome"] == "inserted"
    assert SAID in buffer.text
    assert 'model="openai/gpt-transcribe"' in buffer.text
    (question,) = editor.questions
    host = site.url.removeprefix("http://").removesuffix("/v1")
    assert question.message == f"Send 1 recording, 35 s, price unknown, to {host}?"
    assert [action.title for action in question.actions] == ["Send", "Do not send"]
    assert site.tries == 1


async def test_words_are_shown_while_they_come(begin, site, workspace):
    site.say = lambda _: " ".join(f"wörd{number}\x1b" for number in range(200))
    seen = threading.Event()
    site.between = lambda _: seen.wait(0.05)
    editor = await begin("on")
    buffer = editor.open(workspace / "a.md", f"{LINK}\n")
    task = asyncio.create_task(transcribe(editor, buffer))
    await editor.until(lambda: "wörd20" in last_message(editor), 60)
    assert buffer.text == f"{LINK}\n"
    message = last_message(editor)
    seen.set()
    assert re.fullmatch(r"0:00 of 0:35: …(wörd\d+ ?)+", message)
    assert len(message) <= 80
    assert (await task)["outcome"] == "inserted"


def last_message(editor) -> str:
    return next(
        (m for one in reversed(editor.progress()) if (m := getattr(one, "message", ""))), ""
    )


@pytest.mark.parametrize("answer", ["Do not send", None])
async def test_without_a_yes_nothing_is_sent(begin, site, answer, workspace):
    editor = await begin()
    buffer = editor.open(workspace / "a.md", f"{LINK}\n")
    editor.answer = answer
    assert (await transcribe(editor, buffer))["outcome"] == "cancelled"
    assert buffer.text == f"{LINK}\n"
    assert len(editor.questions) == 1
    assert site.tries == 0


async def test_each_time_is_asked_anew_but_not_for_what_is_known(begin, site, workspace):
    editor = await begin()
    buffer = editor.open(workspace / "a.md", f"{LINK}\n")
    editor.answer = "Send"
    await transcribe(editor, buffer)
    other = editor.open(workspace / "b.md", f"{LINK}\n")
    assert (await transcribe(editor, other))["outcome"] == "inserted"
    assert len(editor.questions) == 1
    third = editor.open(workspace / "c.md", "[heron](audio/heron-count.m4a)\n")
    editor.answer = "Do not send"
    assert (await transcribe(editor, third))["outcome"] == "cancelled"
    assert len(editor.questions) == 2
    assert site.tries == 1


async def test_who_has_said_yes_for_good_is_not_asked(begin, site, workspace):
    editor = await begin("on")
    buffer = editor.open(workspace / "a.md", f"{LINK}\n")
    assert (await transcribe(editor, buffer))["outcome"] == "inserted"
    assert editor.questions == []
    assert site.tries == 1


async def test_off_is_told_in_a_sentence(begin, site, workspace):
    editor = await begin("off")
    buffer = editor.open(workspace / "a.md", f"{LINK}\n")
    link = await transcribe(editor, buffer)
    assert link["error"]["code"] == "cloud-off"
    assert site.tries == 0


@pytest.mark.parametrize("cloud", ["ask", "on"])
async def test_a_document_that_forbids_is_heeded(begin, site, cloud, workspace):
    editor = await begin(cloud)
    text = f"---\ntranscribe: local\n---\n{LINK}\n"
    buffer = editor.open(workspace / "a.md", text)
    editor.answer = "Send"
    link = await transcribe(editor, buffer)
    assert link["error"]["code"] == "cloud-local"
    assert buffer.text == text
    assert (editor.questions, site.tries) == ([], 0)


async def test_a_folder_that_forbids_is_heeded(begin, site, workspace):
    (workspace / ".cuttledoc.toml").write_text('transcribe = "local"\n')
    editor = await begin("on")
    buffer = editor.open(workspace / "a.md", f"{LINK}\n")
    assert (await transcribe(editor, buffer))["error"]["code"] == "cloud-local"
    told = await editor.command("transcribeFile", path=str(workspace / "audio/sourdough.mp3"))
    assert told["error"]["code"] == "cloud-local"
    assert site.tries == 0


async def test_a_recording_alone_is_asked_for_too(begin, site, workspace):
    editor = await begin()
    path = str(workspace / "audio/sourdough.mp3")
    editor.answer = "Do not send"
    assert (await editor.command("transcribeFile", path=path))["outcome"] == "cancelled"
    editor.answer = "Send"
    told = await editor.command("transcribeFile", path=path)
    assert (told["outcome"], told["text"]) == ("done", SAID)


async def test_a_server_that_refuses_is_one_sentence_without_the_key(begin, site, workspace):
    site.faults = [error(401, f"Incorrect API key provided: {KEY}")]
    editor = await begin("on")
    buffer = editor.open(workspace / "a.md", f"{LINK}\n")
    link = await transcribe(editor, buffer)
    assert link["error"]["code"] == "cloud-key"
    assert KEY not in str(link)
    assert buffer.text == f"{LINK}\n"


def test_a_workspace_can_neither_allow_it_nor_name_the_model_or_server():
    for wire, value in {
        "cloud": "on",
        "cloudUrl": "https://evil.example/v1",
        "model": "openai/gpt-transcribe",
    }.items():
        outcome = merge(environment={}, file=None, options=None, configuration={wire: value})
        assert (
            outcome.settings
            == merge(environment={}, file=None, options=None, configuration=None).settings
        )
        (problem,) = outcome.problems
        assert f"“cuttledoc.{wire}” is only taken from your own settings" in problem
