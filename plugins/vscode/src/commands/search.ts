// Search in what was said: the server's workspace symbols, as one types.

import * as vscode from "vscode";
import { WorkspaceSymbolRequest } from "vscode-languageclient";
import type { SymbolInformation, WorkspaceSymbol } from "vscode-languageclient";
import type { ServerHost } from "../server/host.ts";

const PAUSE_MILLISECONDS = 150;

interface Hit extends vscode.QuickPickItem {
  readonly uri: vscode.Uri;
  readonly range: vscode.Range | undefined;
}

export function searchTranscripts(host: ServerHost): void {
  // Shown at once, so that the next key does not go into the document.
  const picker = vscode.window.createQuickPick<Hit>();
  picker.title = vscode.l10n.t("Search Transcripts");
  picker.placeholder = vscode.l10n.t("Words that were said in a recording of this workspace");
  let timer: NodeJS.Timeout | undefined;
  let asked = new vscode.CancellationTokenSource();
  const ask = async (query: string): Promise<void> => {
    asked.cancel();
    const mine = (asked = new vscode.CancellationTokenSource());
    picker.busy = true;
    const found = query.trim() === "" ? [] : await symbols(host, query, mine.token);
    if (asked !== mine) return;
    picker.items = found.map(hit);
    picker.busy = false;
  };
  picker.onDidChangeValue((query) => {
    clearTimeout(timer);
    timer = setTimeout(() => void ask(query), PAUSE_MILLISECONDS);
  });
  picker.onDidAccept(async () => {
    const chosen = picker.selectedItems[0];
    picker.hide();
    if (chosen === undefined) return;
    const document = await vscode.workspace.openTextDocument(chosen.uri);
    const place = chosen.range === undefined ? {} : { selection: chosen.range };
    await vscode.window.showTextDocument(document, place);
  });
  picker.onDidHide(() => {
    clearTimeout(timer);
    asked.cancel();
    picker.dispose();
  });
  picker.show();
}

async function symbols(
  host: ServerHost,
  query: string,
  token: vscode.CancellationToken,
): Promise<readonly (SymbolInformation | WorkspaceSymbol)[]> {
  const client = await host.ready();
  try {
    return (await client?.sendRequest(WorkspaceSymbolRequest.type, { query }, token)) ?? [];
  } catch {
    return []; // cancelled by the next key, or the server is gone, which is told elsewhere
  }
}

function hit(symbol: SymbolInformation | WorkspaceSymbol): Hit {
  const uri = vscode.Uri.parse(symbol.location.uri);
  const range = "range" in symbol.location ? symbol.location.range : undefined;
  const { start, end } = range ?? {};
  return {
    label: symbol.name,
    description: vscode.workspace.asRelativePath(uri),
    detail: symbol.containerName ?? "",
    alwaysShow: true, // the server has matched it
    uri,
    range: start && end && new vscode.Range(start.line, start.character, end.line, end.character),
  };
}
