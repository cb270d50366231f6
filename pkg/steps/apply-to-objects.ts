/** The outcome of a plan without a server: for dry runs, and for tests that plan again afterwards. */
import type { ObjectMeta } from '../api/types.ts';
import type { Step } from './plan.ts';

interface Named {
  readonly metadata: ObjectMeta;
}

/**
 * The objects as they stand after the steps; none of the given ones is changed. New objects without a name get
 * `<generateName><counter>`; versions and generations count up, deletions are final.
 */
export function applyToObjects<Item extends Named>(objects: readonly Item[], steps: readonly Step<Item>[]): Item[] {
  const byName = new Map(objects.map((object) => [object.metadata.name ?? '', object]));
  let counter = byName.size;
  const freeName = (prefix: string): string => {
    let name = `${prefix}${counter}`;
    while (byName.has(name)) name = `${prefix}${(counter += 1)}`;
    return name;
  };
  for (const step of steps) {
    if (step.kind === 'create') {
      const { generateName: _, ...metadata } = step.object.metadata;
      const name = metadata.name ?? freeName(step.object.metadata.generateName ?? '');
      byName.set(name, withMetadata(step.object, { ...metadata, name, uid: `uid-of-${name}` }, undefined));
    } else if (step.kind === 'update') {
      const name = step.object.metadata.name ?? '';
      const { generateName: _, ...metadata } = step.object.metadata;
      byName.set(name, withMetadata(step.object, metadata, byName.get(name)));
    } else if (step.kind === 'delete') {
      byName.delete(step.object.metadata.name ?? '');
    }
  }
  return [...byName.values()];
}

function withMetadata<Item extends Named>(object: Item, metadata: ObjectMeta, old: Item | undefined): Item {
  const version = Number(old?.metadata.resourceVersion ?? 0) + 1;
  const generation = (old?.metadata.generation ?? 0) + 1;
  return { ...object, metadata: { ...metadata, resourceVersion: String(version), generation } };
}
