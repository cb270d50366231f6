/** One kubectl or Helm of one version, with a home, a namespace and a folder of files of its own. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import type { Output } from '../server.ts';
import type { RestClient } from '../rest.ts';

export interface ToolOptions {
  readonly program: string;
  /** `kubectl 1.29`: stands in front of each check. */
  readonly title: string;
  /** The minor of kubectl, the major of Helm. */
  readonly version: number;
  /** How its User-Agent begins. */
  readonly agent: string;
  readonly namespace: string;
  readonly kubeconfig: string;
  readonly rest: RestClient;
}

/** A command that goes on, such as `get -w`. */
export interface Running extends AsyncDisposable {
  /** Resolves when what it printed matches; rejects when it ends before, or after 20 s. */
  printed(pattern: RegExp): Promise<string>;
}

interface RunOptions {
  readonly env?: Record<string, string>;
  readonly input?: string;
}

/** A command that hangs is a fault, not a reason to wait. */
const limitMs = 60_000;

export class Tool implements Disposable {
  readonly title: string;
  readonly version: number;
  readonly agent: string;
  readonly namespace: string;
  readonly rest: RestClient;
  readonly #program: string;
  readonly #home: string;

  constructor({ program, title, version, agent, namespace, kubeconfig, rest }: ToolOptions) {
    this.title = title;
    this.version = version;
    this.agent = agent;
    this.namespace = namespace;
    this.rest = rest;
    this.#program = program;
    this.#home = mkdtempSync(join(tmpdir(), 'fairlead-tool-'));
    const config = readFileSync(kubeconfig, 'utf8');
    writeFileSync(join(this.#home, 'config'), withNamespace(config, namespace), { mode: 0o600 });
  }

  /** Runs to the end; `words` are split at blanks, what follows is passed as it is. */
  async run(words: string, more: readonly string[] = [], { env = {}, input }: RunOptions = {}): Promise<Output> {
    const child = spawn(this.#program, [...words.split(' '), ...more], {
      env: { ...process.env, HOME: this.#home, KUBECONFIG: join(this.#home, 'config'), ...env },
      timeout: limitMs,
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.stdin.end(input ?? '');
    const code = await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (ended, signal) => resolve(signal === null ? (ended ?? -1) : -1));
    });
    return { code, stdout, stderr };
  }

  /** What it printed; a refusal is a failure of the check. */
  async ok(words: string, ...more: readonly string[]): Promise<string> {
    return this.#succeed(words, more, {});
  }

  async okWith(options: RunOptions, words: string, ...more: readonly string[]): Promise<string> {
    return this.#succeed(words, more, options);
  }

  /** What it complained about; going well is a failure of the check. */
  async fails(words: string, ...more: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(words, more);
    assert.equal(code, 1, `${this.title} ${words} was to fail:\n${stdout}${stderr}`);
    return stderr;
  }

  async #succeed(words: string, more: readonly string[], options: RunOptions): Promise<string> {
    const { code, stdout, stderr } = await this.run(words, more, options);
    assert.equal(code, 0, `${this.title} ${[words, ...more].join(' ')} ended with ${code}:\n${stdout}${stderr}`);
    return stdout;
  }

  start(words: string): Running {
    const child = spawn(this.#program, words.split(' '), {
      env: { ...process.env, HOME: this.#home, KUBECONFIG: join(this.#home, 'config') },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: limitMs,
    });
    let text = '';
    let look = (): void => undefined;
    const more = (chunk: Buffer): void => {
      text += chunk.toString();
      look();
    };
    child.stdout.on('data', more);
    child.stderr.on('data', more);
    const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
    return {
      printed: (pattern) =>
        new Promise((resolve, reject) => {
          const tooLate = (): void => {
            clearTimeout(timer);
            reject(new Error(`${this.title} ${words} did not print ${pattern}:\n${text}`));
          };
          const timer = setTimeout(tooLate, 20_000);
          look = () => {
            if (!pattern.test(text)) return;
            clearTimeout(timer);
            resolve(text);
          };
          look();
          void ended.then(tooLate);
        }),
      [Symbol.asyncDispose]: () => {
        child.kill('SIGTERM');
        return ended;
      },
    };
  }

  /** Writes a file to pass with -f. */
  file(name: string, text: string): string {
    const path = join(this.#home, name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, text);
    return path;
  }

  [Symbol.dispose](): void {
    rmSync(this.#home, { recursive: true, force: true });
  }
}

function withNamespace(kubeconfig: string, namespace: string): string {
  const config = parse(kubeconfig) as { contexts: { context: { namespace?: string } }[] };
  for (const { context } of config.contexts) context.namespace = namespace;
  return stringify(config);
}
