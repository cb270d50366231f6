/**
 * Differential: random writes of the kinds around Services, recorded with kube-apiserver 1.36.3
 * (testdata/README.md). Every row is decoded, defaulted, prepared and checked as the API server does it; code, every
 * cause in order, warnings and the whole object must agree.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { decodeJson, knownKinds, schemaOf } from '../api/schema/index.ts';
import type { KubeObject } from '../api/types.ts';
import { carryOverMetadata, strategies } from '../defaulting/index.ts';
import { kindKey, type Target, validateCreate, validateUpdate, validators, warningsFor } from './index.ts';

interface Cause {
  readonly reason: string;
  readonly field: string;
  readonly message: string;
}

interface Answer {
  readonly code: number;
  readonly causes?: readonly Cause[];
  readonly body?: unknown;
  readonly warnings?: readonly string[];
}

interface Row {
  readonly kind: string;
  readonly op: 'POST' | 'PUT';
  readonly sub?: string;
  readonly request: KubeObject;
  readonly previous?: KubeObject;
  readonly response: Answer;
}

const rows = readFileSync(join(import.meta.dirname, 'testdata/recorded-kinds.jsonl'), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Row);

const namespace = 'kinds';
const created = '2026-01-01T00:00:00Z';

function targetOf({ kind, request }: Row): { target: Target; key: string; version: string } {
  const [group, version] = groupVersionOf(request, kind);
  const key = kindKey(group, kind);
  return { target: { group, kind, namespaced: validators.get(key)?.namespaced ?? true }, key, version };
}

/** Nothing below may change what it is given. */
function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  Object.values(value).forEach(freeze);
  return Object.freeze(value);
}

function decoder({ target: { group, kind }, version }: ReturnType<typeof targetOf>): (object: unknown) => KubeObject {
  const schema = schemaOf(group, version, kind);
  if (schema === undefined) throw new Error(`no schema for ${group}/${kind}`);
  return (object) => freeze(decodeJson(schema, object).object as unknown as KubeObject);
}

function answer(row: Row): Answer {
  const { op, sub = '', request, previous } = row;
  const { target, key, version } = targetOf(row);
  const strategy = strategies.get(key) ?? {};
  const decode = decoder(targetOf(row));
  const complete = (object: KubeObject): KubeObject => freeze(strategy.default?.(object) ?? object);
  const place = target.namespaced ? { namespace } : {};
  const object = complete(decode(request));
  if (op === 'POST') {
    const metadata = { ...object.metadata, ...place, uid: 'UID', creationTimestamp: created };
    const named = freeze({ ...object, metadata });
    const prepared = freeze(strategy.prepareCreate?.(named, { version }) ?? named);
    const errors = validateCreate(target, prepared);
    if (errors.length > 0) return refusal(errors);
    return { code: 201, body: decode(prepared), warnings: warningsFor(target, '', prepared, undefined) };
  }
  const stored = complete(decode(previous));
  const next = { ...object, metadata: carryOverMetadata({ ...object.metadata, ...place }, stored.metadata) };
  const prepared =
    sub === '' ? strategy.prepareUpdate?.(next, stored, { version }) : strategy.subresources?.[sub]?.(next, stored);
  const errors = validateUpdate(target, sub, prepared ?? next, stored);
  if (errors.length > 0) return refusal(errors);
  const warnings = warningsFor(target, sub, prepared ?? next, stored);
  return { code: 200, body: decode(prepared ?? next), warnings };
}

function groupVersionOf({ apiVersion = '' }: KubeObject, kind: string): [string, string] {
  const text = apiVersion === '' ? (knownKinds().find((known) => known.kind === kind)?.version ?? 'v1') : apiVersion;
  const [first = '', second] = text.split('/');
  return second === undefined ? ['', first] : [first, second];
}

const refusal = (errors: readonly { type: string; field: string; message: string }[]): Answer => ({
  code: 422,
  causes: errors.map(({ type, field, message }) => ({ reason: type, field, message })),
});

/** What the store and admission add is not of interest here. */
function view(kind: string, body: unknown): unknown {
  const { metadata, spec, status, ...rest } = structuredClone(body) as KubeObject & {
    spec?: Record<string, unknown>;
    status?: Record<string, unknown>;
  };
  for (const field of ['resourceVersion', 'creationTimestamp', 'generation', 'namespace'] as const) {
    delete metadata[field];
  }
  if (kind.startsWith('PersistentVolume')) {
    metadata.finalizers = (metadata.finalizers ?? []).filter((name) => !name.startsWith('kubernetes.io/pv'));
    if (metadata.finalizers.length === 0) delete metadata.finalizers;
    delete status?.['lastPhaseTransitionTime'];
  }
  const conditions = (status?.['conditions'] ?? []) as Record<string, unknown>[];
  for (const condition of conditions) delete condition['lastTransitionTime'];
  return { ...rest, metadata, ...(spec && { spec }), ...(status && { status }) };
}

const shown = (row: Row, { code, causes, body, warnings }: Answer): unknown => ({
  code,
  ...(body === undefined ? { causes } : { body: view(row.kind, body), warnings: [...new Set(warnings ?? [])] }),
});

describe('recorded writes of the kinds around Services', () => {
  const kinds = Map.groupBy(rows, ({ kind }) => kind);

  it('covers every kind with rules of its own', () => {
    const covered = new Set(rows.map((row) => targetOf(row).key));
    // Services have rows of their own, Events are Events, and e2e/webhooks records the kinds of admission.
    const missing = [...validators.keys()].filter(
      (key) => !covered.has(key) && !key.startsWith('admissionregistration'),
    );
    expect(missing).toEqual(['/Service', 'events.k8s.io/Event']);
  });

  it.each([...kinds])('%s: as the real server', (_kind, recorded) => {
    for (const row of recorded) {
      const ours = shown(row, answer(row));
      expect({ request: row.request, ...(ours as object) }).toEqual({
        request: row.request,
        ...(shown(row, row.response) as object),
      });
    }
  });

  it('finds nothing to add to what the real server has stored', () => {
    const grown = rows.flatMap((row) => {
      const { key } = targetOf(row);
      const { body } = row.response;
      if (body === undefined) return [];
      const stored = decoder(targetOf(row))(body);
      const read = strategies.get(key)?.default?.(stored) ?? stored;
      return read === stored ? [] : [`${key} ${JSON.stringify(read)}`];
    });
    expect(grown).toEqual([]);
  });
});
