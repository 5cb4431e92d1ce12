"""What plugins build on: drawings in hovers, links to commands, players, pickers, status news."""

import json
import os
import re
import shutil
import xml.etree.ElementTree as ET
from base64 import b64decode
from urllib.parse import unquote

import numpy as np
import pytest
from lsprotocol import types

from cuttledoc_lsp.uris import uri_of
from fixtures.media import RATE, write_cut_off, write_sound

HERON = "[heron](audio/heron-count.m4a)"
BREAD = "[bread](audio/sourdough.mp3)"
PLAYER = {"clientCommands": ["cuttledoc.play"]}


async def hover(editor, buffer, needle, into=1):
    answer = await editor.client.text_document_hover_async(
        types.HoverParams(
            types.TextDocumentIdentifier(buffer.uri), editor.position(buffer, needle, into=into)
        )
    )
    return answer and answer.contents.value


async def hover_with(editor, buffer, needle, wanted):
    """The hover once it shows something; the first may come without what takes a while."""
    texts = []

    async def look():
        texts.append(await hover(editor, buffer, needle))
        return wanted in texts[-1]

    for _ in range(50):
        if await look():
            return texts[-1]
    pytest.fail(f"{wanted} never came: {texts[-1]}")


async def lenses(editor, buffer):
    params = types.CodeLensParams(types.TextDocumentIdentifier(buffer.uri))
    found = await editor.client.text_document_code_lens_async(params)
    return [
        lens if lens.command else await editor.client.code_lens_resolve_async(lens)
        for lens in found
    ]


# --- drawings ------------------------------------------------------------------------------------


def quiet_then_loud(path):
    """Two seconds of a low tone, and two of a loud one."""
    wave = np.sin(np.arange(4 * RATE) * 0.2).astype(np.float32)
    wave[: 2 * RATE] *= 0.1
    return write_sound(path, wave * 0.8, RATE)


async def test_a_line_of_blocks_shows_where_it_is_loud(start, workspace):
    editor = await start(client_name="Neovim")
    quiet_then_loud(workspace / "two.wav")
    buffer = editor.open(workspace / "n.md", "[two](two.wav)\n")
    text = await hover_with(editor, buffer, "two]", "█")
    (line,) = re.findall(r"^[▁▂▃▄▅▆▇█]+$", text, re.MULTILINE)
    assert len(line) == 60
    assert set(line[:29]) == {"▂"}  # the filter smears the moment between
    assert set(line[31:]) == {"█"}


async def test_vs_code_gets_a_picture(start, workspace):
    editor = await start(client_name="Visual Studio Code")
    quiet_then_loud(workspace / "two.wav")
    buffer = editor.open(workspace / "n.md", "[two](two.wav)\n")
    text = await hover_with(editor, buffer, "two]", "![waveform](data:image/svg+xml;base64,")
    (data,) = re.findall(r"base64,([^)]*)\)", text)
    path = ET.fromstring(b64decode(data))[0].attrib["d"]  # noqa: S314 - it is our own
    tops = [float(one) for one in re.findall(r"M\S+ ([\d.]+)V", path)]
    assert len(tops) == 60
    assert min(tops[:29]) > max(tops[31:])  # the higher, the smaller


@pytest.mark.parametrize(("wanted", "shown"), [("image", "data:"), ("text", "█")])
async def test_the_user_may_say_how_it_is_drawn(start, workspace, wanted, shown):
    editor = await start(configuration={"waveform": wanted}, client_name="Other")
    buffer = editor.open(workspace / "n.md", f"{HERON}\n")
    assert "kHz" in await hover_with(editor, buffer, "heron]", shown)


async def test_a_drawing_that_is_not_wanted_is_not_made(start, workspace):
    editor = await start(options={"waveform": "off"})
    buffer = editor.open(workspace / "n.md", f"{HERON}\n")
    await hover_with(editor, buffer, "heron]", "kHz")
    text = await hover(editor, buffer, "heron]")
    assert "data:" not in text
    assert not set("▁▂▃▄▅▆▇█") & set(text)


async def test_a_recording_in_which_nothing_is_to_be_heard_is_told(editor, workspace):
    write_sound(workspace / "mute.wav", np.zeros(3 * RATE, np.float32), RATE)
    buffer = editor.open(workspace / "n.md", "[mute](mute.wav)\n")
    await hover_with(editor, buffer, "mute]", "It is silent")
    params = types.DocumentDiagnosticParams(types.TextDocumentIdentifier(buffer.uri))
    (found,) = (await editor.client.text_document_diagnostic_async(params)).items
    assert found.code == "silent"
    assert "Nothing is to be heard in mute.wav" in found.message
    shutil.copy(workspace / "audio/heron-count.m4a", workspace / "mute.wav")
    await hover_with(editor, buffer, "mute]", "kHz")
    assert not (await editor.client.text_document_diagnostic_async(params)).items


async def test_a_recording_that_is_cut_off_is_told_before_it_is_transcribed(editor, workspace):
    wave = np.sin(np.arange(20 * RATE) * 0.2).astype(np.float32)
    write_cut_off(workspace / "cut.m4a", wave, RATE)
    buffer = editor.open(workspace / "n.md", "[cut](cut.m4a)\n")
    await hover_with(editor, buffer, "cut]", "is cut off")
    params = types.DocumentDiagnosticParams(types.TextDocumentIdentifier(buffer.uri))
    (found,) = (await editor.client.text_document_diagnostic_async(params)).items
    assert found.code == "unreadable"
    assert "is cut off" in found.message


async def test_a_long_drawing_keeps_no_other_hover_waiting(editor, workspace, long_recording):
    for number in range(3):
        (workspace / f"long{number}.wav").symlink_to(long_recording)
    text = "".join(f"[long{number}](long{number}.wav)\n\n" for number in range(3)) + HERON
    buffer = editor.open(workspace / "n.md", text)
    for number in range(3):
        await hover(editor, buffer, f"long{number}]")
    assert "kHz" in await hover_with(editor, buffer, "heron]", "kHz")


# --- links to commands, and a player -------------------------------------------------------------


def commands(text):
    return {
        title: (name, json.loads(unquote(arguments)))
        for title, name, arguments in re.findall(r"\[([^\]]*)\]\(command:([\w.]+)\?([^)]*)\)", text)
    }


async def test_without_commands_of_the_client_nothing_links_to_one(editor, workspace):
    buffer = editor.open(workspace / "n.md", f"{HERON}\n")
    assert "command:" not in await hover_with(editor, buffer, "heron]", "kHz")
    assert [lens.command.title for lens in await lenses(editor, buffer)] == ["Transcribe"]


async def test_a_hover_links_to_commands_that_do_what_they_say(start, workspace):
    editor = await start(options=PLAYER)
    folder = workspace / "it's (new)"
    folder.mkdir()
    shutil.copy(workspace / "audio/heron-count.m4a", folder / "a b.m4a")
    buffer = editor.open(folder / "n.md", "[heron](<a b.m4a>)\n")
    found = commands(await hover_with(editor, buffer, "heron]", "kHz"))
    assert set(found) == {"Play", "Transcribe"}
    assert found["Play"] == (
        "cuttledoc.play",
        [{"uri": uri_of(folder / "a b.m4a"), "seconds": 0, "document": buffer.uri}],
    )
    await editor.client.workspace_execute_command_async(
        types.ExecuteCommandParams(*found["Transcribe"])
    )
    assert "herons" in buffer.text
    found = commands(await hover(editor, buffer, "heron]"))
    assert set(found) == {"Play", "Refresh", "Show transcript"}


async def test_a_time_stamp_can_be_played(start, workspace):
    editor = await start(options=PLAYER, configuration={"timestamps": "segment"})
    buffer = editor.open(workspace / "n.md", f"{HERON}\n")
    await editor.command("transcribeDocument", uri=buffer.uri)
    last = re.findall(r"\[\d:\d\d\]", buffer.text)[-1]
    (name, (argument,)) = commands(await hover(editor, buffer, last, into=2))["Play from here"]
    assert name == "cuttledoc.play"
    assert argument["seconds"] == int(last[3:5])
    assert argument["uri"].endswith("heron-count.m4a")


async def test_a_lens_plays_and_says_where_there_is_nothing_to_play(start, workspace):
    editor = await start(options=PLAYER)
    buffer = editor.open(workspace / "n.md", f"{HERON}\n\n[x](gone.mp3)\n")
    found = [lens.command for lens in await lenses(editor, buffer)]
    assert [one.title for one in found] == ["Transcribe", "Play", "Transcribe", "No such file"]
    assert found[1].command == "cuttledoc.play"
    (argument,) = found[1].arguments
    assert argument["uri"] == (workspace / "audio/heron-count.m4a").as_uri()


async def test_a_workspace_names_no_commands(start, workspace):
    editor = await start(configuration=PLAYER)
    await editor.until(lambda: editor.messages)
    assert "only taken from your own settings" in editor.messages[0]
    buffer = editor.open(workspace / "n.md", f"{HERON}\n")
    assert "command:" not in await hover_with(editor, buffer, "heron]", "kHz")


# --- recordingAt ---------------------------------------------------------------------------------


async def test_a_player_is_told_what_is_said_when(start, workspace):
    editor = await start(configuration={"timestamps": "paragraph"})
    buffer = editor.open(workspace / "n.md", f"Text.\n\n{HERON}\n")
    at = editor.place(buffer, "heron]")
    told = await editor.command("recordingAt", uri=buffer.uri, position=at)
    assert told["path"] == str(workspace / "audio/heron-count.m4a")
    assert told["uri"] == (workspace / "audio/heron-count.m4a").as_uri()
    assert told["target"] == "audio/heron-count.m4a"
    assert told["seconds"] == 0
    assert told["duration"] > 5
    assert told["segments"] == []
    await editor.command("transcribeDocument", uri=buffer.uri)
    told = await editor.command("recordingAt", uri=buffer.uri, position=at)
    assert "herons" in " ".join(one["text"] for one in told["segments"])
    times = [moment for one in told["segments"] for moment in (one["start"], one["end"])]
    assert times == sorted(times)
    assert times[-1] <= told["duration"]
    text = await editor.command(
        "recordingAt", uri=buffer.uri, position=editor.place(buffer, "Text.")
    )
    assert text is None


async def test_without_the_cache_the_time_stamps_tell(start, workspace):
    editor = await start(configuration={"timestamps": "segment"})
    text = (
        f'{HERON}\n\n<!-- cuttledoc source="audio/heron-count.m4a" audio="sha256:0" model="m" '
        'form="quote, segment" text="sha256:0" -->\n> [0:01] First\\* words\n> here.\n>\n'
        "> [0:04] And \\[0:02] more.\n<!-- /cuttledoc -->\n"
    )
    buffer = editor.open(workspace / "n.md", text)
    at = editor.place(buffer, "more")
    told = await editor.command("recordingAt", uri=buffer.uri, position=at)
    assert told["seconds"] == 4
    assert [(one["start"], one["text"]) for one in told["segments"]] == [
        (1, "First* words here."),
        (4, "And [0:02] more."),
    ]
    assert told["segments"][0]["end"] == 4
    assert told["segments"][1]["end"] == told["duration"]


async def test_nothing_to_play_is_null(editor, workspace):
    buffer = editor.open(workspace / "n.md", "[x](gone.mp3) [y](https://x.org/y.mp3)\n")
    for needle in ("x]", "y]"):
        at = editor.place(buffer, needle)
        assert await editor.command("recordingAt", uri=buffer.uri, position=at) is None


# --- pickers -------------------------------------------------------------------------------------


async def test_every_link_is_listed_with_its_state(editor, workspace):
    anna = "![[message-to-anna.ogg]]"
    film = "[film](audio/footbridge.mp4)"
    text = f"😀 {HERON}\n\n{BREAD}\n\n{anna}\n\n{film}\n\n[x](gone.mp3) [w](https://x.org/w.mp3)\n"
    buffer = editor.open(workspace / "n.md", text)
    for name in ("heron]", "bread]", "message-to"):
        at = editor.place(buffer, name)
        await editor.command("transcribeLink", uri=buffer.uri, position=at)
    editor.type(buffer, buffer.text.index("herons"), "beautiful ")
    shutil.copy(workspace / "audio/footbridge.mp4", workspace / "audio/message-to-anna.ogg")
    listed = (await editor.command("listLinks", uri=buffer.uri))["links"]
    assert [one["state"] for one in listed] == [
        "edited",
        "current",
        "stale",
        "none",
        "missing",
        "remote",
    ]
    assert listed[0]["range"]["start"] == {"line": 0, "character": 3}
    assert listed[0]["path"] == str(workspace / "audio/heron-count.m4a")
    assert listed[2]["target"] == "message-to-anna.ogg"
    assert listed[4]["path"] is None


async def test_recordings_are_listed_the_newest_first(start, workspace, tmp_path):
    other = tmp_path / "other"
    (other / ".git").mkdir(parents=True)
    shutil.copy(workspace / "audio/sourdough.mp3", other / ".git/hidden.mp3")
    shutil.copy(workspace / "audio/sourdough.mp3", other / "new one.mp3")
    os.utime(other / "new one.mp3", (4e9, 4e9))
    (other / "pipe.mp3").symlink_to("/dev/zero")
    editor = await start(folders=[workspace, other])
    listed = (await editor.command("listRecordings"))["recordings"]
    assert listed[0] == {
        "path": str(other / "new one.mp3"),
        "uri": (other / "new one.mp3").as_uri(),
        "relative": "other/new one.mp3",
    }
    assert {one["relative"] for one in listed[1:]} == {
        f"notes/audio/{name}"
        for name in ("footbridge.mp4", "heron-count.m4a", "message-to-anna.ogg", "sourdough.mp3")
    }


async def test_with_one_folder_paths_begin_below_it(editor):
    listed = (await editor.command("listRecordings"))["recordings"]
    assert "audio/heron-count.m4a" in [one["relative"] for one in listed]


# --- status --------------------------------------------------------------------------------------


async def test_the_status_is_told_when_it_changes_and_only_then(start, workspace):
    editor = await start(options={"statusNotifications": True})
    news = editor.notifications("cuttledoc/status")
    await editor.until(lambda: news)
    assert news[0] == await editor.command("status")
    buffer = editor.open(workspace / "n.md", f"{HERON}\n\n{BREAD}\n")
    await editor.command("transcribeDocument", uri=buffer.uri)
    await editor.until(lambda: len(news) > 1 and not news[-1]["jobs"])
    told = [[(job["path"], job["state"]) for job in one["jobs"]] for one in news]
    assert all(one != other for one, other in zip(told[1:], told, strict=False))
    assert any(job["state"] == "running" for one in news for job in one["jobs"])
    assert len(news) < 12  # steps forward are not told


async def test_without_being_asked_for_no_status_is_told(editor, workspace):
    news = editor.notifications("cuttledoc/status")
    buffer = editor.open(workspace / "n.md", f"{HERON}\n")
    await editor.command("transcribeDocument", uri=buffer.uri)
    await editor.command("status")
    assert news == []
