// The player's page. Its policy lets nothing in but our script and style, and the recording's folder.

import * as vscode from "vscode";

export interface Assets {
  readonly cspSource: string;
  readonly script: string;
  readonly style: string;
  readonly nonce: string;
  readonly language: string;
}

export function page({ cspSource, script, style, nonce, language }: Assets): string {
  const words = {
    follow: vscode.l10n.t("Follow"),
    followHint: vscode.l10n.t("Scroll along with what is being said"),
    speed: vscode.l10n.t("Speed"),
    transcript: vscode.l10n.t("Transcript"),
    none: vscode.l10n.t(
      "There is no transcript with times yet. Transcribe the recording, and it shows here while it plays.",
    ),
    unplayable: vscode.l10n.t("VS Code cannot play this kind of recording itself."),
    outside: vscode.l10n.t("Open in Another Program"),
  };
  const text = (value: string): string =>
    value.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
  const policy = `default-src 'none'; media-src ${cspSource}; style-src ${cspSource}; script-src 'nonce-${nonce}';`;
  const speeds = [0.75, 1, 1.25, 1.5, 2].map(
    (speed) => `<option value="${speed}"${speed === 1 ? " selected" : ""}>${speed}×</option>`,
  );
  return `<!DOCTYPE html>
<html lang="${text(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${text(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${text(style)}">
<title>Cuttledoc</title>
</head>
<body>
<header>
<h1 id="name"></h1>
<div id="stage"></div>
<p id="unplayable" role="alert" hidden>${text(words.unplayable)} <button id="outside" type="button">${text(words.outside)}</button></p>
<div class="controls">
<label>${text(words.speed)} <select id="speed">${speeds.join("")}</select></label>
<button id="follow" type="button" aria-pressed="true" title="${text(words.followHint)}">${text(words.follow)}</button>
</div>
</header>
<main>
<h2 id="transcript-title">${text(words.transcript)}</h2>
<p id="none" hidden>${text(words.none)}</p>
<ol id="transcript" aria-labelledby="transcript-title"></ol>
</main>
<script nonce="${nonce}" src="${text(script)}"></script>
</body>
</html>`;
}
