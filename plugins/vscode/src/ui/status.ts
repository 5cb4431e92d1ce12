// The item in the status bar: which model, what is being done; a click opens a menu.

import * as path from "node:path";
import * as vscode from "vscode";
import type { ServerHost, State } from "../server/host.ts";
import type { Job, Status } from "../server/protocol.ts";

const MENU = "cuttledoc.showMenu";

export class StatusItem implements vscode.Disposable {
  readonly #host: ServerHost;
  readonly #item: vscode.StatusBarItem;
  readonly #parts: readonly { dispose(): unknown }[];
  #status: Status | undefined;

  constructor(host: ServerHost) {
    this.#host = host;
    this.#item = vscode.window.createStatusBarItem("status", vscode.StatusBarAlignment.Right, 90);
    this.#item.name = "Cuttledoc";
    this.#item.command = MENU;
    this.#parts = [
      this.#item,
      host.onDidChange((state) => {
        if (state.kind !== "running") this.#status = undefined;
        this.#show();
      }),
      vscode.window.onDidChangeActiveTextEditor(() => this.#show()),
      vscode.commands.registerCommand(MENU, async () => await this.#menu()),
    ];
    this.#show();
  }

  /** The server has told how it is. */
  update(status: Status): void {
    this.#status = status;
    this.#show();
  }

  dispose(): void {
    for (const part of this.#parts) part.dispose();
  }

  #show(): void {
    const { text, detail, problem } = this.#words(this.#host.state);
    this.#item.text = text;
    this.#item.tooltip = `Cuttledoc: ${detail}`;
    this.#item.accessibilityInformation = { label: `Cuttledoc: ${detail}`, role: "button" };
    const background = new vscode.ThemeColor("statusBarItem.warningBackground");
    this.#item.backgroundColor = problem ? background : undefined;
    const wanted = vscode.window.activeTextEditor?.document.languageId === "markdown";
    if (wanted || (this.#status?.jobs.length ?? 0) > 0) this.#item.show();
    else this.#item.hide();
  }

  #words(state: State): { text: string; detail: string; problem: boolean } {
    switch (state.kind) {
      case "running":
        return this.#running(state.server.version);
      case "starting":
      case "waiting":
        return {
          text: "$(loading~spin) Cuttledoc",
          detail: vscode.l10n.t("the server is starting"),
          problem: false,
        };
      case "stopped":
        return {
          text: "$(unmute) Cuttledoc",
          detail: vscode.l10n.t("the server is not running"),
          problem: false,
        };
      case "crashed":
        return {
          text: "$(warning) Cuttledoc",
          detail: vscode.l10n.t("the server keeps stopping"),
          problem: true,
        };
      case "missing":
        return {
          text: "$(warning) Cuttledoc",
          detail: vscode.l10n.t("the server is not set up"),
          problem: true,
        };
    }
  }

  #running(version: string): { text: string; detail: string; problem: boolean } {
    const status = this.#status;
    const jobs = status?.jobs ?? [];
    const model = status?.model ?? "";
    const with_ = model === "" ? vscode.l10n.t("no model") : model;
    if (jobs.length > 0) {
      const lines = jobs.slice(0, 12).map((job) => line(job));
      const detail = [vscode.l10n.t("{0} in work with {1}", jobs.length, with_), ...lines].join(
        "\n",
      );
      return { text: `$(loading~spin) Cuttledoc ${jobs.length}`, detail, problem: false };
    }
    if (status !== undefined && !status.modelInstalled) {
      return {
        text: "$(cloud-download) Cuttledoc",
        detail: vscode.l10n.t("the model {0} is not installed yet", with_),
        problem: false,
      };
    }
    return {
      text: "$(unmute) Cuttledoc",
      detail: vscode.l10n.t("ready, with {0}; server {1}", with_, version),
      problem: false,
    };
  }

  async #menu(): Promise<void> {
    type Item = vscode.QuickPickItem & { command?: string; args?: unknown[] };
    const separator = (label: string): Item => ({
      label,
      kind: vscode.QuickPickItemKind.Separator,
    });
    const state = this.#host.state;
    const markdown = vscode.window.activeTextEditor?.document.languageId === "markdown";
    const items: Item[] = [];
    if (state.kind === "missing")
      items.push({
        label: vscode.l10n.t("$(tools) Set Up Server"),
        command: "cuttledoc.setUpServer",
      });
    if ((this.#status?.jobs.length ?? 0) > 0)
      items.push({
        label: vscode.l10n.t("$(close) Cancel Transcriptions"),
        command: "cuttledoc.cancel",
      });
    if (markdown) {
      items.push(
        {
          label: vscode.l10n.t("$(unmute) Transcribe All Audio in Document"),
          command: "cuttledoc.transcribeAll",
        },
        {
          label: vscode.l10n.t("$(refresh) Refresh Stale Transcripts"),
          command: "cuttledoc.refresh",
        },
      );
    }
    items.push(
      {
        label: vscode.l10n.t("$(search) Search Transcripts"),
        command: "cuttledoc.searchTranscripts",
      },
      separator(vscode.l10n.t("Model")),
      {
        label: vscode.l10n.t("$(package) Manage Models"),
        description: this.#status?.model ?? "",
        command: "cuttledoc.manageModels",
      },
      separator(vscode.l10n.t("Server")),
      {
        label: vscode.l10n.t("$(gear) Settings"),
        command: "workbench.action.openSettings",
        args: ["@ext:cuttledoc.cuttledoc"],
      },
      { label: vscode.l10n.t("$(output) Show Output"), command: "cuttledoc.showOutput" },
      {
        label: vscode.l10n.t("$(debug-restart) Restart Server"),
        command: "cuttledoc.restartServer",
      },
    );
    const { detail } = this.#words(state);
    const placeHolder = detail.split("\n")[0] ?? "";
    const choice = await vscode.window.showQuickPick(items, { title: "Cuttledoc", placeHolder });
    if (choice?.command !== undefined)
      await vscode.commands.executeCommand(choice.command, ...(choice.args ?? []));
  }
}

function line(job: Job): string {
  const name = path.basename(job.path);
  if (job.state === "waiting") return vscode.l10n.t("{0}: waiting", name);
  if (job.duration === null || job.duration === 0) return vscode.l10n.t("{0}: running", name);
  return vscode.l10n.t("{0}: {1} %", name, Math.floor((100 * job.seconds) / job.duration));
}
