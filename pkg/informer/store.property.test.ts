import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { KubeObject } from '../api/types.ts';
import { deepFreeze } from './freeze.ts';
import { keyOf } from './object-key.ts';
import { Store } from './store.ts';
import type { Change } from './store.ts';
import { svc } from './testdata/feed.ts';

const indexers = {
  label: ({ metadata }: KubeObject) => Object.entries(metadata.labels ?? {}).map(([key, value]) => `${key}=${value}`),
  constant: () => ['all'],
};

/** Names that are properties of every ordinary object are names like others. */
const names = fc.constantFrom('a', 'b', 'c', '__proto__', 'constructor', 'toString');
const labels = fc.constantFrom({}, { app: 'x' }, { app: 'y', tier: 'x' }, JSON.parse('{"__proto__":"valueOf"}'));

type Step =
  | {
      readonly do: 'put' | 'remove';
      readonly name: string;
      readonly uid: string;
      readonly labels: Record<string, string>;
    }
  | { readonly do: 'repeat'; readonly name: string }
  | { readonly do: 'replace'; readonly names: readonly string[]; readonly labels: Record<string, string> };

const steps: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('put' as const), name: names, uid: fc.constantFrom('u1', 'u2'), labels }),
  fc.record({ do: fc.constant('remove' as const), name: names, uid: fc.constantFrom('u1', 'u2'), labels }),
  fc.record({ do: fc.constant('repeat' as const), name: names }),
  fc.record({ do: fc.constant('replace' as const), names: fc.uniqueArray(names), labels }),
);

/** The server as a plain map, which gives each write the next version. */
class Model {
  readonly objects = new Map<string, KubeObject>();
  version = 0;

  write(name: string, uid: string, labels: Record<string, string>): KubeObject {
    const object = deepFreeze(svc(name, ++this.version, { uid, labels }));
    this.objects.set(keyOf(object), object);
    return object;
  }

  delete(name: string): KubeObject | undefined {
    const old = this.objects.get(`default/${name}`);
    if (old === undefined) return undefined;
    this.objects.delete(`default/${name}`);
    return { ...old, metadata: { ...old.metadata, resourceVersion: String(++this.version) } };
  }
}

/** What somebody knows who was told every change. */
function retell(known: Map<string, KubeObject>, changes: readonly Change<KubeObject>[]): void {
  for (const { key, old, current } of changes) {
    if (old !== undefined) expect(known.get(key)?.metadata.uid).toBe(old.metadata.uid);
    else expect(known.has(key)).toBe(false);
    if (current === undefined) known.delete(key);
    else known.set(key, current);
  }
}

async function play(store: Store<KubeObject>, model: Model, step: Step): Promise<readonly Change<KubeObject>[]> {
  switch (step.do) {
    case 'put': {
      return accepted(store.put(model.write(step.name, step.uid, step.labels)));
    }
    case 'remove': {
      const gone = model.delete(step.name);
      return gone === undefined ? [] : accepted(store.remove(gone));
    }
    case 'repeat': {
      const object = model.objects.get(`default/${step.name}`);
      const changes = object === undefined ? [] : accepted(store.put(object));
      expect(changes).toEqual([]);
      return changes;
    }
    case 'replace': {
      for (const key of model.objects.keys()) if (!step.names.includes(key.slice(8))) model.objects.delete(key);
      for (const name of step.names) if (!model.objects.has(`default/${name}`)) model.write(name, 'u1', step.labels);
      return store.replace([...model.objects.values()], String(++model.version));
    }
    default:
      return step satisfies never;
  }
}

function accepted(outcome: readonly Change<KubeObject>[] | 'stale'): readonly Change<KubeObject>[] {
  if (outcome === 'stale') throw new Error('the store thinks the newest state is stale');
  return outcome;
}

const sorted = (objects: Iterable<KubeObject>): string[] => [...objects].map((object) => JSON.stringify(object)).sort();

describe('Store', () => {
  it('replay equals list, for content, indexes and everybody who listens', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(steps, { maxLength: 40 }), async (all) => {
        const store = new Store<KubeObject>(indexers);
        const model = new Model();
        const known = new Map<string, KubeObject>();
        for (const step of all) {
          retell(known, await play(store, model, step));
          expect(sorted(store.list())).toEqual(sorted(model.objects.values()));
          expect(sorted(known.values())).toEqual(sorted(model.objects.values()));
          expect(sorted(store.byIndex('constant', 'all'))).toEqual(sorted(model.objects.values()));
          const wanted = Map.groupBy(
            [...model.objects.values()].flatMap((object) => indexers.label(object).map((value) => ({ value, object }))),
            ({ value }) => value,
          );
          expect([...store.indexValues('label')].sort()).toEqual([...wanted.keys()].sort());
          for (const [value, entries] of wanted) {
            expect(sorted(store.byIndex('label', value))).toEqual(sorted(entries.map(({ object }) => object)));
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  it('IN25 shows readers the old content until the new is whole', async () => {
    const store = new Store<KubeObject>(indexers);
    await store.replace([svc('old', 1)], '1');
    const many = Array.from({ length: 2500 }, (_, index) => svc(`s${index}`, 2));
    const replaced = store.replace(many, '2');
    await new Promise((resolve) => setImmediate(resolve));
    expect([store.size, store.lastVersion, store.byIndex('constant', 'all').length]).toEqual([1, '1', 1]);
    const changes = await replaced;
    expect([store.size, store.lastVersion, store.byIndex('constant', 'all').length]).toEqual([2500, '2', 2500]);
    expect(changes[0]).toMatchObject({ key: 'default/old', unknownFinalState: true });
    expect(changes).toHaveLength(2501);
  });

  it('keeps the very object when a list brings what is known', async () => {
    const store = new Store<KubeObject>();
    await store.replace([svc('a', 1), svc('b', 1)], '1');
    const a = store.get('default/a');
    expect(await store.replace([svc('a', 1), svc('b', 2)], '2')).toHaveLength(1);
    expect(store.get('default/a')).toBe(a);
  });

  it('IN35 tells of a replaced identity as deletion and addition', () => {
    const store = new Store<KubeObject>();
    const [first, second] = [svc('a', 5, { uid: 'one' }), svc('a', 9, { uid: 'two' })];
    store.put(first);
    expect(store.put(second)).toEqual([
      { key: 'default/a', old: first, unknownFinalState: true },
      { key: 'default/a', current: second },
    ]);
  });

  it('IN26 believes another object under the same key whatever its version, and odd versions as they come', () => {
    const store = new Store<KubeObject>();
    store.put(svc('a', 9, { uid: 'one' }));
    expect(store.put(svc('a', 5, { uid: 'two' }))).toHaveLength(2);
    expect(store.put(svc('a', 'odd', { uid: 'two' }))).toHaveLength(1);
    expect(store.put(svc('a', 'odd', { uid: 'two' }))).toHaveLength(1);
  });

  it('IN44 advances with bookmarks and never goes back', () => {
    const store = new Store<KubeObject>();
    for (const version of ['5', '4', '', '10', '9']) store.advance(version);
    expect(store.lastVersion).toBe('10');
  });

  it('names the indexes there are when asked for another', () => {
    expect(() => new Store<KubeObject>(indexers).byIndex('node', 'x')).toThrow('this informer has: label, constant');
  });
});
