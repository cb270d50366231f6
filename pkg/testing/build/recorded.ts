import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Step } from '../../steps/index.ts';

/** A case put to upstream, and what it did. How they were recorded: hack/oracle. */
export interface Recorded<Given, Item> {
  readonly given: Given;
  readonly upstream: {
    readonly writes: {
      readonly verb: 'create' | 'update' | 'delete';
      readonly name?: string;
      readonly object?: Item;
    }[];
    readonly events: string[];
    readonly error?: string;
  };
}

/** One JSON object a line, compressed. */
export function recorded<Given, Item>(file: string): Recorded<Given, Item>[] {
  return gunzipSync(readFileSync(file))
    .toString()
    .split('\n')
    .map((line) => JSON.parse(line) as Recorded<Given, Item>);
}

/** Upstream's requests as steps, so that both sides are applied alike. */
export function stepsOf<Item>({ writes }: Recorded<unknown, Item>['upstream']): Step<Item>[] {
  const resource = { group: '', version: '', resource: '', kind: '', namespaced: true };
  const common = { resource, because: '', chain: '' };
  return writes.map(({ verb, name, object }): Step<Item> => {
    if (verb === 'delete' || object === undefined) {
      return { ...common, kind: 'delete', object: { metadata: { name } } as Item, precondition: {} };
    }
    return verb === 'create' ? { ...common, kind: verb, object } : { ...common, kind: verb, object, precondition: {} };
  });
}

/** How many of each kind of write. */
export function countWrites(steps: readonly { readonly kind: string }[]): Record<string, number> {
  const of = (wanted: string): number => steps.filter(({ kind }) => kind === wanted).length;
  return { create: of('create'), update: of('update'), delete: of('delete') };
}
