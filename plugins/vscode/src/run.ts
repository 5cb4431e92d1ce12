// Runs a program to its end.

import { spawn } from "node:child_process";

/** What became of a program; never thrown. */
export interface Ended {
  /** Exit status; undefined if it did not start, was killed or took too long. */
  readonly status: number | undefined;
  /** Standard output and standard error, as they came. */
  readonly output: string;
  /** Why there is no status. */
  readonly reason: string;
}

export interface RunOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly seconds?: number;
  readonly signal?: AbortSignal;
  /** Told each line as it comes. */
  readonly line?: (line: string) => void;
}

export type Run = (
  command: string,
  args: readonly string[],
  options?: RunOptions,
) => Promise<Ended>;

/** Run a program without a shell. */
export const run: Run = async (command, args, options = {}) =>
  await new Promise((resolve) => {
    let output = "";
    let rest = "";
    let late = false;
    const child = spawn(command, args, {
      env: options.env ?? process.env,
      cwd: options.cwd,
      signal: options.signal,
      stdio: ["ignore", "pipe", "pipe"],
      windowsHide: true,
    });
    const timer =
      options.seconds === undefined
        ? undefined
        : setTimeout(() => {
            late = true;
            child.kill("SIGKILL");
          }, options.seconds * 1000);
    const heard = (chunk: string): void => {
      output += chunk;
      const lines = (rest + chunk).split(/\r?\n|\r/);
      rest = lines.pop() ?? "";
      for (const line of lines) options.line?.(line);
    };
    child.stdout.setEncoding("utf8").on("data", heard);
    child.stderr.setEncoding("utf8").on("data", heard);
    const end = (status: number | undefined, reason: string): void => {
      clearTimeout(timer);
      if (rest !== "") options.line?.(rest);
      rest = "";
      resolve({ status, output, reason });
    };
    child.on("error", (error) => end(undefined, whyNot(error)));
    child.on("close", (code, signal) => {
      if (late) end(undefined, `it did not answer within ${options.seconds ?? 0} seconds`);
      else end(code ?? undefined, code === null ? `it was ended by ${signal ?? "a signal"}` : "");
    });
  });

/** Why a program did not start; a script is “not found” too where its interpreter is not. */
function whyNot(error: NodeJS.ErrnoException): string {
  if (error.code === "ENOENT") return "it is gone, or the Python it was installed with is";
  if (error.code === "EACCES") return "this user may not run it";
  return error.message;
}

/** The last line that says something. */
export function lastLine(output: string): string {
  return output.trim().split(/\r?\n/).at(-1)?.trim() ?? "";
}
