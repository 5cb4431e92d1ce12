// What a user's hands and eyes do in VS Code.

import type { Frame, Locator, Page } from "playwright-core";
import { until } from "./editor.ts";

export class Hand {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Open a file by its name, as with Ctrl+P. */
  async open(name: string): Promise<void> {
    await this.#pick("Control+p", name, name);
    await this.page.locator(`.tab.active[data-resource-name="${name}"]`).waitFor();
    await this.focusEditor();
  }

  /** Run a command of the palette by its whole title. */
  async command(title: string): Promise<void> {
    await this.#pick("F1", `>${title}`, title);
  }

  /** Press a key, type into the box that opens, and take the row that says this. */
  async #pick(key: string, text: string, label: string): Promise<void> {
    const row = this.page.locator(".quick-input-list .monaco-list-row", { hasText: label }).first();
    // A window that is busy may close the box again, and a new file is found by the next search.
    await until(async () => {
      await this.#box(key);
      try {
        await this.#input.fill(text, { timeout: 5_000 });
        await row.click({ timeout: 5_000 });
        return true;
      } catch (error) {
        await this.page.keyboard.press("Escape");
        throw error;
      }
    }, `${label} to be found`);
  }

  get #input(): Locator {
    return this.page.locator(".quick-input-widget input.input");
  }

  /** Press a key that opens a box to type into. A window that is busy may miss the first. */
  async #box(key: string): Promise<void> {
    await until(async () => {
      await this.page.keyboard.press(key);
      await this.#input.waitFor({ timeout: 3_000 });
      return true;
    }, `a box to open by ${key}`);
  }

  /** Choose a row of the list that is open. */
  async choose(text: string | RegExp): Promise<void> {
    await this.page
      .locator(".quick-input-list .monaco-list-row")
      .filter({ hasText: text })
      .first()
      .click();
  }

  async focusEditor(): Promise<void> {
    await this.page
      .locator(".editor-group-container.active .monaco-editor .view-lines")
      .first()
      .click({ position: { x: 300, y: 2 } });
  }

  /** Put the cursor into a line, counted from 1. */
  async goTo(line: number, column = 1): Promise<void> {
    await this.#box("Control+g");
    await this.#input.fill(`:${line}:${column}`);
    await this.page.keyboard.press("Enter");
    await this.#input.waitFor({ state: "hidden" });
  }

  /** The text of the editor in front, as far as it is drawn. */
  async text(): Promise<string> {
    return await this.page.evaluate(() => {
      const lines = [
        ...document.querySelectorAll<HTMLElement>(
          ".editor-group-container.active .editor-instance .view-lines > .view-line",
        ),
      ];
      lines.sort((one, other) => parseFloat(one.style.top) - parseFloat(other.style.top));
      return lines.map((line) => line.textContent.replaceAll("\u00a0", " ")).join("\n");
    });
  }

  async sees(text: string | RegExp): Promise<void> {
    await until(async () => matches(await this.text(), text), `the text ${String(text)}`);
  }

  async seesNot(text: string | RegExp): Promise<void> {
    await until(
      async () => !matches(await this.text(), text),
      `the end of the text ${String(text)}`,
    );
  }

  /** Save, and wait until the document is no longer marked as changed. */
  async save(): Promise<void> {
    // A transcript that arrives just then wants another save.
    await until(async () => {
      await this.page.keyboard.press("Control+s");
      await this.page.locator(".tab.active.dirty").waitFor({ state: "detached", timeout: 3_000 });
      return true;
    }, "the document to be saved");
  }

  async paste(text: string): Promise<void> {
    await this.page.evaluate(async (given) => await navigator.clipboard.writeText(given), text);
    await this.page.keyboard.press("Control+v");
  }

  lens(title: string): Locator {
    return this.page.locator(".codelens-decoration a", { hasText: title });
  }

  notification(text: string | RegExp): Locator {
    return this.page.locator(".notifications-toasts .notification-list-item", { hasText: text });
  }

  get hover(): Locator {
    return this.page.locator(".monaco-hover:not(.hidden) .hover-contents").first();
  }

  /** Choose from the menu of code actions at the cursor. */
  async codeAction(title: string): Promise<void> {
    const menu = this.page.locator(".action-widget .monaco-list-row", { hasText: title }).first();
    // The server may not have looked the document over yet: ask until it has.
    await until(async () => {
      await this.page.keyboard.press("Control+.");
      try {
        await menu.click({ timeout: 3_000 });
        return true;
      } catch (error) {
        await this.page.keyboard.press("Escape");
        throw error;
      }
    }, `the code action ${title}`);
  }

  /** Choose from the context menu that has just opened. */
  async contextMenu(title: string): Promise<void> {
    const entry = this.page.locator(".context-view .action-label", { hasText: title });
    // A menu takes no click in its first moment.
    await until(async () => {
      await entry.click({ timeout: 3_000 });
      await entry.waitFor({ state: "detached", timeout: 1_000 });
      return true;
    }, `the menu entry ${title} to be taken`);
  }

  async clearNotifications(): Promise<void> {
    await this.command("Notifications: Clear All Notifications");
    await this.notification(/./).first().waitFor({ state: "detached" });
  }

  async theme(label: string): Promise<void> {
    await this.command("Preferences: Color Theme");
    await this.page.getByPlaceholder("Select Color Theme").fill(label);
    await this.choose(label);
  }

  async closeEditor(): Promise<void> {
    await this.command("View: Revert and Close Editor");
  }

  /** The player, once it has a recording. */
  async player(): Promise<Player> {
    let found: Frame | undefined;
    await until(async () => {
      for (const frame of this.page.frames()) {
        if ((await frame.locator("#stage :is(audio, video)").count()) > 0) found = frame;
      }
      return found !== undefined;
    }, "the player");
    if (found === undefined) throw new Error("There is no player.");
    return new Player(found);
  }

  async closePlayer(): Promise<void> {
    await this.page
      .locator(".tab", { hasText: /\.(mp3|m4a|ogg|mp4)$/ })
      .getByRole("button", { name: /Close/ })
      .click();
  }

  /** Point at the first such text of the editor until its hover says something. */
  async pointAt(text: string, wanted: string | RegExp, picture = false): Promise<Locator> {
    const target = this.page
      .locator(".editor-group-container.active .view-line span > span", { hasText: text })
      .first();
    const drawn = this.page.locator('img[src^="data:image/svg+xml"]');
    const hover = this.hover.filter({ hasText: wanted, ...(picture ? { has: drawn } : {}) });
    await until(
      async () => {
        await this.page.mouse.move(5, 5);
        await target.hover();
        await hover.waitFor({ timeout: 3_000 });
        return true;
      },
      `a hover over ${text} with ${String(wanted)}`,
    );
    return hover;
  }

  get statusItem(): Locator {
    return this.page.locator(".part.statusbar .statusbar-item[id='cuttledoc.cuttledoc.status']");
  }
}

function matches(text: string, wanted: string | RegExp): boolean {
  return typeof wanted === "string" ? text.includes(wanted) : wanted.test(text);
}

/** The player's page. */
export class Player {
  readonly frame: Frame;

  constructor(frame: Frame) {
    this.frame = frame;
  }

  get #media(): Locator {
    return this.frame.locator("#stage :is(audio, video)");
  }

  async time(): Promise<number> {
    return await this.#media.evaluate((media: HTMLMediaElement) => media.currentTime);
  }

  async paused(): Promise<boolean> {
    return await this.#media.evaluate((media: HTMLMediaElement) => media.paused);
  }

  async pause(): Promise<void> {
    await this.#media.evaluate((media: HTMLMediaElement) => media.pause());
  }

  /** The piece that is marked as being said. */
  async current(): Promise<string> {
    return await this.frame.locator("#transcript [aria-current]").innerText();
  }
}
