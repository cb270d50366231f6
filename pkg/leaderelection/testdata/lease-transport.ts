import type { Lease } from '../../api/types.ts';
import type { Transport, TransportRequest, TransportResponse } from '../../client/index.ts';
import { frame, OpenBody, statusBody } from '../../client/testdata/scripted-transport.ts';
import { LeaseServer } from '../simulation/lease-server.ts';

/** The wire of one Lease: requests in, answers out, and a cable per elector that can be pulled. */
export class LeaseWire {
  readonly server = new LeaseServer();
  /** `who METHOD body` of every request that arrived. */
  readonly arrived: { readonly who: string; readonly method: string; readonly body: Lease | undefined }[] = [];
  readonly #cut = new Set<string>();

  cut(who: string): void {
    this.#cut.add(who);
  }

  writes(who: string): Lease[] {
    return this.arrived.flatMap((request) => (request.who === who && request.body !== undefined ? [request.body] : []));
  }

  transport(who: string): Transport {
    return {
      request: (request) => (this.#cut.has(who) ? new Promise(() => {}) : Promise.resolve(this.#answer(who, request))),
      close: () => Promise.resolve(),
    };
  }

  #answer(who: string, { method, path, body, streaming }: TransportRequest): TransportResponse {
    if (streaming) return this.#watch(who);
    const lease = body === undefined ? undefined : (JSON.parse(body) as Lease);
    this.arrived.push({ who, method: path.includes('fieldSelector') ? 'LIST' : method, body: lease });
    if (path.includes('fieldSelector')) {
      const items = this.server.lease === undefined ? [] : [this.server.lease];
      return answer(200, { metadata: { resourceVersion: this.server.lease?.metadata.resourceVersion ?? '0' }, items });
    }
    const reply =
      lease === undefined
        ? this.server.read()
        : method === 'POST'
          ? this.server.create(lease)
          : this.server.update(lease);
    switch (reply.kind) {
      case 'found':
      case 'stored':
        return answer(200, reply.lease);
      case 'absent':
        return answer(404, statusBody(404, 'NotFound'));
      case 'refused':
        return answer(409, statusBody(409, method === 'POST' ? 'AlreadyExists' : 'Conflict'));
      default:
        return reply satisfies never;
    }
  }

  #watch(who: string): TransportResponse {
    const body = new OpenBody();
    let last = this.server.lease;
    this.server.watchers.add((lease) => {
      if (this.#cut.has(who)) return;
      if (lease !== undefined) body.send(frame('MODIFIED', lease));
      else if (last !== undefined) {
        const resourceVersion = String(Number(last.metadata.resourceVersion) + 1);
        body.send(frame('DELETED', { ...last, metadata: { ...last.metadata, resourceVersion } }));
      }
      last = lease;
    });
    return { status: 200, headers: {}, body };
  }
}

function answer(status: number, body: object): TransportResponse {
  const pieces = async function* () {
    yield Buffer.from(JSON.stringify(body));
  };
  return { status, headers: {}, body: pieces() };
}
