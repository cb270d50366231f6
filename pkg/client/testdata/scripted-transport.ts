import type { Transport, TransportRequest, TransportResponse } from '../client.ts';

/** A piece of a body: bytes, an error that breaks the stream, or silence until the request is given up. */
export type Piece = string | Uint8Array | Error | typeof silence;

export const silence = Symbol('silence');

export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON is written for an object. */
  readonly body?: object | string | AsyncIterable<Uint8Array>;
  /** Instead of a body: exact pieces, one chunk each. */
  readonly pieces?: readonly Piece[];
}

export type Script = (request: TransportRequest, index: number) => Answer | Error | Promise<Answer | Error>;

/** A transport that answers by a script, byte for byte. It is no server: it knows nothing of objects. */
export class ScriptedTransport implements Transport {
  readonly requests: TransportRequest[] = [];
  closedBodies = 0;
  readonly #script: Script;

  constructor(script: Script | readonly (Answer | Error)[]) {
    this.#script = typeof script === 'function' ? script : (_, index) => script[index] ?? new Error('script is over');
  }

  get paths(): string[] {
    return this.requests.map(({ method, path }) => `${method} ${path}`);
  }

  async request(request: TransportRequest): Promise<TransportResponse> {
    const index = this.requests.push(request) - 1;
    const answer = await this.#script(request, index);
    if (answer instanceof Error) throw answer;
    const { status = 200, headers = {} } = answer;
    return { status, headers, body: this.#body(answer) };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async *#body({ body, pieces }: Answer): AsyncGenerator<Uint8Array, void> {
    try {
      if (pieces !== undefined) yield* play(pieces);
      else if (typeof body === 'string') yield Buffer.from(body);
      else if (body !== undefined && Symbol.asyncIterator in body) yield* body;
      else if (body !== undefined) yield Buffer.from(JSON.stringify(body));
    } finally {
      this.closedBodies += 1;
    }
  }
}

async function* play(pieces: readonly Piece[]): AsyncGenerator<Uint8Array, void> {
  for (const piece of pieces) {
    if (piece === silence) await new Promise(() => {});
    else if (piece instanceof Error) throw piece;
    else yield typeof piece === 'string' ? Buffer.from(piece) : piece;
  }
}

/** A watch frame with its newline. */
export function frame(type: string, object: object): string {
  return `${JSON.stringify({ type, object })}\n`;
}

/** A Failure Status as a server sends it. */
export function statusBody(code: number, reason: string, message = reason): object {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code };
}

/** A body that is written to while it is read. */
export class OpenBody implements AsyncIterable<Uint8Array> {
  readonly #waiting: Uint8Array[] = [];
  #wake: (() => void) | undefined;
  #end: Error | 'end' | undefined;

  send(...pieces: readonly (string | Uint8Array)[]): void {
    for (const piece of pieces) this.#waiting.push(typeof piece === 'string' ? Buffer.from(piece) : piece);
    this.#wake?.();
  }

  end(error?: Error): void {
    this.#end = error ?? 'end';
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void> {
    for (;;) {
      for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) yield next;
      if (this.#end === 'end') return;
      if (this.#end !== undefined) throw this.#end;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}
