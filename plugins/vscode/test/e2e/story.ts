// Tests that follow each other in one window, as a user's steps do.

import { test } from "node:test";
import type { Editor } from "./editor.ts";

export type Step = (name: string, run: () => Promise<void>) => void;

/** A way to tell steps. Where one fails, there is a picture of it, and the others are skipped. */
export function story(editor: () => Editor): Step {
  let failed = "";
  return (name, run) => {
    void test(name, async (context) => {
      if (failed !== "") {
        context.skip(`“${failed}” failed`);
        return;
      }
      try {
        await run();
      } catch (error) {
        failed = name;
        await editor().screenshot(`failed-${name.replace(/\W+/g, "-")}`);
        throw error;
      }
    });
  };
}
