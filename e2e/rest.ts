/** A plain HTTPS client with the credentials of a kubeconfig: for what suites do themselves, beside the clients. */
import { readFileSync } from 'node:fs';
import { Agent, request } from 'undici';
import { parse } from 'yaml';

interface Kubeconfig {
  readonly clusters: readonly {
    readonly cluster: { readonly server: string; readonly 'certificate-authority-data': string };
  }[];
  readonly users: readonly {
    readonly user: { readonly 'client-certificate-data': string; readonly 'client-key-data': string };
  }[];
}

/** JSON that suites look into without ceremony: a missing step is undefined. */
export type Tree = { readonly [key: string]: Tree } & { readonly [index: number]: Tree } & (string | number | boolean);

export interface RestAnswer {
  readonly code: number;
  readonly body: Tree;
}

const patchType = 'application/merge-patch+json';

export class RestClient {
  readonly #url: string;
  readonly #agent: Agent;

  private constructor(url: string, agent: Agent) {
    this.#url = url;
    this.#agent = agent;
  }

  /** One cluster and one user with a client certificate, as our servers write it. */
  static fromKubeconfig(path: string): RestClient {
    const { clusters, users } = parse(readFileSync(path, 'utf8')) as Kubeconfig;
    const [cluster, user] = [clusters[0]?.cluster, users[0]?.user];
    if (cluster === undefined || user === undefined) throw new Error(`${path} names no cluster or no user`);
    const [ca, cert, key] = [
      cluster['certificate-authority-data'],
      user['client-certificate-data'],
      user['client-key-data'],
    ].map((data) => Buffer.from(data, 'base64').toString('utf8')) as [string, string, string];
    return new RestClient(cluster.server, new Agent({ connect: { ca, cert, key }, allowH2: false }));
  }

  get(path: string): Promise<RestAnswer> {
    return this.#send('GET', path);
  }

  post(path: string, body: object): Promise<RestAnswer> {
    return this.#send('POST', path, body);
  }

  /** A merge patch. */
  patch(path: string, body: object): Promise<RestAnswer> {
    return this.#send('PATCH', path, body, patchType);
  }

  /** With an object, it replaces what stands there. */
  put(path: string, body: object): Promise<RestAnswer> {
    return this.#send('PUT', path, body);
  }

  delete(path: string): Promise<RestAnswer> {
    return this.#send('DELETE', path);
  }

  /** The events of a watch as they come; throws when the stream breaks. */
  async *watch(path: string, signal: AbortSignal): AsyncGenerator<Tree> {
    const headers = { accept: 'application/json', 'user-agent': 'fairlead-e2e' };
    const { body, statusCode } = await request(this.#url + path, { dispatcher: this.#agent, headers, signal });
    if (statusCode !== 200) throw new Error(`watch answered ${statusCode}: ${await body.text()}`);
    let rest = '';
    for await (const chunk of body.setEncoding('utf8')) {
      const lines = (rest + String(chunk)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) yield JSON.parse(line) as Tree;
    }
  }

  close(): Promise<void> {
    return this.#agent.close();
  }

  async #send(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body?: object,
    type = 'application/json',
  ): Promise<RestAnswer> {
    const response = await request(this.#url + path, {
      method,
      dispatcher: this.#agent,
      headers: {
        accept: 'application/json',
        'user-agent': 'fairlead-e2e',
        ...(body === undefined ? {} : { 'content-type': type }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.body.text();
    return { code: response.statusCode, body: (text === '' ? {} : jsonOf(text)) as Tree };
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Waits until `look` gives something; what it waited for is in the error. */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | undefined> | T | undefined,
  seconds = 20,
): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`waited ${seconds} s for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
