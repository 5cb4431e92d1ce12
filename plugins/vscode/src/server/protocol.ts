// The server's own commands and notifications, as docs/lsp.md has them.

import type { Position, Range } from "vscode-languageclient";

export const PREFIX = "cuttledoc.lsp.";

export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

export interface LinkResult {
  readonly target: string;
  readonly outcome:
    "inserted" | "replaced" | "unchanged" | "kept" | "gone" | "refused" | "cancelled" | "failed";
  readonly path: string | null;
  readonly error: Failure | null;
}

export interface LinksResult {
  readonly links: readonly LinkResult[];
}

export interface FileResult {
  readonly outcome: "done" | "cancelled" | "failed";
  readonly path: string;
  readonly markdown: string;
}

export interface Model {
  readonly id: string;
  readonly kind: string;
  readonly languages: readonly string[];
  readonly licence: string;
  readonly bytes: number;
  readonly installed: boolean;
}

export interface Job {
  readonly path: string;
  readonly state: "waiting" | "running";
  readonly seconds: number;
  readonly duration: number | null;
}

export interface Status {
  readonly version: string;
  readonly model: string;
  readonly modelInstalled: boolean;
  readonly jobs: readonly Job[];
}

export interface Segment {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export interface Recording {
  readonly path: string;
  readonly uri: string;
  readonly target: string;
  readonly seconds: number;
  readonly duration: number | null;
  readonly segments: readonly Segment[];
}

export interface Link {
  readonly target: string;
  readonly range: Range;
  readonly path: string | null;
  readonly state: "none" | "current" | "stale" | "edited" | "missing" | "remote";
}

export interface FoundRecording {
  readonly path: string;
  readonly uri: string;
  readonly relative: string;
}

export interface Place {
  readonly uri: string;
  readonly position: Position;
}

/** Each command of the server: its argument and its answer. */
export interface Commands {
  transcribeLink: [Place & { force?: boolean }, LinksResult];
  transcribeDocument: [{ uri: string; force?: boolean }, LinksResult];
  refresh: [{ uri: string }, LinksResult];
  transcribeFile: [{ uri: string }, FileResult];
  cancel: [{ path?: string }, { cancelled: number }];
  removeTranscript: [Place, { done: boolean }];
  listModels: [Record<string, never>, { models: readonly Model[] }];
  downloadModel: [{ id: string }, { done: boolean }];
  removeModel: [{ id: string }, { done: boolean }];
  clearCache: [Record<string, never>, { deleted: number }];
  status: [Record<string, never>, Status];
  recordingAt: [Place, Recording | null];
  listLinks: [{ uri: string }, { links: readonly Link[] }];
  listRecordings: [Record<string, never>, { recordings: readonly FoundRecording[] }];
}

/** Sent by the server when what it would answer to `status` changes. */
export const STATUS_NOTIFICATION = "cuttledoc/status";

/** The client's own command that the server links to in hovers, and its argument. */
export const PLAY_COMMAND = "cuttledoc.play";
export interface PlayArguments {
  readonly uri: string;
  readonly seconds: number;
  readonly document: string;
}
