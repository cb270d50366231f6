/** Definitions of a test, created and waited for until their kinds are served. */
import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import type { KubeObject } from '../api/types.ts';
import type { ApiServer } from '../apiserver/index.ts';
import type { Client } from '../client/index.ts';
import { conditionOf, isTrue, type CustomResourceDefinition } from '../customresources/index.ts';
import { createAll } from './create-all.ts';

const kind = 'CustomResourceDefinition';

/** Throws when one is refused, or cannot be served because its names are taken. */
export async function installDefinitions(
  server: ApiServer,
  client: Client,
  given: readonly (KubeObject | string)[],
): Promise<void> {
  const definitions = given.flatMap((one) => (typeof one === 'string' ? definitionsIn(one) : [one]));
  if (definitions.length === 0) return;
  const { registry, objects } = server.core;
  await createAll(registry, client, definitions);
  while (!server.idle) await new Promise((resolve) => setImmediate(resolve));
  const resource = registry.byKind('apiextensions.k8s.io', kind);
  for (const { metadata } of definitions) {
    const entry = resource && objects.get(resource, metadata.name ?? '');
    const stored = entry?.parse() as CustomResourceDefinition | undefined;
    if (stored !== undefined && isTrue(stored, 'Established')) continue;
    const why = stored && conditionOf(stored, 'NamesAccepted')?.message;
    throw new Error(`${kind} ${metadata.name ?? ''} is not served: ${why ?? 'it was not stored'}`);
  }
}

/** A file may hold other objects beside definitions. */
function definitionsIn(path: string): KubeObject[] {
  const documents = parseAllDocuments(readFileSync(path, 'utf8'));
  const objects = documents.map((document) => document.toJS() as KubeObject | null);
  const found = objects.flatMap((object) => (object?.kind === kind ? [object] : []));
  if (found.length === 0) throw new Error(`${path} holds no ${kind}`);
  return found;
}
