// Finding the server, on machines of all three kinds that are made up here.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { Answer, Wanted, World } from "../../src/discovery/find.ts";
import { findServer } from "../../src/discovery/find.ts";
import { besidePython, byName, inEnvironment, interpreters } from "../../src/discovery/layouts.ts";
import type { Machine } from "../../src/discovery/layouts.ts";
import { fits, versionIn } from "../../src/discovery/version.ts";

const LINUX: Machine = {
  platform: "linux",
  env: { PATH: "/usr/local/bin:/usr/bin" },
  home: "/home/ada",
};
const MACOS: Machine = { platform: "darwin", env: { PATH: "/usr/bin:/bin" }, home: "/Users/ada" };
const WINDOWS: Machine = {
  platform: "win32",
  env: {
    Path: "C:\\Windows\\system32;C:\\Tools",
    LOCALAPPDATA: "C:\\Users\\Ada\\AppData\\Local",
  },
  home: "C:\\Users\\Ada",
};

/** A machine with these programs, and what each says to `--version`. */
function world(machine: Machine, programs: Record<string, Answer>): World & { lines: string[] } {
  const lines: string[] = [];
  return {
    ...machine,
    lines,
    isFile: (path) => Promise.resolve(path in programs),
    ask: (command) => Promise.resolve(programs[command] ?? { reason: "asked in vain" }),
    log: (line) => void lines.push(line),
  };
}

const wanted = (machine: Machine, more: Partial<Wanted> = {}): Wanted => ({
  version: "0.1.0",
  setting: "",
  trusted: true,
  python: undefined,
  managed: machine.platform === "win32" ? "C:\\Storage\\server" : "/storage/server",
  folders: [],
  ...more,
});

const good: Answer = { version: "0.1.3" };

suite("where programs lie", () => {
  test("in a virtual environment", () => {
    assert.equal(inEnvironment(LINUX, "/env", "python"), "/env/bin/python");
    assert.equal(inEnvironment(MACOS, "/env", "cuttledoc-lsp"), "/env/bin/cuttledoc-lsp");
    assert.equal(
      inEnvironment(WINDOWS, "C:\\env", "cuttledoc-lsp"),
      "C:\\env\\Scripts\\cuttledoc-lsp.exe",
    );
  });

  test("beside an interpreter, also where conda and python.org put it on Windows", () => {
    assert.deepEqual(besidePython(LINUX, "/env/bin/python3", "x"), ["/env/bin/x"]);
    assert.deepEqual(
      besidePython(WINDOWS, "C:\\env\\Scripts\\python.exe", "x")[0],
      "C:\\env\\Scripts\\x.exe",
    );
    assert.ok(
      besidePython(WINDOWS, "C:\\conda\\python.exe", "x").includes("C:\\conda\\Scripts\\x.exe"),
    );
  });

  test("by name: the PATH first, then where uv, pipx and Homebrew install", () => {
    assert.deepEqual(byName(LINUX, "x").slice(0, 3), [
      "/usr/local/bin/x",
      "/usr/bin/x",
      "/home/ada/.local/bin/x",
    ]);
    assert.ok(byName(MACOS, "x").includes("/opt/homebrew/bin/x"));
    assert.ok(byName(MACOS, "x").includes("/Users/ada/.local/bin/x"));
    assert.ok(!byName(LINUX, "x").includes("/opt/homebrew/bin/x"));
    assert.deepEqual(byName(WINDOWS, "x").slice(0, 3), [
      "C:\\Windows\\system32\\x.exe",
      "C:\\Tools\\x.exe",
      "C:\\Users\\Ada\\.local\\bin\\x.exe",
    ]);
  });

  test("uv's and pipx's own variables are heeded", () => {
    const machine = {
      ...LINUX,
      env: { ...LINUX.env, UV_TOOL_BIN_DIR: "/tools", PIPX_BIN_DIR: "/px" },
    };
    const found = byName(machine, "x");
    assert.ok(found.includes("/tools/x") && found.includes("/px/x"));
  });

  test("never in a relative folder, nor inside the workspace", () => {
    const machine = { ...LINUX, env: { PATH: ".:bin:/data/notes/bin:/data/notes-2/bin:/usr/bin" } };
    const found = byName(machine, "x", ["/data/notes"]);
    assert.deepEqual(found.slice(0, 2), ["/data/notes-2/bin/x", "/usr/bin/x"]);
    const windows = { ...WINDOWS, env: { Path: "c:\\Work\\Notes\\bin;C:\\Tools" } };
    assert.equal(byName(windows, "x", ["C:\\work\\notes"])[0], "C:\\Tools\\x.exe");
  });

  test("Python: the launcher first on Windows, plain names before numbered ones elsewhere", () => {
    assert.deepEqual(interpreters(WINDOWS, [])[0], {
      command: "C:\\Windows\\system32\\py.exe",
      args: ["-3"],
    });
    assert.ok(
      interpreters(WINDOWS, []).some(({ command }) =>
        command.endsWith("Programs\\Python\\Python312\\python.exe"),
      ),
    );
    assert.equal(interpreters(LINUX, [])[0]?.command, "/usr/local/bin/python3");
    assert.ok(interpreters(LINUX, []).some(({ command }) => command === "/usr/bin/python3.11"));
    assert.ok(
      interpreters(MACOS, []).some(
        ({ command }) =>
          command === "/Library/Frameworks/Python.framework/Versions/3.12/bin/python3",
      ),
    );
  });
});

suite("which server is taken", () => {
  const onPath = "/usr/bin/cuttledoc-lsp";
  const managed = "/storage/server/bin/cuttledoc-lsp";
  const python = "/home/ada/env/bin/python";
  const ofPython = "/home/ada/env/bin/cuttledoc-lsp";

  test("the setting before all others", async () => {
    const machine = world(LINUX, { "/mine": good, [onPath]: good, [managed]: good });
    const found = await findServer(machine, wanted(LINUX, { setting: "/mine" }));
    assert.deepEqual(found, {
      kind: "found",
      source: "setting",
      command: "/mine",
      version: "0.1.3",
    });
  });

  test("a home folder in the setting is spelt out", async () => {
    const machine = world(LINUX, { "/home/ada/bin/server": good });
    const found = await findServer(machine, wanted(LINUX, { setting: "~/bin/server" }));
    assert.equal(found.kind, "found");
  });

  test("a setting that leads nowhere is told, and nothing else is tried", async () => {
    const machine = world(LINUX, { [onPath]: good });
    const found = await findServer(machine, wanted(LINUX, { setting: "/nowhere" }));
    assert.deepEqual(found, {
      kind: "broken",
      source: "setting",
      command: "/nowhere",
      reason: "there is no such file",
    });
    const relative = await findServer(machine, wanted(LINUX, { setting: "bin/server" }));
    assert.equal(relative.kind, "broken");
  });

  test("then the Python extension's environment, then the PATH, then the managed one", async () => {
    const programs = { [ofPython]: good, [onPath]: good, [managed]: good };
    const order: string[] = [];
    for (const gone of ["", ofPython, onPath]) {
      const left = Object.fromEntries(
        Object.entries(programs).filter(([path]) => path !== gone && !order.includes(path)),
      );
      const found = await findServer(world(LINUX, left), wanted(LINUX, { python }));
      assert.ok(found.kind === "found");
      order.push(found.command);
    }
    assert.deepEqual(order, [ofPython, onPath, managed]);
  });

  test("in a workspace that is not trusted, no environment is looked at", async () => {
    const machine = world(LINUX, { [ofPython]: good });
    const found = await findServer(machine, wanted(LINUX, { python, trusted: false }));
    assert.deepEqual(found, { kind: "none" });
    assert.ok(machine.lines.some((line) => line.includes("not trusted")));
  });

  test("one of another version, or that does not start, is passed over", async () => {
    const machine = world(LINUX, {
      [ofPython]: { version: "0.2.0" },
      [onPath]: { reason: "bad interpreter" },
      [managed]: good,
    });
    const found = await findServer(machine, wanted(LINUX, { python }));
    assert.equal(found.kind === "found" && found.source, "managed");
    assert.ok(machine.lines.some((line) => line.includes("bad interpreter")));
    assert.ok(machine.lines.some((line) => line.includes("it is 0.2.0, the extension 0.1.0")));
  });

  test("if none is left, the managed one's trouble is told before others'", async () => {
    const machine = world(LINUX, {
      [onPath]: { version: "0.0.9" },
      [managed]: { reason: "killed" },
    });
    const found = await findServer(machine, wanted(LINUX));
    assert.deepEqual(found, {
      kind: "broken",
      source: "managed",
      command: managed,
      reason: "killed",
    });
    const other = world(LINUX, { [onPath]: { version: "0.0.9" } });
    assert.equal((await findServer(other, wanted(LINUX))).kind, "version");
  });

  test("on macOS one of uv's is found although the PATH of the dock lacks its folder", async () => {
    const machine = world(MACOS, { "/Users/ada/.local/bin/cuttledoc-lsp": good });
    assert.equal((await findServer(machine, wanted(MACOS))).kind, "found");
  });

  test("on Windows in the environment that the extension has made", async () => {
    const machine = world(WINDOWS, { "C:\\Storage\\server\\Scripts\\cuttledoc-lsp.exe": good });
    const found = await findServer(machine, wanted(WINDOWS));
    assert.equal(found.kind === "found" && found.source, "managed");
  });

  test("every step is logged", async () => {
    const machine = world(LINUX, {});
    await findServer(machine, wanted(LINUX));
    assert.deepEqual(
      machine.lines.map((line) => line.slice(0, 2)),
      ["1.", "2.", "3.", "4.", "no"],
    );
  });
});

suite("versions", () => {
  test("are read from what the server prints", () => {
    assert.equal(versionIn("cuttledoc-lsp 0.1.0\n"), "0.1.0");
    assert.equal(versionIn("a warning\r\ncuttledoc-lsp 1.2.0rc1\r\n"), "1.2.0rc1");
    assert.equal(versionIn("Python 3.12.1\n"), undefined);
  });

  test("fit if their first two numbers do", () => {
    assert.ok(fits("0.1.9", "0.1.0"));
    assert.ok(fits("0.1.0.dev3", "0.1.0"));
    assert.ok(!fits("0.10.0", "0.1.0"));
    assert.ok(!fits("1.1.0", "0.1.0"));
    assert.ok(!fits("", "0.1.0"));
  });
});
