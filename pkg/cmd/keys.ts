/** Keys of `fairlead up`, where somebody sits at a terminal. */
import { spawn } from 'node:child_process';

const meanings = {
  h: 'this help',
  o: 'open the live page in a browser',
  r: 'restart; everything is kept',
  p: 'the plan of the last change: which Pods the Service has, and why',
  q: 'quit',
} as const;

export type Key = keyof typeof meanings;

/** One line, for the start. */
export const keyHints = 'keys: h help · o open page · r restart · p plan of the last change · q quit';

export const keyTable = Object.entries(meanings)
  .map(([key, meaning]) => `  ${key}  ${meaning}`)
  .join('\n');

const isKey = (text: string): text is Key => Object.hasOwn(meanings, text);
/** What a terminal in raw mode sends instead of a signal. */
const interrupts = new Set(['\u0003', '\u0004']);

/** Undefined where there is no terminal. Raw mode ends with the returned handle. */
export function listenToKeys(
  pressed: (key: Key) => void,
  { stdin, stdout }: Pick<NodeJS.Process, 'stdin' | 'stdout'> = process,
): Disposable | undefined {
  if (!stdin.isTTY || !stdout.isTTY) return undefined;
  const hear = (chunk: Buffer): void => {
    for (const letter of chunk.toString('utf8').toLowerCase()) {
      if (interrupts.has(letter)) process.kill(process.pid, 'SIGINT');
      else if (isKey(letter)) pressed(letter);
    }
  };
  stdin.setRawMode(true).resume().on('data', hear);
  return {
    [Symbol.dispose]: () => {
      stdin.off('data', hear).pause().setRawMode(false);
    },
  };
}

const openers: Readonly<Partial<Record<NodeJS.Platform, string>>> = { darwin: 'open', win32: 'explorer' };

/** Where there is no browser, the line with the address has been printed. */
export function openInBrowser(url: string): void {
  const opener = openers[process.platform] ?? 'xdg-open';
  spawn(opener, [url], { stdio: 'ignore', detached: true })
    .once('error', () => console.log(`No browser here; the page is at ${url}`))
    .unref();
}
