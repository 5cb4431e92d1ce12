// Offers to transcribe a recording that was just dropped or pasted into a Markdown document.

import * as vscode from "vscode";
import { isLink } from "./media.ts";
import type { ServerHost } from "./server/host.ts";

export function offerAfterDrop(host: ServerHost): vscode.Disposable {
  let asking = false;
  return vscode.workspace.onDidChangeTextDocument(async ({ document, contentChanges, reason }) => {
    const change = contentChanges[0];
    if (asking || change === undefined || contentChanges.length > 1 || reason !== undefined) return;
    if (document.languageId !== "markdown" || document.uri.scheme !== "file") return;
    if (!isLink(change.text)) return;
    const settings = vscode.workspace.getConfiguration("cuttledoc", document);
    if (settings.get<boolean>("offerToTranscribe") === false) return;
    asking = true;
    try {
      await ask(host, document, change);
    } finally {
      asking = false;
    }
  });
}

async function ask(
  host: ServerHost,
  document: vscode.TextDocument,
  change: vscode.TextDocumentContentChangeEvent,
): Promise<void> {
  const yes = vscode.l10n.t("Transcribe");
  const never = vscode.l10n.t("Don't Ask Again");
  const choice = await vscode.window.showInformationMessage(
    vscode.l10n.t("Transcribe the recording you have just linked?"),
    yes,
    never,
  );
  if (choice === never) {
    await vscode.workspace
      .getConfiguration("cuttledoc")
      .update("offerToTranscribe", false, vscode.ConfigurationTarget.Global);
  }
  if (choice !== yes) return;
  // Typing may have moved the link meanwhile.
  const text = document.getText();
  const before = document.offsetAt(change.range.start);
  const written = change.text.trim();
  const near = [text.indexOf(written, before), text.lastIndexOf(written, before)].filter(
    (at) => at >= 0,
  );
  const at = near.sort((one, other) => Math.abs(one - before) - Math.abs(other - before))[0];
  if (at === undefined) return;
  await host.run("transcribeLink", {
    uri: document.uri.toString(),
    position: document.positionAt(at + 1),
  });
}
