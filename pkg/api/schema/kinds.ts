/** From group, version and kind to the schema. */
import { structIn } from './table-struct.ts';
import { tableHeads } from './tables.ts';
import type { StructType } from './types.ts';

export interface KnownKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** Upstream registers these in every group version (D2: a DELETE body may call itself `apps/v1, DeleteOptions`). */
const everywhere: ReadonlySet<string> = new Set([
  'CreateOptions',
  'DeleteOptions',
  'GetOptions',
  'ListOptions',
  'PatchOptions',
  'UpdateOptions',
  'WatchEvent',
]);

/** Kinds of the machinery that call themselves plain `v1`. */
const inCore: ReadonlySet<string> = new Set(['APIGroup', 'APIGroupList', 'APIResourceList', 'APIVersions', 'Status']);

const meta = 'meta.v1';
let aliases: ReadonlyMap<string, { alias: string; kinds: ReadonlySet<string> }> | undefined;
let models: ReadonlyMap<string, string> | undefined;

/** The schema of a kind; `undefined` when we do not know it. The core group is the empty string. */
export function schemaOf(group: string, version: string, kind: string): StructType | undefined {
  aliases ??= new Map(
    tableHeads().map(({ group, version, alias, kinds }) => [`${group}/${version}`, { alias, kinds }]),
  );
  const table = aliases.get(`${group}/${version}`);
  if (table?.kinds.has(kind)) return structIn(table.alias, kind);
  if (everywhere.has(kind)) return structIn(meta, kind);
  if (group === '' && version === 'v1' && inCore.has(kind)) return structIn(meta, kind);
  return undefined;
}

/** A struct by its full name: `io.k8s.api.core.v1.ServiceSpec`. */
export function structNamed(name: string): StructType | undefined {
  models ??= new Map(tableHeads().map(({ models, alias }) => [models, alias]));
  const dot = name.lastIndexOf('.');
  const alias = models.get(name.slice(0, dot));
  return alias === undefined ? undefined : structIn(alias, name.slice(dot + 1));
}

/** Every kind of the tables, lists included, each in the group version it is served in. */
export function knownKinds(): KnownKind[] {
  return tableHeads().flatMap(({ group, version, kinds }) => [...kinds].map((kind) => ({ group, version, kind })));
}
