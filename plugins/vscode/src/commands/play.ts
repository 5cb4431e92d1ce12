// Opens the player: from a hover's link, or for what is under the cursor.

import * as vscode from "vscode";
import type { Player } from "../player/panel.ts";
import type { ServerHost } from "../server/host.ts";
import type { PlayArguments, Recording } from "../server/protocol.ts";
import { here } from "./transcribe.ts";

/** A link of a hover was clicked. The server made it; a document cannot name this command. */
export async function play(host: ServerHost, player: Player, given: unknown): Promise<void> {
  if (!isPlay(given)) return;
  const recording = vscode.Uri.parse(given.uri, true);
  if (recording.scheme !== "file") return;
  const found = await withTranscript(host, given.document, recording);
  player.open({ recording, seconds: given.seconds, pieces: found?.segments ?? [] });
}

/** The recording of the link, or of the transcript, under the cursor; else the first of the document. */
export async function playHere(host: ServerHost, player: Player): Promise<void> {
  const place = here();
  if (place === undefined) return;
  const found = await host.run("recordingAt", { uri: place.uri, position: place.position });
  if (found === undefined) return;
  if (found === null) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t("Put the cursor into a link to a recording, or into its transcript."),
    );
    return;
  }
  player.open({
    recording: vscode.Uri.parse(found.uri),
    seconds: found.seconds,
    pieces: found.segments,
  });
}

/** What the server knows of a recording that a document links to. */
async function withTranscript(
  host: ServerHost,
  document: string,
  recording: vscode.Uri,
): Promise<Recording | undefined> {
  const listed = await host.run("listLinks", { uri: document });
  const link = listed?.links.find(
    ({ path }) => path !== null && vscode.Uri.file(path).toString() === recording.toString(),
  );
  if (link === undefined) return undefined;
  return (
    (await host.run("recordingAt", { uri: document, position: link.range.start })) ?? undefined
  );
}

function isPlay(given: unknown): given is PlayArguments {
  if (typeof given !== "object" || given === null) return false;
  const { uri, seconds, document } = given as Record<string, unknown>;
  return (
    typeof uri === "string" &&
    typeof document === "string" &&
    typeof seconds === "number" &&
    Number.isFinite(seconds) &&
    seconds >= 0
  );
}
