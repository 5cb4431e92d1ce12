// Many progresses of the server as one: what is under way, in a line and a percentage. Pure.

/** One progress of the server. */
interface Bar {
  readonly title: string;
  message: string;
  percentage: number;
}

/** What one notification shows of all that runs. */
export interface Shown {
  readonly message: string;
  /** From 0 to 100; never falls while the batch lasts. */
  readonly percentage: number;
}

export interface Words {
  /** For example “2 of 10 done”. */
  count(done: number, total: number): string;
}

/** From the first progress that begins to the last that ends. */
export class Batch {
  readonly #bars = new Map<string | number, Bar>();
  readonly #words: Words;
  #done = 0;
  #waiting = 0;
  #highest = 0;
  #last = "";

  constructor(words: Words) {
    this.#words = words;
  }

  begin(token: string | number, title: string): void {
    this.#bars.set(token, { title, message: "", percentage: 0 });
  }

  report(
    token: string | number,
    message: string | undefined,
    percentage: number | undefined,
  ): void {
    const bar = this.#bars.get(token);
    if (bar === undefined) return;
    if (message !== undefined) bar.message = message;
    if (percentage !== undefined)
      bar.percentage = Math.max(bar.percentage, Math.min(percentage, 100));
  }

  end(token: string | number): void {
    if (this.#bars.delete(token)) this.#done += 1;
  }

  /** How many wait that have no progress yet. */
  set waiting(count: number) {
    this.#waiting = count;
  }

  /** What runs, to cancel it. */
  get tokens(): readonly (string | number)[] {
    return [...this.#bars.keys()];
  }

  /** Whether nothing runs and nothing waits. */
  get over(): boolean {
    return this.#bars.size === 0 && this.#waiting === 0;
  }

  get shown(): Shown {
    const total = this.#done + this.#bars.size + this.#waiting;
    const bars = [...this.#bars.values()];
    const share = bars.reduce((sum, bar) => sum + bar.percentage / 100, this.#done);
    this.#highest = Math.max(this.#highest, total === 0 ? 0 : (100 * share) / total);
    const first = bars[0];
    // Between two recordings the last one still stands there.
    if (first !== undefined) {
      this.#last = [first.title, first.message].filter((text) => text !== "").join(": ");
    }
    const parts = total > 1 ? [this.#last, this.#words.count(this.#done, total)] : [this.#last];
    return { message: parts.join(" · "), percentage: this.#highest };
  }
}
