// The language client: how the server is started and what is said about it between the two.

import * as os from "node:os";
import * as vscode from "vscode";
import type { LanguageClientOptions, Middleware } from "vscode-languageclient/node";
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  TransportKind,
} from "vscode-languageclient/node";
import type { Found } from "../discovery/find.ts";
import { log } from "../log.ts";
import { PLAY_COMMAND, PREFIX, STATUS_NOTIFICATION } from "./protocol.ts";
import type { Status } from "./protocol.ts";
import { configuration, ownSettings } from "./settings.ts";

/** What the rest of the extension wants to hear of the server. */
export interface Listener {
  /** The server has ended without being asked to. */
  readonly closed: () => void;
  readonly status: (status: Status) => void;
  readonly progress: NonNullable<Middleware["handleWorkDoneProgress"]>;
  /** One of the server's commands has been run, wherever from. */
  readonly ran: (command: string, args: readonly unknown[], result: unknown) => void;
}

/** The commands that a hover may link to. Nothing else that stands in a document can be clicked. */
export const LINKED_COMMANDS: readonly string[] = [
  PLAY_COMMAND,
  ...["transcribeLink", "showTranscript"].map((name) => PREFIX + name),
];

/** Make a client; it is not started. */
export function makeClient(
  server: Found,
  secrets: NodeJS.ProcessEnv,
  listener: Listener,
): LanguageClient {
  const env = { ...process.env, ...secrets };
  const client = new LanguageClient(
    "cuttledoc",
    "Cuttledoc",
    {
      command: server.command,
      args: ["--log-level", serverLogLevel()],
      transport: TransportKind.stdio,
      // Not the workspace: nothing there may be taken for a part of the program.
      options: { env, cwd: os.homedir() },
    },
    options(listener),
  );
  client.onNotification(STATUS_NOTIFICATION, listener.status);
  return client;
}

function options(listener: Listener): LanguageClientOptions {
  return {
    documentSelector: [{ scheme: "file", language: "markdown" }],
    outputChannel: log,
    initializationOptions: {
      ...ownSettings(inspector(), vscode.workspace.isTrusted),
      clientCommands: [PLAY_COMMAND],
      statusNotifications: true,
    },
    markdown: { isTrusted: { enabledCommands: LINKED_COMMANDS }, supportHtml: false },
    initializationFailedHandler: (error) => {
      log.error(`the server did not initialize: ${String(error)}`);
      return false;
    },
    errorHandler: {
      error: () => ({ action: ErrorAction.Continue, handled: true }),
      closed: () => {
        listener.closed();
        return { action: CloseAction.DoNotRestart, handled: true };
      },
    },
    middleware: {
      handleWorkDoneProgress: listener.progress,
      workspace: {
        configuration: (params) =>
          params.items.map((item) => {
            const scope = item.scopeUri === undefined ? undefined : vscode.Uri.parse(item.scopeUri);
            return configuration(inspector(scope));
          }),
      },
      executeCommand: async (command, args: unknown[], next) => {
        const result: unknown = await next(command, args);
        listener.ran(command, args, result);
        return result;
      },
    },
  };
}

function inspector(
  scope?: vscode.Uri,
): (name: string) => ReturnType<vscode.WorkspaceConfiguration["inspect"]> {
  const settings = vscode.workspace.getConfiguration("cuttledoc", scope);
  return (name) => settings.inspect(name);
}

function serverLogLevel(): string {
  switch (log.logLevel) {
    case vscode.LogLevel.Trace:
    case vscode.LogLevel.Debug:
      return "debug";
    case vscode.LogLevel.Warning:
      return "warning";
    case vscode.LogLevel.Error:
    case vscode.LogLevel.Off:
      return "error";
    case vscode.LogLevel.Info:
      return "info";
  }
}
