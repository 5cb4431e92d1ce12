// The server's progress as one notification with Cancel, however many recordings are queued.

import * as vscode from "vscode";
import type { Middleware } from "vscode-languageclient";
import { WorkDoneProgressCancelNotification } from "vscode-languageclient";
import type { ServerHost } from "../server/host.ts";
import type { Status } from "../server/protocol.ts";
import { Batch } from "./batch.ts";

/** How long the notification outlives the last progress: the next recording may be about to begin. */
const LINGER_MILLISECONDS = 400;

const WORDS = {
  count: (done: number, total: number): string => vscode.l10n.t("{0} of {1} done", done, total),
};

export class ProgressNotification implements vscode.Disposable {
  readonly #host: () => ServerHost;
  #batch: Batch | undefined;
  #update: (() => void) | undefined;
  #close: (() => void) | undefined;
  #lingering: NodeJS.Timeout | undefined;

  constructor(host: () => ServerHost) {
    this.#host = host;
  }

  /** Hears every progress of the server. */
  readonly middleware: NonNullable<Middleware["handleWorkDoneProgress"]> = (
    token,
    params,
    next,
  ) => {
    switch (params.kind) {
      case "begin":
        this.#open().begin(token, params.title);
        break;
      case "report":
        this.#batch?.report(token, params.message, params.percentage);
        break;
      case "end":
        this.#batch?.end(token);
        next(token, params); // the client forgets the token
        break;
    }
    this.#changed();
  };

  /** The server's queue has changed. */
  status(status: Status): void {
    if (this.#batch === undefined) return;
    this.#batch.waiting = status.jobs.filter((job) => job.state === "waiting").length;
    this.#changed();
  }

  /** The server is gone, and what it did with it. */
  drop(): void {
    clearTimeout(this.#lingering);
    this.#close?.();
  }

  dispose(): void {
    this.drop();
  }

  #changed(): void {
    this.#update?.();
    clearTimeout(this.#lingering);
    if (this.#batch?.over === true)
      this.#lingering = setTimeout(() => this.#close?.(), LINGER_MILLISECONDS);
  }

  #open(): Batch {
    if (this.#batch !== undefined) return this.#batch;
    const batch = new Batch(WORDS);
    this.#batch = batch;
    const options = {
      location: vscode.ProgressLocation.Notification,
      title: "Cuttledoc",
      cancellable: true,
    };
    void vscode.window.withProgress(options, async (progress, token) => {
      token.onCancellationRequested(() => void this.#cancel(batch));
      let told = 0;
      this.#update = (): void => {
        const { message, percentage } = batch.shown;
        progress.report({ message, increment: percentage - told });
        told = percentage;
      };
      this.#update();
      await new Promise<void>((resolve) => {
        this.#close = resolve;
      });
      this.#batch = this.#update = this.#close = undefined;
    });
    return batch;
  }

  async #cancel(batch: Batch): Promise<void> {
    const client = this.#host().client;
    if (client === undefined) return;
    for (const token of batch.tokens)
      await client.sendNotification(WorkDoneProgressCancelNotification.type, { token });
    await this.#host().run("cancel", {}); // those that wait
  }
}
