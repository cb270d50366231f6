/** Does an operation to one cluster, and learns the names behind the uids of that cluster. */
import type { Operation, SliceOperation } from './operation.ts';
import { sliceOrder, type Slice } from './state.ts';

export interface Answer {
  readonly code: number;
  readonly body: unknown;
}

export type Send = (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: object) => Promise<Answer>;

interface Made {
  readonly kind: string;
  readonly metadata: { readonly namespace?: string; readonly name: string; readonly uid: string };
}

/** What uids stand for: `Pod p1`, and `Pod p1 2` for the second of that name. */
export class Uids {
  readonly #names = new Map<string, string>();
  readonly #counts = new Map<string, number>();

  learn({ kind, metadata: { namespace = '', name, uid } }: Made): void {
    if (this.#names.has(uid)) return;
    const key = `${kind} ${namespace}/${name}`;
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, count);
    this.#names.set(uid, `${kind} ${name}${count === 1 ? '' : ` ${count}`}`);
  }

  nameOf(uid: string | undefined): string {
    return uid === undefined ? 'none' : (this.#names.get(uid) ?? 'unknown');
  }
}

/** The status code; 0 when there was no such slice to lay hands on. */
export async function perform(send: Send, uids: Uids, operation: Operation): Promise<number> {
  if (operation.method === 'SLICE') return touch(send, operation);
  const { code, body } = await send(operation.method, operation.path, operation.body);
  if (code === 201) uids.learn(body as Made);
  return code;
}

const others = { metadata: { labels: { 'example.com/touched': 'yes' } } };
const notes = { metadata: { annotations: { 'example.com/note': 'kept' } } };

async function touch(send: Send, { namespace, service, at, act }: SliceOperation): Promise<number> {
  const collection = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`;
  const { body } = await send('GET', `${collection}?labelSelector=kubernetes.io%2Fservice-name%3D${service}`);
  const slices = (body as { items: Slice[] }).items.filter(({ metadata: { name } }) => !name.startsWith('user-'));
  const slice = slices.sort(sliceOrder)[at];
  if (slice === undefined) return 0;
  const path = `${collection}/${slice.metadata.name}`;
  if (act === 'delete') return (await send('DELETE', path)).code;
  const patch = { empty: { endpoints: [] }, annotate: notes, label: others }[act];
  return (await send('PATCH', path, patch)).code;
}
