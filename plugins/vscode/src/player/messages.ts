// What the extension and the player's page say to each other.

/** A piece of a transcript; times in seconds. */
export interface Piece {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** To the page. */
export type ToPage =
  | {
      readonly kind: "open";
      readonly source: string;
      readonly name: string;
      readonly video: boolean;
      readonly seconds: number;
      readonly pieces: readonly Piece[];
    }
  | { readonly kind: "seek"; readonly seconds: number };

/** From the page. */
export type FromPage =
  { readonly kind: "ready" } | { readonly kind: "unplayable" } | { readonly kind: "openOutside" };
