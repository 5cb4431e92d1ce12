// The real machine, for finding the server on it.

import { stat } from "node:fs/promises";
import * as os from "node:os";
import type { Answer, World } from "./find.ts";
import type { Machine } from "./layouts.ts";
import { lastLine, run } from "../run.ts";
import { versionIn } from "./version.ts";

/** Python starts slowly from a cold disk, or beside a virus scanner. */
const PATIENCE_SECONDS = 30;

export const thisMachine: Machine = {
  platform: process.platform,
  env: process.env,
  home: os.homedir(),
};

export function realWorld(log: (line: string) => void): World {
  return { ...thisMachine, isFile, ask, log };
}

export async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

async function ask(command: string): Promise<Answer> {
  const ended = await run(command, ["--version"], { seconds: PATIENCE_SECONDS, cwd: os.homedir() });
  const version = ended.status === 0 ? versionIn(ended.output) : undefined;
  if (version !== undefined) return { version };
  if (ended.status === undefined) return { reason: ended.reason };
  if (ended.status !== 0)
    return { reason: lastLine(ended.output) || `it ended with status ${ended.status}` };
  return { reason: "it is some other program" };
}
