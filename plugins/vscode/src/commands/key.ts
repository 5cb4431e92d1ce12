// The key of a transcription server: kept by VS Code's secret storage, given to our server in its
// environment, never written into settings. Each server has a key of its own.

import * as vscode from "vscode";
import { ownSetting } from "../server/where.ts";

const PREFIX = "cuttledoc.apiKey:";
const OPENAI = "api.openai.com";

/** Whose key it is: the host in the setting `cuttledoc.cloudUrl`, or OpenAI's. */
function host(): string {
  const url = ownSetting("cloudUrl");
  return url === "" ? OPENAI : vscode.Uri.parse(url).authority;
}

export async function setApiKey(secrets: vscode.SecretStorage): Promise<void> {
  const server = host();
  const key = await vscode.window.showInputBox({
    title: vscode.l10n.t("API Key for {0}", server),
    prompt: vscode.l10n.t(
      "Kept by VS Code's secret storage. It is only used with the setting “Cuttledoc: Cloud”.",
    ),
    password: true,
    ignoreFocusOut: true,
    validateInput: (value) =>
      /^[\x21-\x7e]+$/.test(value.trim())
        ? undefined
        : vscode.l10n.t("A key has letters, digits and signs, and no spaces."),
  });
  if (key === undefined) return;
  await secrets.store(PREFIX + server, key.trim());
  void vscode.window.showInformationMessage(
    vscode.l10n.t("The API key for {0} is stored.", server),
  );
}

export async function deleteApiKey(secrets: vscode.SecretStorage): Promise<void> {
  const server = host();
  await secrets.delete(PREFIX + server);
  void vscode.window.showInformationMessage(
    vscode.l10n.t("No API key for {0} is stored any more.", server),
  );
}

/** The key as a variable of the environment, if it may be used here. */
export async function keyVariable(secrets: vscode.SecretStorage): Promise<NodeJS.ProcessEnv> {
  if (!wanted()) return {};
  const server = host();
  const key = await secrets.get(PREFIX + server);
  if (key === undefined) return {};
  // The first is heeded for OpenAI's own servers alone, the other for all.
  return server === OPENAI ? { OPENAI_API_KEY: key } : { CUTTLEDOC_API_KEY: key };
}

export function whenKeyChanges(
  secrets: vscode.SecretStorage,
  changed: () => void,
): vscode.Disposable {
  return secrets.onDidChange(({ key }) => {
    if (key.startsWith(PREFIX) && wanted()) changed();
  });
}

/** Whether recordings may leave the machine: the user wants it, and trusts the workspace. */
function wanted(): boolean {
  return vscode.workspace.isTrusted && ["ask", "on"].includes(ownSetting("cloud"));
}
