/** One user at one server. */
import type { Dispatcher } from 'undici';
import type { Target } from './jobs.ts';

export class Session {
  readonly #target: Target;
  readonly #agent: Dispatcher;

  constructor(target: Target, agent: Dispatcher) {
    this.#target = target;
    this.#agent = agent;
  }

  /** Sends a request and reads its answer to the end; throws for any status but the wanted ones. */
  async send(
    method: Dispatcher.HttpMethod,
    path: string,
    body: string | undefined,
    wanted: number | readonly number[],
    contentType = 'application/json',
  ): Promise<string> {
    const { statusCode, body: answer } = await this.#request(method, path, body, contentType);
    const text = await answer.text();
    if (![wanted].flat().includes(statusCode))
      throw new Error(`${method} ${path}: answered ${statusCode}: ${text.slice(0, 300)}`);
    return text;
  }

  /** GET, with an answer that is read to its end and thrown away; how many bytes it had. */
  async drain(path: string): Promise<number> {
    let bytes = 0;
    for await (const chunk of await this.open(path)) bytes += chunk.length;
    return bytes;
  }

  /** GET, with an answer that goes on. */
  async open(path: string): Promise<AsyncIterable<Buffer>> {
    const { statusCode, body } = await this.#request('GET', path, undefined, '');
    if (statusCode !== 200) throw new Error(`GET ${path}: answered ${statusCode}`);
    return body;
  }

  #request(
    method: Dispatcher.HttpMethod,
    path: string,
    body: string | undefined,
    contentType: string,
  ): Promise<Dispatcher.ResponseData> {
    return this.#agent.request({
      origin: this.#target.url,
      method,
      path,
      headers: {
        authorization: `Bearer ${this.#target.token}`,
        accept: 'application/json',
        'user-agent': 'fairlead-bench',
        ...(body === undefined ? {} : { 'content-type': contentType }),
      },
      ...(body === undefined ? {} : { body }),
    });
  }
}
