/** One API server as a client that expects trouble: what came of a request, or that nobody knows. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import type { Tree } from '../rest.ts';
import type { RunningServer } from '../server.ts';

export type Answer = { readonly code: number; readonly body: Tree } | { readonly code: 0 };

export class Api {
  readonly #url: string;
  readonly #agent: Agent;

  constructor({ url, folder }: RunningServer) {
    const pem = (name: string): string => readFileSync(join(folder, 'pki', name), 'utf8');
    this.#url = url;
    const connect = { ca: pem('ca.crt'), cert: pem('admin.crt'), key: pem('admin.key') };
    this.#agent = new Agent({ connect, allowH2: false, connections: 64 });
  }

  /** Code 0: no answer came, or one that says that the outcome is not known. */
  async send(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: object): Promise<Answer> {
    try {
      const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
      const response = await request(this.#url + path, {
        method,
        dispatcher: this.#agent,
        headersTimeout: 60_000,
        ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': type } }),
      });
      const text = await response.body.text();
      if (response.statusCode >= 500 || response.statusCode === 429) return { code: 0 };
      return { code: response.statusCode, body: JSON.parse(text) as Tree };
    } catch {
      return { code: 0 };
    }
  }

  /** Lines of a watch until it ends. */
  async *watch(path: string, signal: AbortSignal): AsyncGenerator<Tree> {
    const response = await request(this.#url + path, { dispatcher: this.#agent, signal, bodyTimeout: 0 });
    let rest = '';
    for await (const chunk of response.body) {
      const lines = (rest + String(chunk)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) yield JSON.parse(line) as Tree;
    }
  }

  close(): Promise<void> {
    return this.#agent.destroy();
  }
}

export const versionOf = (object: Tree): number => Number(object['metadata']?.['resourceVersion']);
export const nameOf = (object: Tree): string => String(object['metadata']?.['name']);
