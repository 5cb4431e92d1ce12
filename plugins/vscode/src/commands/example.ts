// A note with a recording to try things on.

import * as vscode from "vscode";

/** Copy the example out of the extension, where it can be edited, and open it. */
export async function openExample(context: vscode.ExtensionContext): Promise<void> {
  const folder = vscode.Uri.joinPath(context.globalStorageUri, "example");
  const note = vscode.Uri.joinPath(folder, "note.md");
  const exists = await vscode.workspace.fs.stat(note).then(
    () => true,
    () => false,
  );
  if (!exists) {
    await vscode.workspace.fs.copy(
      vscode.Uri.joinPath(context.extensionUri, "media", "example"),
      folder,
      { overwrite: true },
    );
  }
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(note));
}
