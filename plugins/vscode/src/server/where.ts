// Finds the server for this window: puts what VS Code knows together for the search.

import * as vscode from "vscode";
import type { Found, Missing } from "../discovery/find.ts";
import { findServer } from "../discovery/find.ts";
import { chosenPython } from "../discovery/python.ts";
import { realWorld } from "../discovery/world.ts";
import { log } from "../log.ts";

/** The folder of the environment that this extension makes. */
export function managedFolder(context: vscode.ExtensionContext): string {
  return vscode.Uri.joinPath(context.globalStorageUri, "server").fsPath;
}

export function extensionVersion(context: vscode.ExtensionContext): string {
  return (context.extension.packageJSON as { version: string }).version;
}

export function workspaceFolders(): string[] {
  return (vscode.workspace.workspaceFolders ?? [])
    .filter(({ uri }) => uri.scheme === "file")
    .map(({ uri }) => uri.fsPath);
}

/** A setting of machine scope, as the user has set it; a workspace's value is never looked at. */
export function ownSetting(name: string): string {
  const value = vscode.workspace.getConfiguration("cuttledoc").inspect(name)?.globalValue;
  return typeof value === "string" ? value.trim() : "";
}

export async function findHere(context: vscode.ExtensionContext): Promise<Found | Missing> {
  const version = extensionVersion(context);
  log.info(`looking for a server for the extension ${version} on ${process.platform}`);
  return await findServer(
    realWorld((line) => log.info(line)),
    {
      version,
      setting: ownSetting("path"),
      trusted: vscode.workspace.isTrusted,
      python: vscode.workspace.isTrusted ? await chosenPython() : undefined,
      managed: managedFolder(context),
      folders: workspaceFolders(),
    },
  );
}
