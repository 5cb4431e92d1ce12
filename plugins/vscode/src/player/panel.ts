// The player: one panel beside the document, opened at a second of a recording.

import { randomBytes } from "node:crypto";
import * as path from "node:path";
import * as vscode from "vscode";
import { log } from "../log.ts";
import { isVideo } from "../media.ts";
import type { FromPage, Piece, ToPage } from "./messages.ts";
import { page } from "./page.ts";

export interface Opening {
  readonly recording: vscode.Uri;
  readonly seconds: number;
  readonly pieces: readonly Piece[];
}

export class Player implements vscode.Disposable {
  readonly #extension: vscode.Uri;
  #panel: vscode.WebviewPanel | undefined;
  #shown: Opening | undefined;
  #ready = false;

  constructor(extension: vscode.Uri) {
    this.#extension = extension;
  }

  /** Show a recording from a second on, and play it. */
  open(opening: Opening): void {
    const panel = (this.#panel ??= this.#make());
    const before = this.#shown;
    this.#shown = opening;
    panel.title = path.basename(opening.recording.fsPath);
    panel.reveal(undefined, true);
    const same =
      before?.recording.toString() === opening.recording.toString() &&
      samePieces(before.pieces, opening.pieces);
    if (same && this.#ready) this.#send({ kind: "seek", seconds: opening.seconds });
    else this.#load(panel, opening);
  }

  dispose(): void {
    this.#panel?.dispose();
  }

  #make(): vscode.WebviewPanel {
    const panel = vscode.window.createWebviewPanel(
      "cuttledoc.player",
      "Cuttledoc",
      { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
      { retainContextWhenHidden: true }, // it plays on behind another tab
    );
    panel.iconPath = {
      light: vscode.Uri.joinPath(this.#extension, "media", "transcribe-light.svg"),
      dark: vscode.Uri.joinPath(this.#extension, "media", "transcribe-dark.svg"),
    };
    panel.webview.onDidReceiveMessage(async (message: FromPage) => await this.#heard(message));
    panel.onDidDispose(() => {
      this.#panel = this.#shown = undefined;
    });
    return panel;
  }

  #load(panel: vscode.WebviewPanel, { recording }: Opening): void {
    this.#ready = false;
    const { webview } = panel;
    const ours = ["dist", "media"].map((name) => vscode.Uri.joinPath(this.#extension, name));
    webview.options = {
      enableScripts: true,
      localResourceRoots: [...ours, vscode.Uri.joinPath(recording, "..")],
    };
    const address = (...parts: string[]): string =>
      webview.asWebviewUri(vscode.Uri.joinPath(this.#extension, ...parts)).toString();
    webview.html = page({
      cspSource: webview.cspSource,
      script: address("dist", "player.js"),
      style: address("media", "player.css"),
      nonce: randomBytes(16).toString("base64url"),
      language: vscode.env.language,
    });
  }

  async #heard(message: FromPage): Promise<void> {
    const opening = this.#shown;
    if (opening === undefined || this.#panel === undefined) return;
    const { recording, seconds, pieces } = opening;
    const name = path.basename(recording.fsPath);
    switch (message.kind) {
      case "ready": {
        this.#ready = true;
        const source = this.#panel.webview.asWebviewUri(recording).toString();
        this.#send({ kind: "open", source, name, video: isVideo(name), seconds, pieces });
        break;
      }
      case "unplayable":
        log.info(`the player cannot play ${path.extname(name)} files here`);
        break;
      case "openOutside":
        await vscode.env.openExternal(recording);
        break;
    }
  }

  #send(message: ToPage): void {
    void this.#panel?.webview.postMessage(message);
  }
}

function samePieces(one: readonly Piece[], other: readonly Piece[]): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
