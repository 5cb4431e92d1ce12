// Finds the server: which program is started, and why.

import type { Machine } from "./layouts.ts";
import { besidePython, byName, inEnvironment, pathsOf } from "./layouts.ts";
import { fits } from "./version.ts";

export const PROGRAM = "cuttledoc-lsp";

/** Where a server was found. */
export type Source = "setting" | "python" | "path" | "managed";

/** A server that answers and fits. */
export interface Found {
  readonly kind: "found";
  readonly source: Source;
  readonly command: string;
  readonly version: string;
}

/** Why there is none. */
export type Missing =
  | { readonly kind: "none" }
  | {
      readonly kind: "broken";
      readonly source: Source;
      readonly command: string;
      readonly reason: string;
    }
  | {
      readonly kind: "version";
      readonly source: Source;
      readonly command: string;
      readonly version: string;
    };

/** What a program answered to `--version`. */
export type Answer = { readonly version: string } | { readonly reason: string };

/** The part of the outside that is needed. */
export interface World extends Machine {
  isFile(path: string): Promise<boolean>;
  ask(command: string): Promise<Answer>;
  log(line: string): void;
}

export interface Wanted {
  /** The extension's version. */
  readonly version: string;
  /** The setting `cuttledoc.path`; it cannot come from a workspace. */
  readonly setting: string;
  /** Whether the workspace is trusted. */
  readonly trusted: boolean;
  /** The interpreter that the Python extension has chosen; undefined without that extension. */
  readonly python: string | undefined;
  /** The environment that the extension makes; it need not exist. */
  readonly managed: string;
  /** The workspace's folders. */
  readonly folders: readonly string[];
}

/**
 * Find the server. The order:
 *
 * 1. the setting `cuttledoc.path`; if it is set, nothing else is tried
 * 2. the environment of the Python extension, in a trusted workspace: it may lie in the workspace
 * 3. `cuttledoc-lsp` on the PATH, and where uv and pipx install to
 * 4. the environment that this extension has made
 *
 * A server that does not start, or is of another version, is passed over in 2 to 4. If none is
 * left, the first that was passed over is told, the managed one before others.
 */
export async function findServer(world: World, wanted: Wanted): Promise<Found | Missing> {
  if (wanted.setting !== "") {
    const command = expanded(world, wanted.setting);
    world.log(`1. cuttledoc.path names ${command}; nothing else is tried`);
    return await judged(world, wanted, "setting", command);
  }
  world.log("1. cuttledoc.path is not set");

  const passed: Missing[] = [];
  for (const { source, command } of await candidates(world, wanted)) {
    const answer = await judged(world, wanted, source, command);
    if (answer.kind === "found") return answer;
    passed.push(answer);
  }
  const own = passed.find((one) => one.kind !== "none" && one.source === "managed");
  const worst = own ?? passed[0] ?? { kind: "none" };
  world.log(`no server: ${worst.kind}`);
  return worst;
}

interface Candidate {
  readonly source: Source;
  readonly command: string;
}

async function candidates(world: World, wanted: Wanted): Promise<Candidate[]> {
  const found: Candidate[] = [];
  const look = async (step: string, source: Source, commands: readonly string[]): Promise<void> => {
    let none = true;
    for (const command of commands) {
      if (!(await world.isFile(command))) continue;
      none = false;
      world.log(`${step}: ${command}`);
      found.push({ source, command });
    }
    if (none) world.log(`${step}: none`);
  };

  const second = "2. environment of the Python extension";
  if (!wanted.trusted) world.log(`${second}: not looked at, the workspace is not trusted`);
  else if (wanted.python === undefined)
    world.log(`${second}: no Python extension, or no interpreter chosen`);
  else await look(second, "python", besidePython(world, wanted.python, PROGRAM));

  await look(
    "3. PATH, and where uv and pipx install",
    "path",
    byName(world, PROGRAM, wanted.folders),
  );

  const managed = inEnvironment(world, wanted.managed, PROGRAM);
  await look("4. environment made by this extension", "managed", [managed]);
  return found;
}

async function judged(
  world: World,
  wanted: Wanted,
  source: Source,
  command: string,
): Promise<Found | Missing> {
  if (!pathsOf(world).isAbsolute(command)) {
    return { kind: "broken", source, command, reason: "it is not an absolute path" };
  }
  const answer = (await world.isFile(command))
    ? await world.ask(command)
    : { reason: "there is no such file" };
  if ("reason" in answer) {
    world.log(`   passed over ${command}: ${answer.reason}`);
    return { kind: "broken", source, command, reason: answer.reason };
  }
  if (!fits(answer.version, wanted.version)) {
    world.log(
      `   passed over ${command}: it is ${answer.version}, the extension ${wanted.version}`,
    );
    return { kind: "version", source, command, version: answer.version };
  }
  world.log(`   taken: ${command}, version ${answer.version} (${source})`);
  return { kind: "found", source, command, version: answer.version };
}

function expanded(world: World, setting: string): string {
  return /^~(?=[/\\]|$)/.test(setting)
    ? pathsOf(world).join(world.home, setting.slice(1))
    : setting;
}
