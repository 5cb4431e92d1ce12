// Makes the environment of the server: with uv if it is there, with a Python's own venv if not.
// Knows no editor; what it needs of the machine comes in.

import { rm } from "node:fs/promises";
import type { Machine } from "../discovery/layouts.ts";
import { OLDEST_PYTHON, byName, inEnvironment } from "../discovery/layouts.ts";
import { PROGRAM } from "../discovery/find.ts";
import type { Ended, Run } from "../run.ts";
import { lastLine } from "../run.ts";
import { versionIn } from "../discovery/version.ts";
import type { Python } from "./python.ts";
import { findPython } from "./python.ts";

/** Why there is no environment. */
export type Obstacle =
  | { readonly kind: "cancelled" }
  | { readonly kind: "no-python" }
  | { readonly kind: "old-python"; readonly version: string }
  | { readonly kind: "no-venv"; readonly python: string; readonly version: string }
  | { readonly kind: "failed"; readonly reason: string };

export type Made =
  { readonly kind: "made"; readonly command: string; readonly version: string } | Obstacle;

/** What it is doing just now. */
export type Stage = "looking" | "environment" | "packages" | "checking";

export interface Order {
  /** Where the environment is to be; what is there is deleted first. */
  readonly folder: string;
  /** What pip is told to install. */
  readonly requirement: string;
  /** Folders in which no program is looked for. */
  readonly outside: readonly string[];
  readonly signal: AbortSignal;
}

export interface Tools extends Machine {
  readonly run: Run;
  isFile(path: string): Promise<boolean>;
  log(line: string): void;
  stage(stage: Stage): void;
}

/** Make the environment and see that its server answers. What was begun and failed is deleted. */
export async function makeEnvironment(tools: Tools, order: Order): Promise<Made> {
  tools.stage("looking");
  await remove(order.folder);
  const made = await attempt(tools, order);
  if (made.kind !== "made") await remove(order.folder);
  return order.signal.aborted ? { kind: "cancelled" } : made;
}

async function attempt(tools: Tools, order: Order): Promise<Made> {
  const uv = await find(tools, "uv", order);
  if (uv !== undefined) {
    tools.log(`uv: ${uv}`);
    const made = await withUv(tools, order, uv);
    if (made.kind === "made" || order.signal.aborted) return made;
    tools.log("uv could not do it; trying Python's own venv");
    await remove(order.folder);
    const other = await withVenv(tools, order);
    // What uv said is nearer to the cause than that there is no Python besides.
    return other.kind === "made" || other.kind === "failed" ? other : made;
  }
  tools.log("uv: none");
  return await withVenv(tools, order);
}

async function withUv(tools: Tools, order: Order, uv: string): Promise<Made> {
  const python = inEnvironment(tools, order.folder, "python");
  tools.stage("environment");
  const made = await step(tools, order, uv, [
    "venv",
    "--no-project",
    "--python",
    `>=3.${OLDEST_PYTHON}`,
    order.folder,
  ]);
  if (made.status !== 0) return failure(made);
  tools.stage("packages");
  const installed = await step(tools, order, uv, [
    "pip",
    "install",
    "--python",
    python,
    order.requirement,
  ]);
  if (installed.status !== 0) return failure(installed);
  return await checked(tools, order);
}

async function withVenv(tools: Tools, order: Order): Promise<Made> {
  const found = await findPython(tools, order.outside);
  if (found.kind !== "python") return found;
  const { command, args }: Python = found;
  tools.stage("environment");
  const made = await step(tools, order, command, [...args, "-m", "venv", order.folder]);
  if (made.status !== 0) return failure(made);
  tools.stage("packages");
  const python = inEnvironment(tools, order.folder, "python");
  const pip = [
    "-m",
    "pip",
    "install",
    "--disable-pip-version-check",
    "--no-input",
    order.requirement,
  ];
  const installed = await step(tools, order, python, pip);
  if (installed.status !== 0) return failure(installed);
  return await checked(tools, order);
}

async function checked(tools: Tools, order: Order): Promise<Made> {
  tools.stage("checking");
  const command = inEnvironment(tools, order.folder, PROGRAM);
  const answer = await step(tools, order, command, ["--version"]);
  const version = answer.status === 0 ? versionIn(answer.output) : undefined;
  return version === undefined ? failure(answer) : { kind: "made", command, version };
}

async function step(
  tools: Tools,
  order: Order,
  command: string,
  args: readonly string[],
): Promise<Ended> {
  tools.log(`$ ${[command, ...args].join(" ")}`);
  return await tools.run(command, args, {
    env: cleaned(tools.env),
    cwd: tools.home,
    signal: order.signal,
    line: (line) => tools.log(`  ${line}`),
  });
}

/** The environment without what would turn another Python's packages or paths on. */
function cleaned(env: Machine["env"]): NodeJS.ProcessEnv {
  const foreign = new Set([
    "PYTHONHOME",
    "PYTHONPATH",
    "VIRTUAL_ENV",
    "CONDA_PREFIX",
    "PIP_USER",
    "PIP_TARGET",
    "PIP_PREFIX",
  ]);
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !foreign.has(name.toUpperCase())),
  );
}

function failure(ended: Ended): Obstacle {
  const error = ended.output.split(/\r?\n/).findLast((line) => /^\s*(error|×)/i.test(line));
  return { kind: "failed", reason: (error?.trim() ?? lastLine(ended.output)) || ended.reason };
}

async function find(tools: Tools, name: string, order: Order): Promise<string | undefined> {
  for (const path of byName(tools, name, order.outside)) {
    if (await tools.isFile(path)) return path;
  }
  return undefined;
}

async function remove(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
}
