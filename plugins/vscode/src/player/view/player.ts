// Runs in the player's page.

import { beginning, clock, pieceAt } from "../follow.ts";
import type { FromPage, Piece, ToPage } from "../messages.ts";

declare function acquireVsCodeApi(): { postMessage(message: FromPage): void };

const vscode = acquireVsCodeApi();

function element<Type extends HTMLElement>(id: string, type: new () => Type): Type {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`The page has no ${id}.`);
  return found;
}

const stage = element("stage", HTMLElement);
const list = element("transcript", HTMLOListElement);
const follow = element("follow", HTMLButtonElement);
const speed = element("speed", HTMLSelectElement);

let media: HTMLMediaElement | undefined;
let pieces: readonly Piece[] = [];
let current = -1;

window.addEventListener("message", (event: MessageEvent<ToPage>) => {
  const message = event.data;
  if (message.kind === "open") open(message);
  else seek(message.seconds);
});

element("outside", HTMLButtonElement).addEventListener("click", () =>
  vscode.postMessage({ kind: "openOutside" }),
);
speed.addEventListener("change", () => {
  if (media !== undefined) media.playbackRate = Number(speed.value);
});
follow.addEventListener("click", () => setFollowing(!following()));
// Who scrolls by hand wants to read elsewhere.
list.addEventListener("wheel", () => setFollowing(false), { passive: true });

document.addEventListener("keydown", (event) => {
  const target = event.target;
  if (
    media === undefined ||
    target instanceof HTMLButtonElement ||
    target instanceof HTMLSelectElement ||
    target instanceof HTMLMediaElement
  )
    return;
  if (event.key === " ") toggle(media);
  else if (event.key === "ArrowLeft") media.currentTime -= 5;
  else if (event.key === "ArrowRight") media.currentTime += 5;
  else return;
  event.preventDefault();
});

vscode.postMessage({ kind: "ready" });

function open(message: ToPage & { kind: "open" }): void {
  element("name", HTMLElement).textContent = message.name;
  pieces = message.pieces;
  list.replaceChildren(...pieces.map(row));
  element("none", HTMLElement).hidden = pieces.length > 0;

  const player = document.createElement(message.video ? "video" : "audio");
  player.controls = true;
  player.preload = "auto";
  player.setAttribute("aria-label", message.name);
  player.addEventListener("timeupdate", () => mark(player.currentTime));
  player.addEventListener("seeked", () => mark(player.currentTime));
  player.addEventListener("error", unplayable);
  player.addEventListener(
    "loadedmetadata",
    () => {
      player.playbackRate = Number(speed.value);
      seek(message.seconds);
    },
    { once: true },
  );
  player.src = message.source;
  media = player;
  stage.replaceChildren(player);
}

function unplayable(): void {
  element("unplayable", HTMLElement).hidden = false;
  stage.hidden = true;
  vscode.postMessage({ kind: "unplayable" });
}

function seek(wanted: number): void {
  if (media === undefined) return;
  const seconds = beginning(pieces, wanted);
  setFollowing(true);
  media.currentTime = seconds;
  mark(seconds);
  // Chromium may want a click first; then the user presses play.
  media.play().catch(() => undefined);
}

function toggle(player: HTMLMediaElement): void {
  if (player.paused) player.play().catch(() => undefined);
  else player.pause();
}

function row(piece: Piece): HTMLLIElement {
  const item = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  const time = document.createElement("time");
  time.textContent = clock(piece.start);
  const words = document.createElement("span");
  words.textContent = piece.text;
  button.append(time, words);
  button.addEventListener("click", () => seek(piece.start));
  item.append(button);
  return item;
}

function mark(seconds: number): void {
  const index = pieceAt(pieces, seconds);
  if (index === current && list.children[index]?.querySelector("[aria-current]") !== null) return;
  list.querySelector("[aria-current]")?.removeAttribute("aria-current");
  current = index;
  const button = list.children[index]?.firstElementChild;
  button?.setAttribute("aria-current", "true");
  if (following()) button?.scrollIntoView({ block: "nearest" });
}

function following(): boolean {
  return follow.getAttribute("aria-pressed") === "true";
}

function setFollowing(on: boolean): void {
  follow.setAttribute("aria-pressed", String(on));
}
