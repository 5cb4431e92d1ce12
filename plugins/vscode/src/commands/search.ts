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

export async function searchTranscripts(host: ServerHost): Promise<void> {
  const client = await host.ready();
  if (client === undefined) return;
  const picker = vscode.window.createQuickPick<Hit>();
  picker.title = vscode.l10n.t("Search Transcripts");
  picker.placeholder = vscode.l10n.t("Words that were said in a recording of this workspace");
  let timer: NodeJS.Timeout | undefined;
  let asked = new vscode.CancellationTokenSource();
  const ask = async (query: string): Promise<void> => {
    asked.cancel();
    const mine = new vscode.CancellationTokenSource();
    asked = mine;
    if (query.trim() === "") {
      picker.items = [];
      return;
    }
    picker.busy = true;
    try {
      const found = await client.sendRequest(WorkspaceSymbolRequest.type, { query }, mine.token);
      if (asked === mine) picker.items = (found ?? []).map((symbol) => hit(symbol));
    } catch {
      // Cancelled, or the server is gone, which is told elsewhere.
    } finally {
      if (asked === mine) picker.busy = false;
    }
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
    await vscode.window.showTextDocument(
      document,
      chosen.range === undefined ? {} : { selection: chosen.range },
    );
  });
  picker.onDidHide(() => {
    clearTimeout(timer);
    asked.cancel();
    picker.dispose();
  });
  picker.show();
}

function hit(symbol: SymbolInformation | WorkspaceSymbol): Hit {
  const uri = vscode.Uri.parse(symbol.location.uri);
  const range = "range" in symbol.location ? symbol.location.range : undefined;
  return {
    label: symbol.name,
    description: [vscode.workspace.asRelativePath(uri), symbol.containerName ?? ""]
      .filter((text) => text !== "")
      .join(" · "),
    alwaysShow: true, // the server has matched it
    uri,
    range:
      range &&
      new vscode.Range(
        range.start.line,
        range.start.character,
        range.end.line,
        range.end.character,
      ),
  };
}
