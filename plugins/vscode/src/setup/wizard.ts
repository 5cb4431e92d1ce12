// Sets the server up on one click, and says what stands in the way, with a button that mends it.

import * as vscode from "vscode";
import type { Found, Missing } from "../discovery/find.ts";
import { isFile, thisMachine } from "../discovery/world.ts";
import { log } from "../log.ts";
import { run } from "../run.ts";
import { extensionVersion, managedFolder, ownSetting, workspaceFolders } from "../server/where.ts";
import type { Made, Obstacle, Stage } from "./environment.ts";
import { makeEnvironment } from "./environment.ts";

const PYTHON_PAGE = "https://www.python.org/downloads/";

export class Wizard {
  readonly #context: vscode.ExtensionContext;
  #running: Promise<boolean> | undefined;

  constructor(context: vscode.ExtensionContext) {
    this.#context = context;
  }

  /** Tell what is wrong with the server that was found, or that none was; true if it is mended. */
  async mend(problem: Missing): Promise<boolean> {
    const { message, action } = this.#words(problem);
    const choose = vscode.l10n.t("Choose Server…");
    const choice = await vscode.window.showWarningMessage(message, action, choose);
    if (choice === action) return await this.setUp(problem);
    return choice === choose && (await this.#choose());
  }

  /** Make the environment; several who ask share one. True if there is a server now. */
  async setUp(problem?: Missing): Promise<boolean> {
    this.#running ??= this.#setUp(problem).finally(() => {
      this.#running = undefined;
    });
    return await this.#running;
  }

  /** There is a server already: is another one wanted? */
  async confirm(server: Found): Promise<boolean> {
    const message = vscode.l10n.t(
      "The Cuttledoc server {0} is set up: {1}.",
      server.version,
      server.command,
    );
    const again = vscode.l10n.t("Set Up Anew");
    return (await vscode.window.showInformationMessage(message, again)) === again;
  }

  #words(problem: Missing): { message: string; action: string } {
    switch (problem.kind) {
      case "none":
        return {
          message: vscode.l10n.t(
            "Cuttledoc transcribes with a small server of its own, which is not set up yet. It needs Python 3.11 or uv and about 400 MB.",
          ),
          action: vscode.l10n.t("Set Up Server"),
        };
      case "broken":
        if (problem.source === "managed") {
          return {
            message: vscode.l10n.t("The Cuttledoc server is damaged: {0}.", problem.reason),
            action: vscode.l10n.t("Repair Server"),
          };
        }
        return {
          message: vscode.l10n.t(
            "The Cuttledoc server {0} does not start: {1}.",
            problem.command,
            problem.reason,
          ),
          action: vscode.l10n.t("Set Up Another"),
        };
      case "version": {
        const ours = extensionVersion(this.#context);
        return {
          message: vscode.l10n.t(
            "The Cuttledoc server {0} is version {1}; this extension needs {2}.",
            problem.command,
            problem.version,
            ours,
          ),
          action:
            problem.source === "managed"
              ? vscode.l10n.t("Update Server")
              : vscode.l10n.t("Set Up {0}", ours),
        };
      }
    }
  }

  async #choose(): Promise<boolean> {
    const chosen = await vscode.window.showOpenDialog({
      title: vscode.l10n.t("Choose the Program cuttledoc-lsp"),
      openLabel: vscode.l10n.t("Use as Server"),
    });
    const file = chosen?.[0];
    if (file === undefined) return false;
    await vscode.workspace
      .getConfiguration("cuttledoc")
      .update("path", file.fsPath, vscode.ConfigurationTarget.Global);
    return true;
  }

  async #setUp(problem: Missing | undefined): Promise<boolean> {
    for (;;) {
      const made = await this.#make();
      if (made.kind === "made") {
        // A path that led nowhere would be tried again, and nothing else.
        if (problem !== undefined && problem.kind !== "none" && problem.source === "setting") {
          await vscode.workspace
            .getConfiguration("cuttledoc")
            .update("path", undefined, vscode.ConfigurationTarget.Global);
        }
        log.info(`set up: ${made.command}, version ${made.version}`);
        return true;
      }
      if (made.kind === "cancelled" || !(await tell(made))) return false;
    }
  }

  async #make(): Promise<Made> {
    const requirement =
      ownSetting("requirement") || `cuttledoc==${extensionVersion(this.#context)}`;
    const options = {
      location: vscode.ProgressLocation.Notification,
      title: vscode.l10n.t("Setting up the Cuttledoc server"),
      cancellable: true,
    };
    return await vscode.window.withProgress(options, async (progress, token) => {
      const abort = new AbortController();
      token.onCancellationRequested(() => abort.abort());
      const tools = {
        ...thisMachine,
        isFile,
        run,
        log: (line: string) => log.info(line),
        stage: (stage: Stage) => progress.report({ message: described(stage) }),
      };
      const order = {
        folder: managedFolder(this.#context),
        requirement,
        outside: workspaceFolders(),
        signal: abort.signal,
      };
      try {
        return await makeEnvironment(tools, order);
      } catch (error) {
        return { kind: "failed", reason: error instanceof Error ? error.message : String(error) };
      }
    });
  }
}

function described(stage: Stage): string {
  switch (stage) {
    case "looking":
      return vscode.l10n.t("looking for Python…");
    case "environment":
      return vscode.l10n.t("making an environment…");
    case "packages":
      return vscode.l10n.t("downloading packages; this takes a minute…");
    case "checking":
      return vscode.l10n.t("trying it…");
  }
}

/** Say what stood in the way; true to try again. */
async function tell(obstacle: Exclude<Obstacle, { kind: "cancelled" }>): Promise<boolean> {
  const again = vscode.l10n.t("Try Again");
  switch (obstacle.kind) {
    case "no-python":
      return await getPython(
        vscode.l10n.t("No Python was found. Cuttledoc's server needs Python 3.11 or newer."),
      );
    case "old-python":
      return await getPython(
        vscode.l10n.t(
          "Python {0} is too old. Cuttledoc's server needs Python 3.11 or newer.",
          obstacle.version,
        ),
      );
    case "no-venv": {
      const minor = obstacle.version.split(".").slice(0, 2).join(".");
      const message = vscode.l10n.t(
        "Python {0} ({1}) cannot make environments: its package python{2}-venv is missing.",
        obstacle.version,
        obstacle.python,
        minor,
      );
      const install = vscode.l10n.t("Install in Terminal");
      if ((await vscode.window.showErrorMessage(message, install, again)) === install) {
        const terminal = vscode.window.createTerminal("Cuttledoc");
        terminal.show();
        terminal.sendText(`sudo apt install python${minor}-venv`, false); // you press Enter
        const done = vscode.l10n.t("Press Enter in the terminal to install it, then try again.");
        return (await vscode.window.showInformationMessage(done, again)) === again;
      }
      return false;
    }
    case "failed": {
      const message = vscode.l10n.t(
        "The Cuttledoc server could not be set up: {0}",
        obstacle.reason,
      );
      const show = vscode.l10n.t("Show Output");
      const choice = await vscode.window.showErrorMessage(message, again, show);
      if (choice === show) log.show();
      return choice === again;
    }
  }
}

async function getPython(message: string): Promise<boolean> {
  const get = vscode.l10n.t("Get Python");
  const again = vscode.l10n.t("Try Again");
  const choice = await vscode.window.showErrorMessage(message, get, again);
  if (choice !== get) return choice === again;
  await vscode.env.openExternal(vscode.Uri.parse(PYTHON_PAGE));
  return (
    (await vscode.window.showInformationMessage(
      vscode.l10n.t("Once Python is installed, set up the server."),
      again,
    )) === again
  );
}
