// Commands that transcribe, refresh and remove.

import * as path from "node:path";
import * as vscode from "vscode";
import { SOUND_SUFFIXES, PICTURE_SUFFIXES } from "../media.ts";
import type { ServerHost } from "../server/host.ts";
import type { Link, LinksResult, Place } from "../server/protocol.ts";

/** The Markdown document in front, and where the cursor is. */
export interface Here {
  readonly editor: vscode.TextEditor;
  readonly uri: string;
  readonly position: Place["position"];
}

export function here(): Here | undefined {
  const editor = vscode.window.activeTextEditor;
  if (editor?.document.languageId !== "markdown") return undefined;
  const { line, character } = editor.selection.active;
  return { editor, uri: editor.document.uri.toString(), position: { line, character } };
}

/** The link under the cursor; else one of the document's; else a file of the workspace. */
export async function transcribe(host: ServerHost): Promise<void> {
  const place = here();
  if (place === undefined) {
    await pickFile(host);
    return;
  }
  const listed = await host.run("listLinks", { uri: place.uri });
  if (listed === undefined) return;
  const links = listed.links.filter((link) => link.state !== "remote");
  if (
    links.some((link) => touches(link, place.position)) ||
    (await insideTranscript(host, place))
  ) {
    await host.run("transcribeLink", { uri: place.uri, position: place.position });
    return;
  }
  if (links.length === 0) {
    await pickFile(host);
    return;
  }
  // First what there is to do.
  const settled = (link: Link): boolean => link.state === "current" || link.state === "edited";
  const sorted = [...links].sort((one, other) => Number(settled(one)) - Number(settled(other)));
  const items = sorted.map((link) => ({
    label: `$(unmute) ${path.posix.basename(link.target)}`,
    description: stateWords(link),
    detail: vscode.l10n.t("line {0}: {1}", link.range.start.line + 1, link.target),
    link,
  }));
  const title = vscode.l10n.t("Transcribe which recording?");
  const choice = await vscode.window.showQuickPick(items, {
    title,
    placeHolder: vscode.l10n.t("Recordings this document links to"),
    matchOnDetail: true,
  });
  if (choice !== undefined)
    await host.run("transcribeLink", { uri: place.uri, position: choice.link.range.start });
}

export async function transcribeAll(host: ServerHost): Promise<void> {
  const place = here();
  if (place !== undefined) await host.run("transcribeDocument", { uri: place.uri });
}

export async function refresh(host: ServerHost): Promise<void> {
  const place = here();
  if (place !== undefined) await host.run("refresh", { uri: place.uri });
}

export async function removeTranscript(host: ServerHost): Promise<void> {
  const place = here();
  if (place !== undefined)
    await host.run("removeTranscript", { uri: place.uri, position: place.position });
}

/** Choose a file on disk and transcribe it into a new document. */
export async function transcribeFile(host: ServerHost): Promise<void> {
  const chosen = await vscode.window.showOpenDialog({
    title: vscode.l10n.t("Transcribe a Recording"),
    openLabel: vscode.l10n.t("Transcribe"),
    canSelectMany: true,
    filters: {
      [vscode.l10n.t("Audio and video")]: [...SOUND_SUFFIXES, ...PICTURE_SUFFIXES],
      [vscode.l10n.t("All files")]: ["*"],
    },
  });
  await intoDocuments(host, chosen ?? []);
}

/** Transcribe files, each into a new document, shown as they are done. */
export async function intoDocuments(host: ServerHost, files: readonly vscode.Uri[]): Promise<void> {
  const one = async (file: vscode.Uri): Promise<void> => {
    const result = await host.run("transcribeFile", { uri: file.toString() });
    if (result?.outcome !== "done") return;
    const document = await vscode.workspace.openTextDocument({
      language: "markdown",
      content: result.markdown,
    });
    await vscode.window.showTextDocument(document, { preview: false });
  };
  await Promise.all(files.map(one));
}

async function pickFile(host: ServerHost): Promise<void> {
  const listed = await host.run("listRecordings", {});
  if (listed === undefined) return;
  if (listed.recordings.length === 0) {
    await transcribeFile(host);
    return;
  }
  const items = listed.recordings.map((recording) => ({
    label: `$(unmute) ${path.posix.basename(recording.relative)}`,
    description: path.posix.dirname(recording.relative).replace(/^\.$/, ""),
    uri: recording.uri,
  }));
  const choice = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t("Transcribe which recording into a new document?"),
    placeHolder: vscode.l10n.t("Audio and video files of the workspace"),
    matchOnDescription: true,
  });
  if (choice !== undefined) await intoDocuments(host, [vscode.Uri.parse(choice.uri)]);
}

async function insideTranscript(host: ServerHost, place: Here): Promise<boolean> {
  const recording = await host.run("recordingAt", { uri: place.uri, position: place.position });
  return recording !== undefined && recording !== null;
}

function touches(link: Link, position: Place["position"]): boolean {
  const { start, end } = link.range;
  const after =
    position.line > start.line ||
    (position.line === start.line && position.character >= start.character);
  const before =
    position.line < end.line || (position.line === end.line && position.character <= end.character);
  return after && before;
}

function stateWords(link: Link): string {
  switch (link.state) {
    case "none":
      return "";
    case "current":
      return vscode.l10n.t("transcribed");
    case "stale":
      return vscode.l10n.t("stale: the recording has changed");
    case "edited":
      return vscode.l10n.t("transcribed, and edited by hand");
    case "missing":
      return vscode.l10n.t("no such file");
    case "remote":
      return vscode.l10n.t("on the network");
  }
}

/** Say what came of it where nothing can be seen to have happened. The server tells what failed. */
export async function tellOutcome(
  host: ServerHost,
  result: LinksResult,
  again: Place | undefined,
): Promise<void> {
  const count = (...kinds: string[]): number =>
    result.links.filter((link) => kinds.includes(link.outcome)).length;
  const written = count("inserted", "replaced");
  if (written > 0) {
    const message =
      written === 1
        ? vscode.l10n.t("Transcript inserted")
        : vscode.l10n.t("{0} transcripts inserted", written);
    vscode.window.setStatusBarMessage(`$(check) ${message}`, 5_000);
    await vscode.commands.executeCommand("setContext", "cuttledoc.hasTranscribed", true);
    return;
  }
  if (result.links.length === 0) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t("There is nothing here to transcribe."),
    );
  } else if (count("unchanged") === result.links.length) {
    const force = vscode.l10n.t("Transcribe Again");
    const message =
      result.links.length === 1
        ? vscode.l10n.t("The transcript is up to date.")
        : vscode.l10n.t("All transcripts are up to date.");
    const choice = await vscode.window.showInformationMessage(
      message,
      ...(again === undefined ? [] : [force]),
    );
    if (choice === force && again !== undefined)
      await host.run("transcribeLink", { ...again, force: true });
  }
}
