/** What OpenAPI and `kubectl explain` say about structs and fields: our own words, kept apart from the tables. */
import { appsV1Descriptions } from './descriptions/apps-v1.ts';
import { nodeDescriptions } from './descriptions/core-v1-node.ts';
import { podDescriptions } from './descriptions/core-v1-pod.ts';
import { serviceDescriptions } from './descriptions/core-v1-service.ts';
import { discoveryV1Descriptions } from './descriptions/discovery-v1.ts';
import { metaV1Descriptions } from './descriptions/meta-v1.ts';
import { networkingV1Descriptions } from './descriptions/networking-v1.ts';

/** Struct → field → sentence; the empty field name stands for the struct itself. */
export type Descriptions = Readonly<Record<string, Readonly<Record<string, string>>>>;

const byAlias: ReadonlyMap<string, readonly Descriptions[]> = new Map([
  ['apps.v1', [appsV1Descriptions]],
  ['core.v1', [serviceDescriptions, podDescriptions, nodeDescriptions]],
  ['discovery.v1', [discoveryV1Descriptions]],
  ['discovery.v1beta1', [discoveryV1Descriptions]],
  ['meta.v1', [metaV1Descriptions]],
  ['networking.v1', [networkingV1Descriptions]],
]);

const none: ReadonlyMap<string, string> = new Map();

/** The sentences of one struct; empty where none is written. */
export function descriptionsOf(alias: string, struct: string): ReadonlyMap<string, string> {
  for (const descriptions of byAlias.get(alias) ?? []) {
    if (Object.hasOwn(descriptions, struct)) return new Map(Object.entries(descriptions[struct] ?? {}));
  }
  return none;
}

/** Everything that is written, for the test that looks for words about nothing. */
export function allDescriptions(): [alias: string, descriptions: Descriptions][] {
  return [...byAlias].flatMap(([alias, parts]) => parts.map((part): [string, Descriptions] => [alias, part]));
}
