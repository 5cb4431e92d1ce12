// The key of a transcription service: kept by VS Code's secret storage, given to the server in its
// environment, never written into settings.

import * as vscode from "vscode";
import { cloudAllowed } from "../server/client.ts";

const NAME = "cuttledoc.apiKey";

export async function setApiKey(secrets: vscode.SecretStorage): Promise<void> {
  const key = await vscode.window.showInputBox({
    title: vscode.l10n.t("API Key of the Transcription Service"),
    prompt: vscode.l10n.t(
      "Kept in the system's key ring. It is only used with the setting “Cloud: Enabled”.",
    ),
    password: true,
    ignoreFocusOut: true,
    validateInput: (value) =>
      /^[\x21-\x7e]+$/.test(value.trim())
        ? undefined
        : vscode.l10n.t("A key has letters, digits and signs, and no spaces."),
  });
  if (key === undefined) return;
  await secrets.store(NAME, key.trim());
  void vscode.window.showInformationMessage(vscode.l10n.t("The API key is stored."));
}

export async function deleteApiKey(secrets: vscode.SecretStorage): Promise<void> {
  await secrets.delete(NAME);
  void vscode.window.showInformationMessage(vscode.l10n.t("There is no API key stored any more."));
}

/** The key, if it may be used here. */
export async function apiKeyFor(secrets: vscode.SecretStorage): Promise<string | undefined> {
  return cloudAllowed() ? await secrets.get(NAME) : undefined;
}

export function whenKeyChanges(
  secrets: vscode.SecretStorage,
  changed: () => void,
): vscode.Disposable {
  return secrets.onDidChange(({ key }) => {
    if (key === NAME && cloudAllowed()) changed();
  });
}
