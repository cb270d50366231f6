/** What OpenAPI and `kubectl explain` say about structs and fields: our own words, kept apart from the tables. */
import { appsV1Descriptions } from './descriptions/apps-v1.ts';
import { coreV1Descriptions } from './descriptions/core-v1.ts';
import { discoveryV1Descriptions } from './descriptions/discovery-v1.ts';
import { metaV1Descriptions } from './descriptions/meta-v1.ts';
import { networkingV1Descriptions } from './descriptions/networking-v1.ts';

/** Struct → field → sentence; the empty field name stands for the struct itself. */
export type Descriptions = Readonly<Record<string, Readonly<Record<string, string>>>>;

const byAlias: ReadonlyMap<string, Descriptions> = new Map([
  ['apps.v1', appsV1Descriptions],
  ['core.v1', coreV1Descriptions],
  ['discovery.v1', discoveryV1Descriptions],
  ['discovery.v1beta1', discoveryV1Descriptions],
  ['meta.v1', metaV1Descriptions],
  ['networking.v1', networkingV1Descriptions],
]);

const none: ReadonlyMap<string, string> = new Map();

/** The sentences of one struct; empty where none is written. */
export function descriptionsOf(alias: string, struct: string): ReadonlyMap<string, string> {
  const descriptions = byAlias.get(alias);
  if (descriptions === undefined || !Object.hasOwn(descriptions, struct)) return none;
  return new Map(Object.entries(descriptions[struct] ?? {}));
}
