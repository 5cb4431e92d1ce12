// The small pure parts.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { isLink, isVideo, mentionsRecording } from "../../src/media.ts";
import { beginning, clock, pieceAt } from "../../src/player/follow.ts";
import { Backoff } from "../../src/server/backoff.ts";
import { configuration, ownSettings } from "../../src/server/settings.ts";
import type { Inspected } from "../../src/server/settings.ts";
import { Batch } from "../../src/ui/batch.ts";

suite("links as a drop or a paste leaves them", () => {
  for (const link of [
    "[a](b.mp3)",
    "![a](<a b.m4a>)",
    "\n![](x/y.OGG)\n",
    "![[memo.opus]]",
    '<audio controls src="memo.wav" title="Title"></audio>',
    '<video src="a.mp4" controls title="x"></video>',
  ]) {
    test(`are known: ${link.trim()}`, () => assert.ok(isLink(link)));
  }
  for (const text of [
    "see [a](b.mp3)",
    "[a](b.png)",
    "[a](https://example.org/b.mp3)",
    "b.mp3",
    "[a](b.mp3) and [c](d.mp3) and",
    "",
  ]) {
    test(`others are not: ${text}`, () => assert.ok(!isLink(text)));
  }

  test("a document that may have one is known by the ending", () => {
    assert.ok(mentionsRecording("x [a](b.mp3) y"));
    assert.ok(!mentionsRecording("# Readme\n\n[a](b.md)"));
  });

  test("a video is known by its ending", () => {
    assert.ok(isVideo("a.MP4") && !isVideo("a.m4a"));
  });
});

suite("the player", () => {
  const pieces = [0.2, 15.4, 21].map((start) => ({ start, end: start + 5, text: "" }));

  test("marks the last piece that has begun", () => {
    assert.deepEqual(
      [0, 0.2, 15.3, 15.4, 99].map((seconds) => pieceAt(pieces, seconds)),
      [-1, 0, 0, 1, 2],
    );
    assert.equal(pieceAt([], 3), -1);
  });

  test("takes a time stamp for the piece that begins within its second", () => {
    assert.equal(beginning(pieces, 15), 15.4);
    assert.equal(beginning(pieces, 16), 16);
  });

  test("writes times as people do", () => {
    assert.deepEqual([0, 7.9, 750, 3723].map(clock), ["0:00", "0:07", "12:30", "1:02:03"]);
  });
});

suite("a server that crashes", () => {
  test("is started again after ever longer waits, told once, and given up in the end", () => {
    const backoff = new Backoff();
    const verdicts = Array.from({ length: 6 }, () => backoff.crashed(100));
    assert.deepEqual(
      verdicts.map(({ first }) => first),
      [true, false, false, false, false, false],
    );
    const waits = verdicts.map(({ wait }) => wait ?? Infinity);
    assert.deepEqual(
      waits,
      waits.toSorted((one, other) => one - other),
    );
    assert.equal(waits.at(-1), Infinity);
  });

  test("begins a new count after a long good run, and when the user restarts it", () => {
    const backoff = new Backoff();
    backoff.crashed(100);
    assert.equal(backoff.crashed(600_000).first, true);
    backoff.reset();
    assert.equal(backoff.crashed(100).first, true);
  });
});

suite("settings on their way to the server", () => {
  const inspect = (values: Record<string, Inspected>) => (name: string) => values[name];

  test("defaults are left to the server; the workspace's values win over the user's", () => {
    const values = inspect({
      model: { globalValue: "a", workspaceValue: "b" },
      language: {},
      style: { globalValue: "" },
      jobs: { globalValue: null },
      codeLens: { workspaceFolderValue: false, workspaceValue: true },
    });
    assert.deepEqual(configuration(values), { model: "b", codeLens: false });
  });

  test("what may not come from a workspace is taken from the user only", () => {
    const values = inspect({
      modelsDir: { globalValue: "/mine", workspaceValue: "/theirs" },
      mirror: { workspaceValue: "https://example.org" },
    });
    assert.deepEqual(ownSettings(values, true), { modelsDir: "/mine" });
    assert.deepEqual(configuration(values), {});
  });
});

suite("models on a server", () => {
  const inspect = (values: Record<string, Inspected>) => (name: string) => values[name];

  test("are the user's to choose, and go with the initialization alone", () => {
    const values = inspect({
      model: { globalValue: "openai/whisper-1" },
      cloud: { globalValue: "on" },
    });
    assert.deepEqual(configuration(values), {});
    assert.deepEqual(ownSettings(values, true), { model: "openai/whisper-1", cloud: "on" });
  });

  test("get nothing from a workspace that is not trusted, whatever the user's settings say", () => {
    const values = inspect({ cloud: { globalValue: "on", workspaceValue: "on" } });
    assert.equal(ownSettings(values, false)["cloud"], "off");
    assert.equal(ownSettings(inspect({}), false)["cloud"], "off");
  });
});

suite("many progresses as one", () => {
  const batch = (): Batch => new Batch({ count: (done, total) => `${done}/${total}` });

  test("one recording is told by its own words", () => {
    const one = batch();
    one.begin("a", "Transcribing a.mp3");
    assert.equal(one.shown.message, "Transcribing a.mp3");
    one.report("a", "0:10 of 1:00", 17);
    assert.deepEqual(one.shown, { message: "Transcribing a.mp3: 0:10 of 1:00", percentage: 17 });
    one.end("a");
    assert.ok(one.over);
    assert.deepEqual(one.shown, { message: "Transcribing a.mp3: 0:10 of 1:00", percentage: 100 });
  });

  test("many are counted, those that wait too, and the bar never falls", () => {
    const ten = batch();
    ten.begin(1, "A");
    ten.report(1, "", 90);
    const before = ten.shown.percentage;
    ten.waiting = 9;
    assert.equal(ten.shown.percentage, before);
    ten.end(1);
    assert.ok(!ten.over);
    ten.begin(2, "B");
    ten.waiting = 8;
    assert.equal(ten.shown.message, "B · 1/10");
    assert.deepEqual(ten.tokens, [2]);
  });

  test("a percentage that falls, and a token that is not known, change nothing", () => {
    const one = batch();
    one.begin("a", "A");
    one.report("a", undefined, 50);
    one.report("a", undefined, 20);
    one.report("b", "?", 99);
    one.end("b");
    assert.deepEqual(one.shown, { message: "A", percentage: 50 });
  });
});
