import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as path from "node:path";
import { Editor, MODELS, VENV } from "./editor.ts";
import { Hand } from "./hand.ts";

let editor: Editor;
let hand: Hand;
before(async () => {
  editor = await Editor.start({
    theme: "Default Dark Modern",
    programs: [path.join(VENV, "bin")],
    models: MODELS,
  });
  hand = new Hand(editor.page);
});
after(async () => await editor.stop());

test("the palette command transcribes", async () => {
  await hand.open("kitchen.md");
  await hand.lens("Transcribe").first().waitFor();
  await editor.screenshot("0-open");
  await hand.command("Cuttledoc: Transcribe All Audio in Document");
  await hand.sees(/sourdough bread/);
  await hand.save();
  await editor.screenshot("1-done");
  assert.match(editor.onDisk("kitchen.md"), /second sourdough bread/);
});
