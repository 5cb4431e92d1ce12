// A user's day with cuttledoc, in real VS Code, with a real server and the real model.

import assert from "node:assert/strict";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { after, before } from "node:test";
import type { Locator } from "playwright-core";
import { Editor, MODELS, REPOSITORY, VENV, until } from "./editor.ts";
import { Hand } from "./hand.ts";
import { story } from "./story.ts";

const SOURDOUGH = /second\s+sourdough\s+bread/i;

const MEMOS = Array.from({ length: 10 }, (_, index) => `memo-${index + 1}.mp3`);
const NOTES = {
  "broken.md": "# Broken\n\n![the bread](recordings/sourdogh.mp3)\n",
  "long.md": "# Long\n\n![long](recordings/long.mp3)\n\nBelow.\n",
  "longer.md": "# Longer\n\n![longer](recordings/longer.mp3)\n",
  "ten.md": MEMOS.map((name) => `![${name}](recordings/${name})\n`).join("\n"),
  "pasted.md": "# Pasted\n\n",
};

let editor: Editor;
let hand: Hand;

before(async () => {
  editor = await Editor.start({
    theme: "Default Dark Modern",
    programs: [path.join(VENV, "bin")],
    models: MODELS,
    settings: { "cuttledoc.timestamps": "paragraph" },
    notes: NOTES,
  });
  hand = new Hand(editor.page);
});
after(async () => await editor.stop());

const test = story(() => editor);

/** Undo what a test did to a recording. */
function restore(name: string): void {
  copyFileSync(
    path.join(REPOSITORY, "examples/recordings", name),
    editor.path(`recordings/${name}`),
  );
}

/** A recording of some minutes: MP3 frames may simply follow each other. */
function longRecording(name: string, times: number): void {
  const once = readFileSync(editor.path("recordings/sourdough.mp3"));
  writeFileSync(editor.path(`recordings/${name}`), Buffer.concat(Array<Buffer>(times).fill(once)));
}

test("opening a note shows a lens above its link", async () => {
  await hand.open("kitchen.md");
  await hand.lens("Transcribe").first().waitFor();
  await editor.screenshot("lens-dark");
});

test("the palette command transcribes the link under the cursor, on disk after a save", async () => {
  await hand.goTo(7, 60);
  await hand.command("Cuttledoc: Transcribe Audio");
  await hand.sees(SOURDOUGH);
  await hand.save();
  const text = editor.onDisk("kitchen.md");
  assert.match(text, SOURDOUGH);
  assert.match(text, /<!-- cuttledoc source="recordings\/sourdough\.mp3"/);
  assert.match(text, /\[0:00\]/);
  await hand.lens("Refresh").first().waitFor();
  await editor.screenshot("transcript-dark");
  await editor.screenshot("readme-transcript", { x: 346, y: 36, width: 830, height: 470 });
});

test("one undo takes the transcript out again, one redo brings it back", async () => {
  await hand.focusEditor();
  await editor.page.keyboard.press("Control+z");
  await hand.seesNot(SOURDOUGH);
  await editor.page.keyboard.press("Control+Shift+z");
  await hand.sees(SOURDOUGH);
  await hand.save();
});

test("a transcript that is up to date is left alone, and it is said", async () => {
  await hand.goTo(7, 60);
  await hand.command("Cuttledoc: Transcribe Audio");
  await hand.notification("The transcript is up to date.").waitFor();
  await hand.clearNotifications();
});

test("the hover shows the recording, its waveform and its first words", async () => {
  // The first look at a file may come before the server knows it; the next one is whole.
  const whole = /sourdough\.mp3 · 0:3\d[\s\S]*second\s+sourdough\s+bread/;
  await hand.pointAt("recordings/sourdough.mp3", whole, true);
  await editor.screenshot("hover-dark");
  await editor.screenshot("readme-hover", { x: 346, y: 200, width: 830, height: 300 });
});

test("the hover's link opens the player at the beginning", async () => {
  await hand.hover.getByRole("link", { name: "Play" }).click();
  const player = await hand.player();
  await until(async () => (await player.time()) > 0, "the recording to play");
  assert.match(await player.current(), /These are my notes/);
});

test("a click on a time stamp's hover opens the player at that second", async () => {
  const player = await hand.player();
  await player.pause();
  const stamp = /\[(0:1\d)\]/.exec(await hand.text())?.[1];
  assert.ok(stamp !== undefined, "there is a time stamp after ten seconds");
  const seconds = Number(stamp.slice(2));
  const hover = await hand.pointAt(stamp, "Play from here");
  await hover.getByRole("link", { name: "Play from here" }).click();
  await until(
    async () => Math.abs((await player.time()) - seconds) < 4 && !(await player.paused()),
    "the player at that second",
  );
  assert.ok((await player.time()) >= seconds - 0.1);
  await editor.screenshot("player-dark");
  await editor.screenshot("readme-player", { x: 346, y: 36, width: 830, height: 560 });
  await player.frame.getByLabel("Speed").selectOption("2×");
  const marked = await player.current();
  await until(async () => (await player.current()) !== marked, "the transcript to follow");
  await player.pause();
});

test("a piece of the transcript in the player is a button that plays it", async () => {
  const player = await hand.player();
  const pieces = player.frame.locator("#transcript button");
  assert.ok((await pieces.count()) > 1);
  await pieces.first().click();
  await until(async () => (await player.time()) < 3, "the beginning");
  await hand.closePlayer();
});

test("a lens transcribes its link", async () => {
  await hand.open("notes.md");
  await hand.lens("Transcribe").first().click();
  await hand.sees('source="recordings/heron-count.m4a"');
  assert.ok(!editor.onDisk("notes.md").includes("<!-- cuttledoc"), "it is saved by the user only");
  await hand.save();
  assert.match(editor.onDisk("notes.md"), /source="recordings\/heron-count\.m4a"/);
});

test("a quick fix transcribes where the cursor is", async () => {
  const line =
    editor
      .onDisk("notes.md")
      .split("\n")
      .findIndex((text) => text.startsWith("![[message")) + 1;
  await hand.goTo(line, 6);
  await hand.codeAction("Transcribe this recording");
  await hand.sees(/source="message-to-anna\.ogg"/);
  await hand.save();
});

test("without a link under the cursor, the palette command asks which one", async () => {
  await hand.goTo(1);
  await hand.command("Cuttledoc: Transcribe Audio");
  await editor.page
    .locator(".quick-input-list .monaco-list-row", { hasText: "footbridge.mp4" })
    .waitFor();
  await editor.screenshot("picker-dark");
  await hand.choose("footbridge.mp4");
  await until(async () => {
    await hand.save();
    return editor.onDisk("notes.md").includes('source="recordings/footbridge.mp4"');
  }, "the transcript of the video");
});

test("a missing file is marked, and a quick fix mends the link", async () => {
  await hand.open("broken.md");
  await editor.page.locator(".squiggly-warning").first().waitFor();
  await hand.goTo(3, 20);
  await editor.screenshot("missing-dark");
  await hand.codeAction("Link recordings/sourdough.mp3");
  await hand.sees("![the bread](recordings/sourdough.mp3)");
  await editor.page.locator(".squiggly-warning").first().waitFor({ state: "detached" });
  await hand.save();
});

test("a stale transcript is marked and refreshed", async () => {
  await hand.open("kitchen.md");
  copyFileSync(
    editor.path("recordings/message-to-anna.ogg"),
    editor.path("recordings/sourdough.mp3"),
  );
  await editor.page.locator(".squiggly-info").first().waitFor();
  await hand.command("Cuttledoc: Refresh Stale Transcripts");
  await hand.seesNot(SOURDOUGH);
  await hand.sees(/Anna/);
  await hand.save();
  assert.match(editor.onDisk("kitchen.md"), /Anna/);
});

test("typing goes on while a long recording is transcribed, and nothing typed is lost", async () => {
  restore("sourdough.mp3");
  longRecording("long.mp3", 8);
  await hand.open("long.md");
  await hand.lens("Transcribe").first().click();
  await hand.notification(/Transcribing long\.mp3/).waitFor();
  await hand.goTo(5, 7);
  await editor.page.keyboard.type(" I go on writing.", { delay: 20 });
  await hand.sees("Below. I go on writing.");
  assert.equal(await hand.notification(/Transcribing long\.mp3/).count(), 1, "it still runs");
  await editor.screenshot("progress-dark");
  await hand.sees(SOURDOUGH);
  await hand.save();
  const text = editor.onDisk("long.md");
  assert.match(text, SOURDOUGH);
  assert.match(text, /\nBelow\. I go on writing\.\n$/);
  await editor.page.keyboard.press("Control+z");
  await hand.seesNot(SOURDOUGH);
  await hand.sees("Below. I go on writing.");
  await hand.save();
});

test("Cancel in the notification ends the work and leaves the note alone", async () => {
  longRecording("longer.mp3", 60);
  await hand.open("longer.md");
  await hand.lens("Transcribe").first().click();
  const notification = hand.notification(/Transcribing longer\.mp3/);
  await notification.getByRole("button", { name: "Cancel" }).click();
  await notification.waitFor({ state: "detached" });
  await hand.seesNot(SOURDOUGH);
  assert.equal(editor.onDisk("longer.md"), NOTES["longer.md"]);
});

test("ten recordings in a queue are one notification", async () => {
  for (const [index, name] of MEMOS.entries()) longRecording(name, index + 2);
  await hand.open("ten.md");
  await hand.lens("Transcribe").first().waitFor();
  await hand.command("Cuttledoc: Transcribe All Audio in Document");
  await hand.notification(/[1-9] of 10 done/).waitFor();
  assert.equal(await hand.notification(/./).count(), 1);
  await hand.statusItem.filter({ hasText: /Cuttledoc \d/ }).waitFor();
  await editor.screenshot("queue-dark");
  await editor.screenshot("readme-queue", { x: 700, y: 600, width: 480, height: 160 });
  await hand
    .notification(/of 10 done/)
    .getByRole("button", { name: "Cancel" })
    .click();
  await hand.notification(/of 10 done/).waitFor({ state: "detached" });
  await hand.statusItem.filter({ hasText: /Cuttledoc$/ }).waitFor();
});

test("a recording that is pasted into a note is offered to be transcribed", async () => {
  await hand.open("pasted.md");
  await hand.goTo(3);
  await hand.paste("[message](recordings/message-to-anna.ogg)");
  await hand
    .notification("Transcribe the recording you have just linked?")
    .getByRole("button", { name: "Transcribe" })
    .click();
  await hand.sees(/Anna/);
  await hand.save();
});

test("a recording in the explorer is transcribed into a new document", async () => {
  const row = (name: string): Locator => editor.page.getByRole("treeitem", { name, exact: true });
  await row("recordings").click();
  await row("sourdough.mp3").click({ button: "right" });
  await hand.contextMenu("Transcribe into New Document");
  await hand.sees(SOURDOUGH);
  await hand.sees(/^# sourdough\.mp3/m);
  await hand.closeEditor();
});

test("what was said is found in all notes", async () => {
  await hand.command("Cuttledoc: Search Transcripts");
  await editor.page.getByPlaceholder("Words that were said").fill("heron");
  await editor.page
    .locator(".quick-input-list .monaco-list-row", { hasText: "notes.md" })
    .first()
    .waitFor();
  await editor.screenshot("search-dark");
  await hand.choose("notes.md");
  await editor.page.locator('.tab.active[data-resource-name="notes.md"]').waitFor();
});

test("the status bar tells the model and opens a menu", async () => {
  await hand.statusItem.click();
  await editor.page.locator(".quick-input-widget input[placeholder*='moonshine']").waitFor();
  await editor.screenshot("menu-dark");
  await hand.choose("Manage Models");
  await editor.page
    .locator(".quick-input-list .monaco-list-row", { hasText: "moonshine-tiny-en" })
    .waitFor();
  await editor.screenshot("models-dark");
  await editor.page.keyboard.press("Escape");
});

test("a server that is killed is started again, is told once, and costs no text", async () => {
  await hand.open("kitchen.md");
  const before = await hand.text();
  const [victim] = editor.servers();
  assert.ok(victim !== undefined);
  process.kill(victim, "SIGKILL");
  await hand.notification("stopped unexpectedly").waitFor();
  await until(() => editor.servers().some((pid) => pid !== victim), "another server");
  assert.equal(await hand.text(), before);
  assert.equal(await hand.notification("stopped unexpectedly").count(), 1);
  await hand.clearNotifications();
  await hand.goTo(7, 60);
  await hand.command("Cuttledoc: Remove Transcript");
  await hand.seesNot("<!-- cuttledoc");
  await hand.save();
});
