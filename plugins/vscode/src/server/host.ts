// The life of the server: found, started, watched, started again when it crashes.

import * as vscode from "vscode";
import { ExecuteCommandRequest } from "vscode-languageclient";
import type { LanguageClient } from "vscode-languageclient/node";
import type { Found, Missing } from "../discovery/find.ts";
import { log } from "../log.ts";
import { Backoff } from "./backoff.ts";
import type { Listener } from "./client.ts";
import { makeClient } from "./client.ts";
import type { Commands } from "./protocol.ts";
import { PREFIX } from "./protocol.ts";

export type State =
  | { readonly kind: "stopped" }
  | { readonly kind: "starting" }
  | { readonly kind: "running"; readonly server: Found }
  | { readonly kind: "waiting" }
  | { readonly kind: "crashed" }
  | { readonly kind: "missing"; readonly problem: Missing };

/** What the host needs of the rest. */
export interface Surroundings {
  find(): Promise<Found | Missing>;
  /** What the server is told in its environment only. */
  secrets(): Promise<NodeJS.ProcessEnv>;
  /** Tell the user why there is no server and mend it, if they want; true if there is one now. */
  mend(problem: Missing): Promise<boolean>;
  readonly listener: Omit<Listener, "closed">;
}

/** The one server of this window. Whatever it does is done one after the other. */
export class ServerHost implements vscode.Disposable {
  readonly #surroundings: Surroundings;
  readonly #changed = new vscode.EventEmitter<State>();
  readonly #backoff = new Backoff();
  #state: State = { kind: "stopped" };
  #client: LanguageClient | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #retry: NodeJS.Timeout | undefined;
  #began = 0;

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
  }

  readonly onDidChange: vscode.Event<State> = this.#changed.event;

  get state(): State {
    return this.#state;
  }

  /** Start the server if it is not running. */
  async start(): Promise<void> {
    await this.#inTurn(async () => await this.#start());
  }

  /** Stop the server and start what is found now. */
  async restart(): Promise<void> {
    this.#backoff.reset();
    await this.#inTurn(async () => {
      await this.#stop();
      await this.#start();
    });
  }

  /** Something that decides on the server has changed: restart if it is another one now. */
  async findAgain(): Promise<void> {
    await this.#inTurn(async () => {
      const found = await this.#surroundings.find();
      const running = this.#state.kind === "running" ? this.#state.server.command : undefined;
      if (found.kind === "found" && found.command === running) return;
      await this.#stop();
      await this.#start(found);
    });
  }

  async stop(): Promise<void> {
    await this.#inTurn(async () => await this.#stop());
  }

  /**
   * Run one of the server's commands, starting the server if need be.
   *
   * @returns undefined if there is no server, or it failed; the user has been told then.
   */
  async run<Name extends keyof Commands>(
    name: Name,
    argument: Commands[Name][0],
    token?: vscode.CancellationToken,
  ): Promise<Commands[Name][1] | undefined> {
    const client = await this.ready();
    if (client === undefined) return undefined;
    const params = { command: PREFIX + name, arguments: [argument] };
    try {
      const result = (await client.sendRequest(
        ExecuteCommandRequest.type,
        params,
        token,
      )) as Commands[Name][1];
      this.#surroundings.listener.ran(params.command, params.arguments, result);
      return result;
    } catch (error) {
      if (token?.isCancellationRequested !== true) this.#tellFailure(client, error);
      return undefined;
    }
  }

  /** The client, after starting the server if need be; without one the user is told, and helped. */
  async ready(): Promise<LanguageClient | undefined> {
    await this.start();
    const state = this.#state;
    if (state.kind === "missing" && (await this.#surroundings.mend(state.problem)))
      await this.start();
    return this.client;
  }

  /** The client, if its server runs; nothing is started. */
  get client(): LanguageClient | undefined {
    return this.#state.kind === "running" ? this.#client : undefined;
  }

  dispose(): void {
    clearTimeout(this.#retry);
    this.#changed.dispose();
  }

  async #inTurn(work: () => Promise<void>): Promise<void> {
    const mine = this.#last.then(work).catch((error: unknown) => {
      log.error(error instanceof Error ? error : String(error));
    });
    this.#last = mine;
    await mine;
  }

  async #start(known?: Found | Missing): Promise<void> {
    if (this.#client !== undefined) return;
    clearTimeout(this.#retry);
    this.#become({ kind: "starting" });
    const server = known ?? (await this.#surroundings.find());
    if (server.kind !== "found") {
      this.#become({ kind: "missing", problem: server });
      return;
    }
    const closed = (): void => this.#crashed(client);
    const client = makeClient(server, await this.#surroundings.secrets(), {
      ...this.#surroundings.listener,
      closed,
    });
    this.#client = client;
    this.#began = Date.now();
    try {
      await client.start();
    } catch (error) {
      log.error(
        `the server did not start: ${error instanceof Error ? error.message : String(error)}`,
      );
      this.#crashed(client);
    }
    if (this.#client === client) this.#become({ kind: "running", server });
  }

  async #stop(): Promise<void> {
    clearTimeout(this.#retry);
    const client = this.#client;
    this.#client = undefined;
    if (client !== undefined) await ended(client);
    this.#become({ kind: "stopped" });
  }

  #crashed(client: LanguageClient): void {
    if (this.#client !== client) return; // it was asked to, or this was heard already
    this.#client = undefined;
    setTimeout(() => void ended(client), 0);
    const { first, wait } = this.#backoff.crashed(Date.now() - this.#began);
    if (wait === undefined) {
      log.error("the server has crashed too often in a row and is left alone");
      this.#become({ kind: "crashed" });
      void this.#tellGivenUp();
      return;
    }
    log.warn(`the server has ended unexpectedly; next start in ${wait} ms`);
    this.#become({ kind: "waiting" });
    this.#retry = setTimeout(() => void this.start(), wait);
    if (first) void this.#tellCrash();
  }

  #become(state: State): void {
    this.#state = state;
    this.#changed.fire(state);
  }

  async #tellCrash(): Promise<void> {
    const show = vscode.l10n.t("Show Output");
    const message = vscode.l10n.t(
      "The Cuttledoc server stopped unexpectedly and is being restarted. Your documents are untouched.",
    );
    if ((await vscode.window.showWarningMessage(message, show)) === show) log.show();
  }

  async #tellGivenUp(): Promise<void> {
    const restart = vscode.l10n.t("Restart Server");
    const show = vscode.l10n.t("Show Output");
    const message = vscode.l10n.t(
      "The Cuttledoc server keeps stopping, so it was not started again. The output tells why.",
    );
    const choice = await vscode.window.showErrorMessage(message, restart, show);
    if (choice === restart) await this.restart();
    if (choice === show) log.show();
  }

  #tellFailure(client: LanguageClient, error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    log.warn(`a command failed: ${reason}`);
    // Of a crash the user is told once, and not by each command that it cut off.
    if (this.#client === client) void vscode.window.showErrorMessage(reason);
  }
}

/** End a client in whatever state it is. */
async function ended(client: LanguageClient): Promise<void> {
  try {
    await client.dispose();
  } catch (error) {
    log.debug(`ending the server: ${String(error)}`);
  }
}
