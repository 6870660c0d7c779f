import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';

const program = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) => existsSync(path));

/** Whether there is a browser here: Debian's package `chromium` brings one. */
export const hasChromium = program !== undefined;

/** For `describe.skipIf(!hasChromium)`: the reason stands in the name of what is left out. */
export const withChromium = (what: string): string =>
  hasChromium ? what : `${what} (left out: there is no chromium here)`;

/** As root, as in most containers, it starts only without its sandbox. */
export const startChromium = (): Promise<Browser> =>
  chromium.launch({ executablePath: program!, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });

export interface Opened {
  readonly page: Page;
  /** What it said in the console, or threw. */
  readonly said: string[];
  /** All that it asked for, but for itself and what stands in it. */
  readonly requests: string[];
}

/** Opens a page of the disk. */
export const openPage = async (browser: Browser, file: string): Promise<Opened> => {
  const page = await browser.newPage();
  const address = pathToFileURL(file).href;
  const said: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => said.push(message.text()));
  page.on('pageerror', (error) => said.push(String(error)));
  page.on('dialog', (dialog) => {
    said.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (request.url() !== address && !request.url().startsWith('data:')) requests.push(request.url());
  });
  await page.goto(address, { waitUntil: 'load' });
  return { page, said, requests };
};

export interface Violation {
  readonly id: string;
  readonly where: readonly string[];
}

/** What axe finds against the rules of WCAG and its own advice. */
export const violationsOf = async (page: Page): Promise<readonly Violation[]> => {
  // By the debugger's way, which the page's own policy does not stop.
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as Axe).axe.run();
    return violations.map(({ id, nodes }) => ({ id, where: nodes.slice(0, 3).map(({ html }) => html.slice(0, 160)) }));
  });
};

interface Axe {
  readonly axe: {
    run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
  };
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export const unfold = (page: Page): Promise<void> =>
  page.evaluate(`for (const each of document.querySelectorAll('details')) each.open = true`);

/** By how many pixels the page is wider than its window. */
export const overhangOf = (page: Page): Promise<number> =>
  page.evaluate(`document.documentElement.scrollWidth - document.documentElement.clientWidth`);

/** Cells of tables that are so narrow that words in them break, letter by letter: what they say. */
export const squeezedOf = (page: Page): Promise<readonly string[]> =>
  page.evaluate(`[...document.querySelectorAll('td, th')]
    .filter((cell) => getComputedStyle(cell).writingMode === 'horizontal-tb')
    .filter((cell) => cell.innerText.length > 5 && cell.clientWidth > 0 && cell.clientWidth < 40)
    .map((cell) => cell.innerText.slice(0, 40))`);
