// What the server is told of the user's settings, and by which way.

/** A setting's values by where they were set; the part of VS Code's answer that is used. */
export interface Inspected {
  readonly globalValue?: unknown;
  readonly workspaceValue?: unknown;
  readonly workspaceFolderValue?: unknown;
}

export type Inspect = (name: string) => Inspected | undefined;

/** Settings that only the user may set: they go with the initialization, never by request. */
const TRUSTED = [
  "sources",
  "mirror",
  "cloud",
  "cloudUrl",
  "cloudSeconds",
  "modelsDir",
  "cacheDir",
] as const;

/** Settings that a workspace may set too. */
const OPEN = [
  "model",
  "language",
  "vocabulary",
  "style",
  "timestamps",
  "insert",
  "jobs",
  "idleSeconds",
  "cacheMegabytes",
  "codeLens",
  "inlayHints",
  "waveform",
] as const;

/** All settings that the server knows. */
export const SERVER_SETTINGS: readonly string[] = [...TRUSTED, ...OPEN];

/** Settings that are read when the server starts; a change starts it anew. */
export const STARTING: readonly string[] = [...TRUSTED, "path", "model"];

/**
 * What somebody has set, for `workspace/configuration`. Defaults are left out, or they would hide
 * the user's settings file and environment, which the command line heeds too.
 */
export function configuration(inspect: Inspect): Record<string, unknown> {
  return given(OPEN, (name) => {
    const values = inspect(name);
    const own = values?.globalValue;
    const theirs = values?.workspaceFolderValue ?? values?.workspaceValue;
    // A model on a server is the user's to choose: it goes with the initialization alone.
    return theirs ?? (name === "model" && isElsewhere(own) ? undefined : own);
  });
}

/**
 * The user's own settings, for the initialization.
 *
 * @param trusted - Whether the workspace is; in another nothing is sent to any server.
 */
export function ownSettings(inspect: Inspect, trusted: boolean): Record<string, unknown> {
  const own = given([...TRUSTED, "model"], (name) => inspect(name)?.globalValue);
  return trusted ? own : { ...own, cloud: "off" };
}

/** Whether a value names a model that runs on a server. */
function isElsewhere(model: unknown): boolean {
  return typeof model === "string" && /^(openai|chat)(\/|$)/.test(model);
}

function given(
  names: readonly string[],
  value: (name: string) => unknown,
): Record<string, unknown> {
  const found = names.map((name): [string, unknown] => [name, value(name)]);
  return Object.fromEntries(
    found.filter(([, one]) => one !== undefined && one !== null && one !== ""),
  );
}
