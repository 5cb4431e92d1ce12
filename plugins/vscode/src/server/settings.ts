// What the server is told of the user's settings, and by which way.

/** A setting's values by where they were set; the part of VS Code's answer that is used. */
export interface Inspected {
  readonly globalValue?: unknown;
  readonly workspaceValue?: unknown;
  readonly workspaceFolderValue?: unknown;
}

export type Inspect = (name: string) => Inspected | undefined;

/** Settings that only the user may set: they go with the initialization, never by request. */
const TRUSTED = ["sources", "mirror", "modelsDir", "cacheDir"] as const;

/** Settings that a workspace may set too. */
const OPEN = [
  "model",
  "language",
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
export const STARTING: readonly string[] = [...TRUSTED, "path", "cloud.enabled"];

/**
 * What somebody has set, for `workspace/configuration`. Defaults are left out, or they would hide
 * the user's settings file and environment, which the command line heeds too.
 */
export function configuration(inspect: Inspect): Record<string, unknown> {
  return given(OPEN, (name) => {
    const values = inspect(name);
    return values?.workspaceFolderValue ?? values?.workspaceValue ?? values?.globalValue;
  });
}

/** The user's own settings, for the initialization. */
export function ownSettings(inspect: Inspect): Record<string, unknown> {
  return given(TRUSTED, (name) => inspect(name)?.globalValue);
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
