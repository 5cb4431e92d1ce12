// When a server that has crashed is started again.

/** Waits between a crash and the next start, in milliseconds: longer each time. */
const WAITS = [500, 1_000, 2_000, 5_000, 10_000] as const;

/** A server that ran this long was well; its crash begins a new count. */
const WELL_MILLISECONDS = 120_000;

/** Counts the crashes in a row. */
export class Backoff {
  #crashes = 0;

  /** Note a crash. */
  crashed(ranMilliseconds: number): Verdict {
    if (ranMilliseconds >= WELL_MILLISECONDS) this.#crashes = 0;
    const wait = WAITS[this.#crashes];
    this.#crashes += 1;
    return { first: this.#crashes === 1, wait };
  }

  /** The user has taken it in hand: count anew. */
  reset(): void {
    this.#crashes = 0;
  }
}

export interface Verdict {
  /** Whether it is the first of its row: the one that is told. */
  readonly first: boolean;
  /** How long to wait before the next start; undefined to give up. */
  readonly wait: number | undefined;
}
