// What a user's hands and eyes do in VS Code.

import type { Locator, Page } from "playwright-core";
import { until } from "./editor.ts";

export class Hand {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Open a file by its name, as with Ctrl+P. */
  async open(name: string): Promise<void> {
    await this.page.keyboard.press("Control+p");
    await this.#quickInput(name);
    await this.page.locator(`.tab.active[data-resource-name="${name}"]`).waitFor();
    await this.focusEditor();
  }

  /** Run a command of the palette by its whole title. */
  async command(title: string): Promise<void> {
    await this.page.keyboard.press("F1");
    await this.#quickInput(`>${title}`, title);
  }

  async #quickInput(text: string, label?: string): Promise<void> {
    const input = this.page.locator(".quick-input-widget input.input");
    await input.waitFor();
    await input.fill(text);
    const rows = this.page.locator(".quick-input-list .monaco-list-row");
    const row = label === undefined ? rows.first() : rows.filter({ hasText: label }).first();
    await row.click();
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

  /** Put the cursor at the start of a line, counted from 1. */
  async goTo(line: number, column = 1): Promise<void> {
    await this.page.keyboard.press("Control+g");
    const input = this.page.locator(".quick-input-widget input.input");
    await input.waitFor();
    await input.fill(`:${line}:${column}`);
    await this.page.keyboard.press("Enter");
    await input.waitFor({ state: "hidden" });
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
    await this.page.keyboard.press("Control+s");
    await this.page.locator(".tab.active.dirty").waitFor({ state: "detached" });
  }

  lens(title: string): Locator {
    return this.page.locator(".codelens-decoration a", { hasText: title });
  }

  notification(text: string | RegExp): Locator {
    return this.page.locator(".notifications-toasts .notification-list-item", { hasText: text });
  }

  get hover(): Locator {
    return this.page
      .locator(".monaco-hover:not(.hidden) .hover-contents, .monaco-hover:not(.hidden) .hover-row")
      .first();
  }

  /** Point at a text of the editor. */
  async pointAt(text: string): Promise<void> {
    await this.page.mouse.move(5, 5);
    await this.page
      .locator(".editor-group-container.active .view-line span > span", { hasText: text })
      .last()
      .hover();
  }

  get statusItem(): Locator {
    return this.page.locator(".part.statusbar .statusbar-item[id='cuttledoc.cuttledoc.status']");
  }
}

function matches(text: string, wanted: string | RegExp): boolean {
  return typeof wanted === "string" ? text.includes(wanted) : wanted.test(text);
}
