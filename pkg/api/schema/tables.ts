/** Every schema table, as text. Nothing is parsed here: a kind costs time when it is first asked for. */
import { admissionregistrationV1 } from './tables/admissionregistration-v1.ts';
import { apiextensionsV1 } from './tables/apiextensions-v1.ts';
import { appsV1 } from './tables/apps-v1.ts';
import { authenticationV1 } from './tables/authentication-v1.ts';
import { authorizationV1 } from './tables/authorization-v1.ts';
import { autoscalingV1 } from './tables/autoscaling-v1.ts';
import { autoscalingV2 } from './tables/autoscaling-v2.ts';
import { batchV1 } from './tables/batch-v1.ts';
import { coordinationV1 } from './tables/coordination-v1.ts';
import { coreV1 } from './tables/core-v1.ts';
import { discoveryV1 } from './tables/discovery-v1.ts';
import { discoveryV1beta1 } from './tables/discovery-v1beta1.ts';
import { eventsV1 } from './tables/events-v1.ts';
import { metaV1 } from './tables/meta-v1.ts';
import { networkingV1 } from './tables/networking-v1.ts';
import { policyV1 } from './tables/policy-v1.ts';
import { rbacV1 } from './tables/rbac-v1.ts';
import { schedulingV1 } from './tables/scheduling-v1.ts';
import { storageV1 } from './tables/storage-v1.ts';
import { parseHead, parseTable } from './parse-table.ts';
import type { Table, TableHead } from './parse-table.ts';

const texts: readonly string[] = [
  metaV1,
  coreV1,
  discoveryV1,
  discoveryV1beta1,
  coordinationV1,
  networkingV1,
  eventsV1,
  authenticationV1,
  authorizationV1,
  appsV1,
  batchV1,
  policyV1,
  rbacV1,
  autoscalingV1,
  autoscalingV2,
  storageV1,
  schedulingV1,
  admissionregistrationV1,
  apiextensionsV1,
];

let heads: ReadonlyMap<string, { head: TableHead; text: string }> | undefined;
const parsed = new Map<string, Table>();

/** The first paragraphs of all tables, by alias (`core.v1`). */
function byAlias(): ReadonlyMap<string, { head: TableHead; text: string }> {
  heads ??= new Map(
    texts.map((text) => {
      const head = parseHead(text);
      return [head.alias, { head, text }];
    }),
  );
  return heads;
}

export function tableHeads(): TableHead[] {
  return [...byAlias().values()].map(({ head }) => head);
}

/** Throws on an alias no table carries: a mistake in a table, not of a caller. */
export function tableOf(alias: string): Table {
  let table = parsed.get(alias);
  if (table === undefined) {
    const source = byAlias().get(alias);
    if (source === undefined) throw new Error(`No schema table is called ${alias}`);
    table = parseTable(source.text);
    parsed.set(alias, table);
  }
  return table;
}
