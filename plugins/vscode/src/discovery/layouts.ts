// Where programs lie on the three platforms. Pure: platform, environment and home come in.

import * as path from "node:path";

/** A machine, as far as looking for programs is concerned. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

/** The path functions of the machine's platform, which in tests is not the one they run on. */
export function pathsOf(machine: Machine): path.PlatformPath {
  return machine.platform === "win32" ? path.win32 : path.posix;
}

function executable(machine: Machine, name: string): string {
  return machine.platform === "win32" ? `${name}.exe` : name;
}

/** A variable of the environment; Windows does not care about the case of its name. */
export function variable(machine: Machine, name: string): string | undefined {
  if (machine.platform !== "win32") return machine.env[name];
  const wanted = name.toLowerCase();
  return Object.entries(machine.env).find(([key]) => key.toLowerCase() === wanted)?.[1];
}

/** The folder of programs of a virtual environment. */
function programsOf(machine: Machine, environment: string): string {
  return pathsOf(machine).join(environment, machine.platform === "win32" ? "Scripts" : "bin");
}

/** A program of a virtual environment. */
export function inEnvironment(machine: Machine, environment: string, name: string): string {
  return pathsOf(machine).join(programsOf(machine, environment), executable(machine, name));
}

/**
 * Where a Python interpreter's environment may keep a program: beside the interpreter; on Windows,
 * conda and the installer of python.org keep python.exe one folder higher.
 */
export function besidePython(machine: Machine, python: string, name: string): string[] {
  const paths = pathsOf(machine);
  const folder = paths.dirname(python);
  const beside = paths.join(folder, executable(machine, name));
  if (machine.platform !== "win32") return [beside];
  return [beside, paths.join(folder, "Scripts", executable(machine, name))];
}

/**
 * Where a program can be found by its name, best first: the folders on the PATH, then those that
 * uv, pipx and package managers install into. A VS Code that was started from a dock or a menu
 * often has a PATH without the latter.
 *
 * Relative folders, and those inside `outside`, are left out: a workspace must not be able to put
 * a program in the way.
 */
export function byName(machine: Machine, name: string, outside: readonly string[] = []): string[] {
  const paths = pathsOf(machine);
  const onPath = (variable(machine, "PATH") ?? "").split(paths.delimiter);
  const folders = [...onPath, ...wellKnown(machine)]
    .map((folder) => folder.replace(/^"(.*)"$/, "$1"))
    .filter((folder) => paths.isAbsolute(folder))
    .map((folder) => paths.normalize(folder))
    .filter((folder) => !outside.some((root) => isInside(machine, folder, root)));
  return [...new Set(folders)].map((folder) => paths.join(folder, executable(machine, name)));
}

/** Whether a path is a folder, or lies in it. */
export function isInside(machine: Machine, inner: string, folder: string): boolean {
  const paths = pathsOf(machine);
  const way = paths.relative(folder, inner);
  return (
    way === "" || (way !== ".." && !way.startsWith(`..${paths.sep}`) && !paths.isAbsolute(way))
  );
}

function wellKnown(machine: Machine): string[] {
  const paths = pathsOf(machine);
  const named = ["UV_TOOL_BIN_DIR", "PIPX_BIN_DIR", "XDG_BIN_HOME"]
    .map((name) => variable(machine, name))
    .filter((folder) => folder !== undefined);
  const home = [
    paths.join(machine.home, ".local", "bin"),
    paths.join(machine.home, ".cargo", "bin"),
  ];
  if (machine.platform === "win32") return [...named, ...home];
  const brew = machine.platform === "darwin" ? ["/opt/homebrew/bin"] : [];
  return [...named, ...home, ...brew, "/usr/local/bin", "/usr/bin"];
}

/** The oldest Python that the server runs on, and the newest that is looked for by its name. */
export const OLDEST_PYTHON = 11;
const NEWEST_PYTHON = 15;

/** A command that may start a Python interpreter. */
export interface Interpreter {
  readonly command: string;
  readonly args: readonly string[];
}

/** What may be a Python new enough, best first; the files need not exist. */
export function interpreters(machine: Machine, outside: readonly string[]): Interpreter[] {
  const paths = pathsOf(machine);
  const plain = (command: string): Interpreter => ({ command, args: [] });
  if (machine.platform === "win32") {
    const installed = variable(machine, "LOCALAPPDATA");
    const folders =
      installed === undefined
        ? []
        : versions().map((minor) =>
            paths.join(installed, "Programs", "Python", `Python3${minor}`, "python.exe"),
          );
    return [
      ...byName(machine, "py", outside).map((command) => ({ command, args: ["-3"] })),
      ...byName(machine, "python", outside).map(plain),
      ...folders.map(plain),
    ];
  }
  // The plain name first: it is what the user chose; the numbered ones help where it is too old.
  const names = ["python3", "python", ...versions().map((minor) => `python3.${minor}`)];
  const frameworks =
    machine.platform === "darwin"
      ? versions().map(
          (minor) => `/Library/Frameworks/Python.framework/Versions/3.${minor}/bin/python3`,
        )
      : [];
  return [...names.flatMap((name) => byName(machine, name, outside)), ...frameworks].map(plain);
}

function versions(): number[] {
  const count = NEWEST_PYTHON - OLDEST_PYTHON + 1;
  return Array.from({ length: count }, (_, index) => NEWEST_PYTHON - index);
}
