// The output channel: what a user can paste into a report. Versions, paths and choices, never contents.

import * as vscode from "vscode";

export const log: vscode.LogOutputChannel = vscode.window.createOutputChannel("Cuttledoc", {
  log: true,
});
