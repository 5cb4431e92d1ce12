// Which piece of a transcript is being said. Pure.

import type { Piece } from "./messages.ts";

/** The index of the last piece that has begun; -1 before the first. The pieces are in order. */
export function pieceAt(pieces: readonly Piece[], seconds: number): number {
  let low = 0;
  let high = pieces.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((pieces[middle]?.start ?? Infinity) <= seconds) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/**
 * Where to begin for a time that was asked for. Time stamps are in whole seconds: one means the
 * piece that begins within that second.
 */
export function beginning(pieces: readonly Piece[], seconds: number): number {
  const meant = pieces.find((piece) => Math.floor(piece.start) === seconds);
  return meant?.start ?? seconds;
}

/** A time as people read it: 0:07, 12:30, 1:02:03. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (value: number): string => String(value).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours > 0
    ? `${hours}:${two(minutes)}:${two(whole % 60)}`
    : `${minutes}:${two(whole % 60)}`;
}
