"""Transcribing from an editor: commands, insertion while the user types, progress, the queue."""

import asyncio
import os
import shutil
import signal
import wave

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from lsp.editor import plain
from lsp.processes import children

HERON = "[heron](audio/heron-count.m4a)"
ANNA = "![[message-to-anna.ogg]]"
SOURDOUGH = "[bread](audio/sourdough.mp3)"


@pytest.fixture
def long_note(workspace, long_recording):
    """The path of a note that links to a long recording and a short one."""
    shutil.copy(long_recording, workspace / "audio" / "long.wav")
    note = workspace / "long.md"
    note.write_text(f"# Long\n\n[long](audio/long.wav)\n\nAnd {HERON}.\n\nThe end.\n")
    return note


async def test_a_link_gets_its_transcript_below_it(editor, workspace):
    buffer = editor.open(workspace / "n.md", f"# Notes\n\nA {HERON} 😀 link.\n\nThe end.\n")
    answer = await editor.command(
        "transcribeLink", uri=buffer.uri, position=editor.place(buffer, "heron")
    )
    (link,) = answer["links"]
    assert link["outcome"] == "inserted"
    assert link["path"] == str(workspace / "audio" / "heron-count.m4a")
    above, _, rest = buffer.text.partition("<!-- cuttledoc ")
    block, _, below = rest.partition("<!-- /cuttledoc -->")
    assert above == f"# Notes\n\nA {HERON} 😀 link.\n\n"
    assert "herons" in block
    assert below == "\n\nThe end.\n"
    assert len(editor.applied) == 1


@pytest.mark.parametrize(("locale", "times"), [("de-AT", 1), ("en-GB", 0), (None, 0)])
async def test_who_may_speak_another_language_is_told_once(start, workspace, locale, times):
    editor = await start(locale=locale)
    buffer = editor.open(workspace / "n.md", f"{HERON}\n\n{SOURDOUGH}\n")
    await editor.command("transcribeDocument", uri=buffer.uri)
    told = [message for message in editor.messages if "taken for English" in message]
    assert len(told) == times
    assert all("For German: `cuttledoc models download whisper-base`" in one for one in told)


async def test_all_links_of_a_document_are_done_each_in_one_edit(editor, workspace):
    buffer = editor.open(workspace / "n.md", f"{HERON}\n\n- {SOURDOUGH}\n- {ANNA}\n")
    answer = await editor.command("transcribeDocument", uri=buffer.uri)
    assert [link["outcome"] for link in answer["links"]] == ["inserted"] * 3
    assert len(editor.applied) == 3
    herons, bread, anna = (buffer.text.index(one) for one in ("herons", "bread]", "Anna"))
    assert herons < bread < anna
    again = await editor.command("transcribeDocument", uri=buffer.uri)
    assert [link["outcome"] for link in again["links"]] == ["unchanged"] * 3
    assert len(editor.applied) == 3


async def test_the_transcript_follows_its_link_while_the_user_types(editor, workspace, long_note):
    buffer = editor.open(long_note)
    work = editor.start_command(
        "transcribeLink", uri=buffer.uri, position=editor.place(buffer, "heron]")
    )
    await asyncio.sleep(0.01)  # the command is on its way
    for number in range(20):
        editor.type(buffer, 0, f"line {number} 😀\n")
        editor.type(buffer, len(buffer.text), f"below {number}\n")
        await asyncio.sleep(0.02)
    (link,) = (await work)["links"]
    assert link["outcome"] == "inserted"
    typed = "".join(f"line {number} 😀\n" for number in reversed(range(20)))
    assert buffer.text.startswith(
        f"{typed}# Long\n\n[long](audio/long.wav)\n\nAnd {HERON}.\n\n<!--"
    )
    typed = "".join(f"below {number}\n" for number in range(20))
    assert buffer.text.endswith(f"<!-- /cuttledoc -->\n\nThe end.\n{typed}")


async def test_an_edit_that_crosses_a_keystroke_is_worked_out_again(editor, workspace):
    buffer = editor.open(workspace / "n.md", f"{HERON}\n")
    crossed = []

    def type_first(_: object) -> None:
        if not crossed:
            crossed.append(True)
            editor.type(buffer, 0, "just in time\n\n")

    editor.before_edit = type_first
    answer = await editor.command(
        "transcribeLink", uri=buffer.uri, position=editor.place(buffer, "heron")
    )
    assert answer["links"][0]["outcome"] == "inserted"
    assert buffer.text.startswith(f"just in time\n\n{HERON}\n\n<!-- cuttledoc")
    assert len(editor.applied) == 2


async def test_who_types_so_fast_that_each_edit_comes_late_gets_it_in_a_pause(editor, workspace):
    buffer = editor.open(workspace / "n.md", f"{HERON}\n")
    keys = 0

    def key(_: object = None) -> None:
        nonlocal keys
        if keys < 40:
            editor.type(buffer, 0, "x")
            keys += 1

    editor.before_edit = key
    work = editor.start_command(
        "transcribeLink", uri=buffer.uri, position=editor.place(buffer, "heron")
    )
    await editor.until(lambda: editor.applied)
    while keys < 40:
        key()
        await asyncio.sleep(0.05)
    assert (await work)["links"][0]["outcome"] == "inserted"
    assert buffer.text.startswith(f"{'x' * 40}{HERON}\n\n<!-- cuttledoc")


async def test_an_editor_that_refuses_once_is_asked_again(editor, workspace):
    buffer = editor.open(workspace / "n.md", f"{HERON}\n")
    editor.refuse = 2
    answer = await editor.command(
        "transcribeLink", uri=buffer.uri, position=editor.place(buffer, "heron")
    )
    assert answer["links"][0]["outcome"] == "inserted"


async def test_a_link_that_is_gone_gets_nothing_and_the_user_is_told(editor, workspace):
    text = f"# Notes\n\n{HERON}\n\nEnd.\n"
    buffer = editor.open(workspace / "n.md", text)
    work = editor.start_command(
        "transcribeLink", uri=buffer.uri, position=editor.place(buffer, "heron")
    )
    await editor.until(editor.progress)
    editor.type(buffer, text.index(HERON), "", delete=len(HERON))
    assert (await work)["links"][0]["outcome"] == "gone"
    assert buffer.text == "# Notes\n\n\n\nEnd.\n"
    assert editor.applied == []
    assert "no longer there" in editor.messages[-1]
    # It is kept: the link put in again has it at once, without another job.
    editor.type(buffer, len("# Notes\n\n"), HERON)
    for worker in children(editor.pid):
        os.kill(worker, signal.SIGKILL)
    await editor.until(lambda: not children(editor.pid))  # giving back memory takes it a moment
    await editor.command("transcribeLink", uri=buffer.uri, position=editor.place(buffer, "heron"))
    assert "herons" in buffer.text
    assert not children(editor.pid)


async def test_a_client_without_versions_gets_an_edit_when_nobody_types(start, workspace):
    from pytest_lsp import client_capabilities

    editor = await start(capabilities=client_capabilities("neovim@v0.11"))
    buffer = editor.open(workspace / "n.md", f"{HERON}\n")
    await editor.command("transcribeLink", uri=buffer.uri, position=editor.place(buffer, "heron"))
    assert "herons" in buffer.text
    assert editor.applied[0].edit.document_changes is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
async def test_emoji_before_the_link_in_every_encoding(start, workspace, encoding):
    editor = await start(encodings=[encoding])
    assert editor.encoding == encoding
    text = f"👩‍🔬 e\u0301 {HERON} 😀\r\nnext\u2028line\r\n"
    buffer = editor.open(workspace / "n.md", text)
    editor.type(buffer, text.index("next"), "😀 ")
    await editor.command("transcribeLink", uri=buffer.uri, position=editor.place(buffer, "heron]"))
    assert "herons" in buffer.text
    before, _, rest = buffer.text.partition("\r\n\r\n<!-- cuttledoc")
    assert before == f"👩‍🔬 e\u0301 {HERON} 😀\r\n😀 next\u2028line"
    assert rest.endswith("<!-- /cuttledoc -->\r\n")


async def test_progress_names_file_place_and_percentage(editor, long_note):
    buffer = editor.open(long_note)
    editor.start_command("transcribeLink", uri=buffer.uri, position=editor.place(buffer, "long]"))
    await editor.until(
        lambda: any(getattr(one, "percentage", 0) for one in editor.progress()), seconds=60
    )
    begin = editor.progress()[0]
    assert isinstance(begin, types.WorkDoneProgressBegin)
    assert begin.title == "Transcribing long.wav"
    assert begin.cancellable
    assert "of 15:" in editor.progress()[-1].message
    await editor.until(lambda: "left" in editor.progress()[-1].message, seconds=60)
    await editor.command("cancel")


@pytest.mark.parametrize("way", ["progress", "command", "request"])
async def test_cancelling_ends_the_job_and_leaves_the_document(editor, long_note, way):
    buffer = editor.open(long_note)
    request = types.ExecuteCommandParams(
        "cuttledoc.lsp.transcribeLink",
        [{"uri": buffer.uri, "position": editor.place(buffer, "long]")}],
    )
    protocol = editor.client.protocol
    answer = asyncio.wrap_future(
        protocol.send_request(types.WORKSPACE_EXECUTE_COMMAND, request, msg_id="mine")
    )
    await editor.until(
        lambda: any(getattr(one, "percentage", 0) for one in editor.progress()), seconds=60
    )
    (token,) = editor.client.progress_reports
    if way == "progress":
        editor.client.window_work_done_progress_cancel(types.WorkDoneProgressCancelParams(token))
    elif way == "command":
        assert await editor.command("cancel") == {"cancelled": 1}
    else:
        editor.client.cancel_request(types.CancelParams("mine"))
    # A quarter of an hour of speech takes longer than this waits.
    await editor.until(lambda: isinstance(editor.progress()[-1], types.WorkDoneProgressEnd), 5)
    if way == "request":
        with pytest.raises(JsonRpcException, match=r"(?i)cancel"):
            await answer
    else:
        assert plain(await answer)["links"][0]["outcome"] == "cancelled"
    assert (await editor.command("status"))["jobs"] == []
    assert buffer.text == long_note.read_text()
    # The worker is free for the next one.
    await editor.command("transcribeLink", uri=buffer.uri, position=editor.place(buffer, "heron]"))
    assert "herons" in buffer.text


async def test_the_one_asked_for_last_is_next_and_the_same_file_is_done_once(
    start, workspace, long_note
):
    editor = await start(configuration={"jobs": 1})
    buffer = editor.open(long_note)
    long = editor.start_command("transcribeFile", path=str(workspace / "audio" / "long.wav"))
    await editor.until(editor.progress)
    names = ["sourdough.mp3", "heron-count.m4a", "message-to-anna.ogg"]
    others = []
    for name in names:
        others.append(editor.start_command("transcribeFile", path=f"{workspace}/audio/{name}"))
        await asyncio.sleep(0.05)
    twin = editor.start_command(
        "transcribeLink", uri=buffer.uri, position=editor.place(buffer, "long]")
    )
    await asyncio.sleep(0.2)
    jobs = (await editor.command("status"))["jobs"]
    assert [job["path"].rsplit("/", 1)[1] for job in jobs] == ["long.wav", *reversed(names)]
    assert [job["state"] for job in jobs] == ["running", "waiting", "waiting", "waiting"]
    answer = await editor.command("cancel", path=str(workspace / "audio" / "long.wav"))
    assert answer == {"cancelled": 1}
    assert (await long)["outcome"] == "cancelled"
    assert (await twin)["links"][0]["outcome"] == "cancelled"
    assert [one["outcome"] for one in await asyncio.gather(*others)] == ["done"] * 3


async def test_a_file_by_its_path_answers_with_its_transcript(editor, workspace):
    path = workspace / "audio" / "message-to-anna.ogg"
    answer = await editor.command("transcribeFile", uri=path.as_uri())
    assert answer["outcome"] == "done"
    assert "second camera" in answer["text"]
    assert answer["markdown"].startswith("# message-to-anna.ogg")
    assert answer["model"] == "moonshine-tiny-en"
    assert 15 < answer["duration"] < 60


async def test_a_transcript_edited_by_hand_is_kept_unless_forced(editor, workspace):
    buffer = editor.open(workspace / "n.md", f"{HERON}\n")
    place = editor.place(buffer, "heron")
    await editor.command("transcribeLink", uri=buffer.uri, position=place)
    editor.type(buffer, buffer.text.index("herons"), "beautiful ")
    answer = await editor.command("transcribeLink", uri=buffer.uri, position=place)
    assert answer["links"][0]["outcome"] == "kept"
    assert "edited by hand" in editor.messages[-1]
    assert "beautiful herons" in buffer.text
    inside = editor.place(buffer, "beautiful")  # a position in the transcript means its link
    answer = await editor.command("transcribeLink", uri=buffer.uri, position=inside, force=True)
    assert answer["links"][0]["outcome"] == "replaced"
    assert "beautiful" not in buffer.text


async def test_refresh_replaces_what_belongs_to_another_recording(editor, workspace):
    buffer = editor.open(workspace / "n.md", f"{HERON}\n\n{SOURDOUGH}\n")
    await editor.command("transcribeDocument", uri=buffer.uri)
    shutil.copy(workspace / "audio/message-to-anna.ogg", workspace / "audio/heron-count.m4a")
    answer = await editor.command("refresh", uri=buffer.uri)
    assert [one["outcome"] for one in answer["links"]] == ["replaced", "unchanged"]
    assert "second camera" in buffer.text
    assert "herons" not in buffer.text


async def test_a_missing_file_is_told_with_what_to_do(editor, workspace):
    buffer = editor.open(workspace / "n.md", "[x](audio/heron-cuont.m4a)\n")
    answer = await editor.command("transcribeDocument", uri=buffer.uri)
    error = answer["links"][0]["error"]
    assert error["code"] == "media-not-found"
    assert "heron-count.m4a" in error["hint"]
    assert editor.messages == [f"{error['message']} {error['hint']}"]


async def test_no_link_at_the_cursor_is_told(editor, workspace):
    buffer = editor.open(workspace / "n.md", "Plain.\n")
    answer = await editor.command(
        "transcribeLink", uri=buffer.uri, position={"line": 0, "character": 2}
    )
    assert answer == {"links": []}
    assert "Put the cursor into a link" in editor.messages[-1]


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("transcribeLink", {}),
        ("transcribeLink", {"uri": "file:///nowhere.md", "position": {"line": 0, "character": 0}}),
        ("transcribeFile", {"path": "relative.mp3"}),
        ("cancel", {"path": 5}),
        ("noSuchCommand", {}),
    ],
)
async def test_wrong_arguments_get_an_answer_that_says_so(editor, name, arguments):
    with pytest.raises(JsonRpcException, match=r"wrong|not open|absolute|no command"):
        await editor.command(name, **arguments)


async def test_an_untitled_document_finds_files_in_the_workspace(editor):
    buffer = editor.open("untitled:Untitled-1", f"{HERON}\n")
    await editor.command("transcribeDocument", uri=buffer.uri)
    assert "herons" in buffer.text


async def test_streaming_shows_paragraphs_before_the_end(start, workspace, long_note):
    # Four times as long, so that its end is far away on a fast machine too.
    recording = workspace / "audio" / "long.wav"
    with wave.open(str(recording)) as once:
        how, sound = once.getparams(), once.readframes(once.getnframes())
    with wave.open(str(recording), "wb") as often:
        often.setparams(how)
        often.writeframes(sound * 4)
    editor = await start(configuration={"insert": "streaming"})
    buffer = editor.open(long_note)
    work = editor.start_command(
        "transcribeLink", uri=buffer.uri, position=editor.place(buffer, "long]")
    )
    await editor.until(lambda: "herons" in buffer.text, seconds=60)
    assert not work.done()
    editor.type(buffer, 0, "meanwhile\n\n")
    seen = buffer.text.count("herons")
    await editor.until(lambda: buffer.text.count("herons") > seen, seconds=60)
    await editor.command("cancel")
    assert (await work)["links"][0]["outcome"] == "cancelled"
    assert buffer.text == "meanwhile\n\n" + long_note.read_text()
