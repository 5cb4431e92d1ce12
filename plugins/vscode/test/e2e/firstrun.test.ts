// The first run, on a machine with Python and no cuttledoc: to the first transcript by clicks alone.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { after, before } from "node:test";
import { Editor, REPOSITORY, VENV, until } from "./editor.ts";
import { Hand } from "./hand.ts";
import { story } from "./story.ts";

const SOURDOUGH = /second\s+sourdough\s+bread/i;

/** The folder of the Python that `.venv` was made of: that one can make environments. */
function pythonFolder(): string {
  const script = "import sys; print(sys.base_prefix)";
  const prefix = execFileSync(path.join(VENV, "bin/python"), ["-c", script], { encoding: "utf8" });
  return path.join(prefix.trim(), "bin");
}

let editor: Editor;
let hand: Hand;

before(async () => {
  editor = await Editor.start({
    theme: "Default Light Modern",
    programs: [pythonFolder()],
    // The package is not on the index yet.
    settings: { "cuttledoc.requirement": REPOSITORY },
  });
  hand = new Hand(editor.page);
});
after(async () => await editor.stop());

const test = story(() => editor);

test("a note with a recording offers to set the server up", async () => {
  await hand.open("kitchen.md");
  await hand.notification("not set up yet").waitFor();
  await hand.statusItem.filter({ hasText: "Cuttledoc" }).waitFor();
  await editor.screenshot("first-run-light");
});

test("one click sets it up, and says what it is doing", async () => {
  await hand.notification("not set up yet").getByRole("button", { name: "Set Up Server" }).click();
  await hand.notification("downloading packages").waitFor();
  await editor.screenshot("setting-up-light");
  await hand.lens("Transcribe").first().waitFor();
  assert.equal(editor.servers().length, 1);
});

test("transcribing asks for the model, fetches it and goes on", async () => {
  await hand.lens("Transcribe").first().click();
  const question = hand.notification("Download now?");
  await question.waitFor();
  await editor.screenshot("model-light");
  await question.getByRole("button", { name: "Download" }).click();
  await hand.sees(SOURDOUGH);
  await editor.screenshot("first-transcript-light");
  await hand.save();
  assert.match(editor.onDisk("kitchen.md"), SOURDOUGH);
});

test("hover and player fit a light theme and high contrast", async () => {
  await hand.pointAt("recordings/sourdough.mp3", /0:3\d/, true);
  await editor.screenshot("hover-light");
  await hand.hover.getByRole("link", { name: "Play" }).click();
  const player = await hand.player();
  await until(async () => (await player.time()) > 0, "the recording to play");
  await player.pause();
  await editor.screenshot("player-light");
  await hand.theme("Dark High Contrast");
  await editor.page.locator(".monaco-workbench.hc-black").waitFor();
  await player.frame.locator("body.vscode-high-contrast").waitFor();
  await editor.screenshot("player-high-contrast");
  await hand.theme("Light Modern");
  await editor.page.locator(".monaco-workbench.vs").waitFor();
  await hand.closePlayer();
});

test("the settings and the walkthrough are there", async () => {
  await hand.statusItem.click();
  await hand.choose("Settings");
  await editor.page
    .locator(".settings-editor .setting-item", { hasText: "ISO 639-1" })
    .first()
    .waitFor();
  await editor.screenshot("settings-light");
  await until(async () => {
    await editor.page.keyboard.press("Escape"); // this VS Code shows them above all else
    await editor.page.locator(".settings-editor").waitFor({ state: "detached", timeout: 3_000 });
    return true;
  }, "the settings to close");
  await hand.command("Cuttledoc: Get Started");
  await editor.page.locator(".gettingStartedContainer", { hasText: "Set up the server" }).waitFor();
  await editor.screenshot("walkthrough-light");
  await editor.page.getByRole("button", { name: "Transcribe a recording" }).click();
  await editor.page.getByRole("button", { name: "Open Example Note" }).click();
  await editor.page.locator('.tab.active[data-resource-name="note.md"]').waitFor();
  await hand.lens("Transcribe").first().click();
  await hand.sees(/Anna\. It/);
  await editor.screenshot("example-light");
  await hand.closeEditor();
});

test("a damaged environment is noticed, and repaired by a click, with uv where there is one", async () => {
  mkdirSync(editor.home(".local/bin"), { recursive: true });
  symlinkSync(path.join(VENV, "bin/uv"), editor.home(".local/bin/uv"));
  const command = editor.managed("bin/cuttledoc-lsp");
  assert.ok(existsSync(command));
  writeFileSync(command, "#!/nowhere/python\n");
  await hand.command("Cuttledoc: Restart Server");
  const message = hand.notification("is damaged: it is gone, or the Python it was installed with");
  await message.waitFor();
  await editor.screenshot("damaged-light");
  await message.getByRole("button", { name: "Repair Server" }).click();
  await until(() => editor.servers().length === 1, "the server to run again");
  assert.match(readFileSync(editor.managed("pyvenv.cfg"), "utf8"), /^uv = /m);
});
