// Finds a Python that can make an environment for the server.

import type { Interpreter, Machine } from "../discovery/layouts.ts";
import { OLDEST_PYTHON, interpreters } from "../discovery/layouts.ts";
import type { Run } from "../run.ts";

/** A Python that will do. */
export interface Python extends Interpreter {
  readonly kind: "python";
  readonly version: string;
}

/** Why there is none. */
export type NoPython =
  | { readonly kind: "no-python" }
  | { readonly kind: "old-python"; readonly version: string }
  | { readonly kind: "no-venv"; readonly python: string; readonly version: string };

export interface PythonWorld extends Machine {
  readonly run: Run;
  isFile(path: string): Promise<boolean>;
  log(line: string): void;
}

const PATIENCE_SECONDS = 30;

/** Prints the version, and whether environments can be made: Debian ships that part apart. */
const QUESTION = [
  "import importlib.util as u, sys",
  "print('%d.%d.%d' % sys.version_info[:3], all(map(u.find_spec, ('venv', 'ensurepip'))))",
].join("; ");

/** The first Python that is new enough and can make environments; else what comes nearest. */
export async function findPython(
  world: PythonWorld,
  outside: readonly string[],
): Promise<Python | NoPython> {
  let nearest: NoPython = { kind: "no-python" };
  for (const { command, args } of interpreters(world, outside)) {
    if (!(await world.isFile(command))) continue;
    const ended = await world.run(command, [...args, "-I", "-c", QUESTION], {
      seconds: PATIENCE_SECONDS,
      cwd: world.home,
    });
    const answer = /^(\d+)\.(\d+)\.\d+ (True|False)\s*$/m.exec(ended.output);
    const version = answer?.[0].split(" ")[0] ?? "";
    if (ended.status !== 0 || answer === null) {
      // The Python of the Windows store that is not installed, and such.
      world.log(`Python ${command}: does not run`);
    } else if (Number(answer[1]) !== 3 || Number(answer[2]) < OLDEST_PYTHON) {
      world.log(`Python ${command}: ${version} is too old`);
      if (nearest.kind === "no-python") nearest = { kind: "old-python", version };
    } else if (answer[3] !== "True") {
      world.log(`Python ${command}: ${version} cannot make environments`);
      if (nearest.kind !== "no-venv") nearest = { kind: "no-venv", python: command, version };
    } else {
      world.log(`Python ${command}: ${version}, taken`);
      return { kind: "python", command, args, version };
    }
  }
  return nearest;
}
