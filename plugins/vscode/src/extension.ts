// Puts the parts together. What each does stands in its own file.

import * as vscode from "vscode";
import { openExample } from "./commands/example.ts";
import { deleteApiKey, keyVariable, setApiKey, whenKeyChanges } from "./commands/key.ts";
import { downloadModel, manageModels } from "./commands/models.ts";
import { play, playHere } from "./commands/play.ts";
import { searchTranscripts } from "./commands/search.ts";
import {
  intoDocuments,
  refresh,
  removeTranscript,
  tellOutcome,
  transcribe,
  transcribeAll,
  transcribeFile,
} from "./commands/transcribe.ts";
import { whenPythonChanges } from "./discovery/python.ts";
import { log } from "./log.ts";
import { mentionsRecording } from "./media.ts";
import { offerAfterDrop } from "./offer.ts";
import { Player } from "./player/panel.ts";
import type { Surroundings } from "./server/host.ts";
import { ServerHost } from "./server/host.ts";
import type { LinksResult, Place } from "./server/protocol.ts";
import { PREFIX } from "./server/protocol.ts";
import { STARTING } from "./server/settings.ts";
import { findHere } from "./server/where.ts";
import { Wizard } from "./setup/wizard.ts";
import { ProgressNotification } from "./ui/progress.ts";
import { StatusItem } from "./ui/status.ts";

let host: ServerHost | undefined;

export function activate(context: vscode.ExtensionContext): void {
  const wizard = new Wizard(context);
  const progress: ProgressNotification = new ProgressNotification(() => server);
  const player = new Player(context.extensionUri);
  const surroundings: Surroundings = {
    find: async () => await findHere(context),
    secrets: async () => await keyVariable(context.secrets),
    mend: async (problem) => await wizard.mend(problem),
    listener: {
      progress: progress.middleware,
      status: (status) => {
        progress.status(status);
        statusItem.update(status);
      },
      ran: (command, args, result) => void told(server, command, args, result),
    },
  };
  const server = new ServerHost(surroundings);
  host = server;
  const statusItem = new StatusItem(server);

  context.subscriptions.push(
    log,
    server,
    progress,
    player,
    statusItem,
    offerAfterDrop(server),
    server.onDidChange(async ({ kind }) => {
      if (kind !== "running") progress.drop();
      await vscode.commands.executeCommand(
        "setContext",
        "cuttledoc.serverReady",
        kind === "running",
      );
      if (kind !== "running") return;
      const status = await server.run("status", {});
      if (status !== undefined) statusItem.update(status);
    }),
    ...commands(context, server, player, wizard),
    ...changes(context, server),
    ...documents(server, wizard),
  );
  void server.start();
}

export async function deactivate(): Promise<void> {
  await host?.stop();
}

function commands(
  context: vscode.ExtensionContext,
  server: ServerHost,
  player: Player,
  wizard: Wizard,
): vscode.Disposable[] {
  const all: Record<string, (...args: never[]) => unknown> = {
    transcribe: async () => await transcribe(server),
    transcribeHere: async () => await transcribe(server),
    transcribeAll: async () => await transcribeAll(server),
    transcribeFile: async () => await transcribeFile(server),
    transcribeResource: async (file: vscode.Uri, all?: vscode.Uri[]) =>
      await intoDocuments(server, all ?? [file]),
    refresh: async () => await refresh(server),
    removeTranscript: async () => await removeTranscript(server),
    cancel: async () => await server.run("cancel", {}),
    searchTranscripts: () => searchTranscripts(server),
    play: async (given: unknown) => await play(server, player, given),
    playRecording: async () => await playHere(server, player),
    downloadModel: async () => await downloadModel(server),
    manageModels: async () => await manageModels(server),
    setApiKey: async () => await setApiKey(context.secrets),
    deleteApiKey: async () => await deleteApiKey(context.secrets),
    setUpServer: async () => await setUp(server, wizard),
    restartServer: async () => {
      await server.restart();
      await server.ready();
    },
    showOutput: () => log.show(),
    openExample: async () => await openExample(context),
    openWalkthrough: async () =>
      await vscode.commands.executeCommand(
        "workbench.action.openWalkthrough",
        "cuttledoc.cuttledoc#start",
        false,
      ),
  };
  return Object.entries(all).map(([name, run]) =>
    vscode.commands.registerCommand(`cuttledoc.${name}`, run),
  );
}

/** Make the environment, also if there is a server, once the user has confirmed that. */
async function setUp(server: ServerHost, wizard: Wizard): Promise<void> {
  const { state } = server;
  if (state.kind === "running" && !(await wizard.confirm(state.server))) return;
  const problem = state.kind === "missing" ? state.problem : undefined;
  await server.stop(); // Windows deletes no program that runs
  await wizard.setUp(problem);
  await server.restart();
}

/** What makes another server the right one, or wants this one started anew. */
function changes(context: vscode.ExtensionContext, server: ServerHost): vscode.Disposable[] {
  void whenPythonChanges(() => void server.findAgain()).then((watch) => {
    if (watch !== undefined) context.subscriptions.push(watch);
  });
  return [
    vscode.workspace.onDidGrantWorkspaceTrust(() => void server.restart()),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (STARTING.some((name) => event.affectsConfiguration(`cuttledoc.${name}`)))
        void server.restart();
    }),
    whenKeyChanges(context.secrets, () => void server.restart()),
  ];
}

/** Sees to documents that link to recordings: a button above them, and help if there is no server. */
function documents(server: ServerHost, wizard: Wizard): vscode.Disposable[] {
  let offered = false;
  const look = async (): Promise<void> => {
    const document = vscode.window.activeTextEditor?.document;
    const has = document?.languageId === "markdown" && mentionsRecording(document.getText());
    await vscode.commands.executeCommand("setContext", "cuttledoc.hasRecordings", has);
    const { state } = server;
    if (!has || offered || state.kind !== "missing") return;
    offered = true; // once in a window; the status bar goes on saying so
    if (await wizard.mend(state.problem)) await server.start();
  };
  void look();
  return [
    vscode.window.onDidChangeActiveTextEditor(() => void look()),
    vscode.workspace.onDidSaveTextDocument(() => void look()),
    server.onDidChange(() => void look()),
  ];
}

/** What came of one of the server's commands, where that has to be said. */
async function told(
  server: ServerHost,
  command: string,
  args: readonly unknown[],
  result: unknown,
): Promise<void> {
  const name = command.slice(PREFIX.length);
  if (!["transcribeLink", "transcribeDocument", "refresh"].includes(name) || result === null)
    return;
  await tellOutcome(
    server,
    result as LinksResult,
    name === "transcribeLink" ? (args[0] as Place) : undefined,
  );
}
