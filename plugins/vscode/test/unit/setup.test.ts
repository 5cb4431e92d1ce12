// Making the environment, and what stands in its way. The machine is made up; that it works on a
// real one, with venv and with uv, is shown by the first run in the real editor.

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync, existsSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { after, suite, test } from "node:test";
import { makeEnvironment } from "../../src/setup/environment.ts";
import type { Made, Order, Stage } from "../../src/setup/environment.ts";
import { lastLine, run } from "../../src/run.ts";
import type { Ended, Run } from "../../src/run.ts";

const base = mkdtempSync(path.join(os.tmpdir(), "cd-setup-"));
after(() => rmSync(base, { recursive: true, force: true }));

const ok = (output = ""): Ended => ({ status: 0, output, reason: "" });
const failed = (output: string): Ended => ({ status: 1, output, reason: "" });

interface Story {
  readonly programs: readonly string[];
  /** What a command answers; the first that fits its line. */
  readonly answers: readonly (readonly [RegExp, Ended])[];
  readonly platform?: NodeJS.Platform;
}

async function make(story: Story): Promise<{
  made: Made;
  calls: string[];
  stages: Stage[];
  folder: string;
  envs: NodeJS.ProcessEnv[];
}> {
  const folder = path.join(mkdtempSync(path.join(base, "x-")), "server");
  const calls: string[] = [];
  const stages: Stage[] = [];
  const envs: NodeJS.ProcessEnv[] = [];
  const order: Order = {
    folder,
    requirement: "cuttledoc==0.1.0",
    outside: [],
    signal: new AbortController().signal,
  };
  const fake: Run = (command, args, options) => {
    const line = [command, ...args].join(" ");
    calls.push(line);
    if (options?.env !== undefined) envs.push(options.env);
    if (line.includes(" venv ")) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(path.join(folder, "half"), "");
    }
    const answer = story.answers.find(([pattern]) => pattern.test(line));
    return Promise.resolve(answer?.[1] ?? failed(`no answer to ${line}`));
  };
  const tools = {
    platform: story.platform ?? "linux",
    env: { PATH: "/bin", PYTHONPATH: "/theirs", PYTHONHOME: "/theirs" },
    home: "/home/ada",
    run: fake,
    isFile: (name: string) => Promise.resolve(story.programs.includes(name)),
    log: () => undefined,
    stage: (stage: Stage) => void stages.push(stage),
  };
  return { made: await makeEnvironment(tools, order), calls, stages, folder, envs };
}

const PYTHON_OK = [/^\/bin\/python3 -I -c/, ok("3.12.4 True\n")] as const;
const VENV_OK = [/-m venv/, ok()] as const;
const PIP_OK = [/-m pip install/, ok()] as const;
const SERVER_OK = [/cuttledoc-lsp --version/, ok("cuttledoc-lsp 0.1.0\n")] as const;

suite("an environment is made", () => {
  test("with uv where it is there", async () => {
    const { made, calls, stages } = await make({
      programs: ["/home/ada/.local/bin/uv", "/bin/python3"],
      answers: [[/uv (venv|pip)/, ok()], SERVER_OK],
    });
    assert.equal(made.kind, "made");
    assert.match(calls[0] ?? "", /uv venv --no-project --python >=3\.11 /);
    assert.match(calls[1] ?? "", /uv pip install --python \S+\/bin\/python cuttledoc==0\.1\.0$/);
    assert.deepEqual(stages, ["looking", "environment", "packages", "checking"]);
  });

  test("with Python's own venv where there is no uv", async () => {
    const { made, calls, envs } = await make({
      programs: ["/bin/python3"],
      answers: [PYTHON_OK, VENV_OK, PIP_OK, SERVER_OK],
    });
    assert.equal(made.kind, "made");
    assert.match(calls[1] ?? "", /^\/bin\/python3 -m venv /);
    assert.match(calls[2] ?? "", /\/bin\/python -m pip install .*cuttledoc==0\.1\.0$/);
    assert.ok(envs.every((env) => !("PYTHONPATH" in env) && !("PYTHONHOME" in env)));
  });

  test("with venv if uv cannot do it", async () => {
    const { made } = await make({
      programs: ["/bin/uv", "/bin/python3"],
      answers: [[/uv venv/, failed("error: no network")], PYTHON_OK, VENV_OK, PIP_OK, SERVER_OK],
    });
    assert.equal(made.kind, "made");
  });

  test("with a newer Python beside one that is too old", async () => {
    const { made } = await make({
      programs: ["/bin/python3", "/bin/python3.13"],
      answers: [
        [/^\/bin\/python3 -I/, ok("3.9.2 True\n")],
        [/^\/bin\/python3\.13 -I/, ok("3.13.1 True\n")],
        [/^\/bin\/python3\.13 -m venv/, ok()],
        PIP_OK,
        SERVER_OK,
      ],
    });
    assert.equal(made.kind, "made");
  });
});

suite("what stands in the way is told by its name", () => {
  test("no Python", async () => {
    const { made } = await make({ programs: [], answers: [] });
    assert.deepEqual(made, { kind: "no-python" });
  });

  test("a Python that does not run, as the one that Windows shows before it is installed", async () => {
    const stub = "C:\\Apps\\python.exe";
    const { made } = await make({ programs: [stub], answers: [], platform: "win32" });
    assert.deepEqual(made, { kind: "no-python" });
  });

  test("a Python that is too old", async () => {
    const { made } = await make({
      programs: ["/bin/python3"],
      answers: [[/python3 -I/, ok("3.10.12 True\n")]],
    });
    assert.deepEqual(made, { kind: "old-python", version: "3.10.12" });
  });

  test("a Python without venv, as Debian has it", async () => {
    const { made } = await make({
      programs: ["/bin/python3"],
      answers: [[/python3 -I/, ok("3.11.2 False\n")]],
    });
    assert.deepEqual(made, { kind: "no-venv", python: "/bin/python3", version: "3.11.2" });
  });

  test("packages that cannot be had: pip's own sentence; nothing half made is left", async () => {
    const said = "Collecting cuttledoc\nERROR: No matching distribution found\nnotice: a new pip";
    const { made, folder } = await make({
      programs: ["/bin/python3"],
      answers: [PYTHON_OK, VENV_OK, [/-m pip install/, failed(said)]],
    });
    assert.deepEqual(made, { kind: "failed", reason: "ERROR: No matching distribution found" });
    assert.ok(!existsSync(folder));
  });

  test("a server that does not start in the end", async () => {
    const { made, folder } = await make({
      programs: ["/bin/python3"],
      answers: [PYTHON_OK, VENV_OK, PIP_OK, [/--version/, failed("ImportError: no libfoo")]],
    });
    assert.deepEqual(made, { kind: "failed", reason: "ImportError: no libfoo" });
    assert.ok(!existsSync(folder));
  });
});

suite("programs are run", () => {
  test("to their end, line by line", async () => {
    const lines: string[] = [];
    const script = "console.log('one'); console.error('two'); process.exitCode = 3";
    const ended = await run(process.execPath, ["-e", script], { line: (line) => lines.push(line) });
    assert.equal(ended.status, 3);
    assert.deepEqual(lines.sort(), ["one", "two"]);
  });

  test("and never throw: a program that is not there, or takes too long, or is cancelled", async () => {
    assert.match((await run("/nowhere/x", [])).reason, /it is gone/);
    assert.match((await run(import.meta.filename, [])).reason, /may not run it/);
    const forever = ["-e", "setInterval(() => {}, 1000)"];
    assert.match((await run(process.execPath, forever, { seconds: 0.2 })).reason, /did not answer/);
    const abort = new AbortController();
    const running = run(process.execPath, forever, { signal: abort.signal });
    abort.abort();
    assert.equal((await running).status, undefined);
  });

  test("the last line that says something is found", () => {
    assert.equal(lastLine("a\r\nb\r\n\r\n"), "b");
    assert.equal(lastLine(""), "");
  });
});
