// Real VS Code for the tests: code-server with the packaged extension in it, in a real browser.

import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { chromium } from "playwright-core";
import type { Browser, Page } from "playwright-core";

const PLUGIN = path.resolve(import.meta.dirname, "../..");
export const REPOSITORY = path.resolve(PLUGIN, "../..");
export const VENV = path.join(REPOSITORY, ".venv");
const CODE_SERVER = path.join(VENV, "code-server/node_modules/code-server/out/node/entry.js");
const VSIX = path.join(PLUGIN, "dist/cuttledoc.vsix");
export const SCREENSHOTS = path.join(PLUGIN, "screenshots");

/** Where `make test-vscode` has put the model. */
export const MODELS = path.join(VENV, "models");

/** Long, since the machine may be busy; every wait is for a condition. */
export const PATIENCE = 90_000;

export interface Options {
  readonly theme: "Default Dark Modern" | "Default Light Modern";
  /** Folders put before the PATH. */
  readonly programs: readonly string[];
  /** Notes besides those of the examples, by their names. */
  readonly notes?: Readonly<Record<string, string>>;
  /** Folder of the models; without it there are none. */
  readonly models?: string;
  /** The user's settings on top of those that keep the editor calm. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}

const CALM = {
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "workbench.startupEditor": "none",
  "chat.disableAIFeatures": true,
  "git.enabled": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "editor.hover.delay": 150,
  "workbench.reduceMotion": "on",
  "editor.minimap.enabled": false,
  "editor.stickyScroll.enabled": false,
  "editor.wordWrap": "on",
  "files.autoSave": "off",
  "extensions.ignoreRecommendations": true,
  "security.workspace.trust.enabled": false,
};

/** A running editor with a folder of notes; everything in it is thrown away at the end. */
export class Editor {
  readonly page: Page;
  readonly folder: string;
  readonly #base: string;
  readonly #browser: Browser;
  readonly #process: ChildProcess;

  private constructor(
    page: Page,
    folder: string,
    base: string,
    browser: Browser,
    server: ChildProcess,
  ) {
    this.page = page;
    this.folder = folder;
    this.#base = base;
    this.#browser = browser;
    this.#process = server;
  }

  static async start(options: Options): Promise<Editor> {
    // Short: there are unix sockets below it.
    const base = mkdtempSync(path.join(os.tmpdir(), "cd-"));
    const folder = path.join(base, "notes");
    cpSync(path.join(REPOSITORY, "examples"), folder, { recursive: true });
    for (const [name, text] of Object.entries(options.notes ?? {})) {
      writeFileSync(path.join(folder, name), text);
    }
    const [data, extensions] = [path.join(base, "ud"), path.join(base, "ext")];
    const settings = JSON.stringify({
      ...CALM,
      "workbench.colorTheme": options.theme,
      ...options.settings,
    });
    for (const scope of ["User", "Machine"]) {
      mkdirSync(path.join(data, scope), { recursive: true });
      writeFileSync(
        path.join(data, scope, "settings.json"),
        scope === "User" ? settings : JSON.stringify(options.settings ?? {}),
      );
    }
    const home = path.join(base, "home");
    mkdirSync(home);
    // VS Code takes the PATH of a login shell, whatever it was started with.
    const programs = [...options.programs, "/usr/local/bin", "/usr/bin", "/bin"].join(":");
    writeFileSync(path.join(home, ".profile"), `export PATH=${programs}\n`);
    const env = {
      ...process.env,
      PATH: `${path.dirname(process.execPath)}:${programs}`,
      SHELL: "/bin/bash",
      HOME: home,
      TMPDIR: base,
      XDG_CONFIG_HOME: path.join(base, "config"),
      XDG_DATA_HOME: path.join(base, "data"),
      XDG_CACHE_HOME: path.join(base, "cache"),
      EXTENSIONS_GALLERY: '{"serviceUrl":""}',
      CUTTLEDOC_MODELS_DIR: options.models ?? path.join(base, "models"),
      ...options.env,
    };
    const shared = ["--user-data-dir", data, "--extensions-dir", extensions];
    const install = spawn(process.execPath, [CODE_SERVER, ...shared, "--install-extension", VSIX], {
      env,
      stdio: "ignore",
    });
    const [status] = (await once(install, "exit")) as [number];
    if (status !== 0) throw new Error(`code-server did not install ${VSIX}: status ${status}`);
    const port = await freePort();
    const server = spawn(
      process.execPath,
      [
        CODE_SERVER,
        ...shared,
        ...["--auth", "none", "--bind-addr", `127.0.0.1:${port}`],
        ...[
          "--disable-telemetry",
          "--disable-update-check",
          "--disable-getting-started-override",
          "--ignore-last-opened",
        ],
        folder,
      ],
      { env, stdio: "ignore", detached: true },
    );
    await answering(`http://127.0.0.1:${port}/healthz`);
    const browser = await chromium.launch({
      executablePath: "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--disable-gpu",
        "--autoplay-policy=no-user-gesture-required",
      ],
    });
    const context = await browser.newContext({
      viewport: { width: 1180, height: 760 },
      permissions: ["clipboard-read", "clipboard-write"],
    });
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE);
    await page.goto(`http://127.0.0.1:${port}/?folder=${folder}`);
    await page.locator(".monaco-workbench .part.statusbar .statusbar-item").first().waitFor();
    return new Editor(page, folder, base, browser, server);
  }

  async stop(): Promise<void> {
    await this.#browser.close();
    const { pid } = this.#process;
    if (pid !== undefined && this.#process.exitCode === null) {
      const ended = once(this.#process, "exit");
      process.kill(-pid, "SIGTERM");
      await ended;
      try {
        process.kill(-pid, "SIGKILL");
      } catch {
        // All have ended.
      }
    }
    rmSync(this.#base, { recursive: true, force: true, maxRetries: 10 });
  }

  /** The language servers of this editor that run now. */
  servers(): number[] {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((pid) => {
        try {
          const group = Number(
            readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ")[2],
          );
          const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
          return group === this.#process.pid && command.includes("cuttledoc-lsp\0--log-level");
        } catch {
          return false; // it has just ended
        }
      });
  }

  path(name: string): string {
    return path.join(this.folder, name);
  }

  /** A file of the user's home folder. */
  home(name: string): string {
    return path.join(this.#base, "home", name);
  }

  /** A file of the environment that the extension makes. */
  managed(name: string): string {
    return path.join(this.#base, "ud/User/globalStorage/cuttledoc.cuttledoc/server", name);
  }

  onDisk(name: string): string {
    return readFileSync(this.path(name), "utf8");
  }

  async screenshot(
    name: string,
    clip?: { x: number; y: number; width: number; height: number },
  ): Promise<void> {
    mkdirSync(SCREENSHOTS, { recursive: true });
    await this.page.screenshot({
      path: path.join(SCREENSHOTS, `${name}.png`),
      ...(clip ? { clip } : {}),
    });
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

async function answering(url: string): Promise<void> {
  await until(async () => (await fetch(url)).ok, `an answer of ${url}`);
}

/** Wait for a condition; what it throws counts as no. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
): Promise<void> {
  const end = Date.now() + PATIENCE;
  for (;;) {
    try {
      if (await condition()) return;
    } catch {
      // Not yet.
    }
    if (Date.now() > end) throw new Error(`Waited in vain for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
