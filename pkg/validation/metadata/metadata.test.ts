import { describe, expect, it } from '@jest/globals';
import type { FieldError } from '../../api/field-error.ts';
import type { ObjectMeta } from '../../api/types.ts';
import { validateConditions } from './conditions.ts';
import { validateFieldManager, validateManagedFields } from './managed-fields.ts';
import { validateGenericMetaUpdate } from './object-meta.ts';
import { readSelector, showSelector } from './selector.ts';

const lines = (errors: readonly FieldError[]): string[] => errors.map(({ field, message }) => `${field}: ${message}`);

const stored: ObjectMeta = {
  name: 'a',
  namespace: 'n',
  uid: 'u',
  resourceVersion: '7',
  creationTimestamp: '2026-01-01T00:00:00Z',
  generation: 2,
};
const updated = (change: Partial<ObjectMeta>, before: Partial<ObjectMeta> = {}): string[] =>
  lines(validateGenericMetaUpdate({ ...stored, ...before, ...change }, { ...stored, ...before }));

describe('metadata on update', () => {
  it('V14 takes no new finalizer once the object is dying, and names the new ones sorted', () => {
    const dying = { deletionTimestamp: '2026-01-02T00:00:00Z', finalizers: ['x.io/old'] };
    const message =
      'Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"a.io/b", "x.io/new"}';
    expect(updated({ finalizers: ['x.io/new', 'x.io/old', 'a.io/b'] }, dying)).toEqual([
      `metadata.finalizers: ${message}`,
    ]);
    expect(updated({ finalizers: [] }, dying)).toEqual([]);
    expect(updated({ finalizers: ['x.io/new'] })).toEqual([]);
  });

  it.each([
    [{ name: 'b' }, 'metadata.name: Invalid value: "b": field is immutable'],
    [{ namespace: 'm' }, 'metadata.namespace: Invalid value: "m": field is immutable'],
    [{ uid: 'v' }, 'metadata.uid: Invalid value: "v": field is immutable'],
    [
      { creationTimestamp: '2026-01-01T00:00:01Z' },
      'metadata.creationTimestamp: Invalid value: "2026-01-01T00:00:01Z": field is immutable',
    ],
    [
      { deletionTimestamp: '2026-01-02T00:00:00Z' },
      'metadata.deletionTimestamp: Invalid value: "2026-01-02T00:00:00Z": field is immutable',
    ],
    [{ deletionGracePeriodSeconds: 5 }, 'metadata.deletionGracePeriodSeconds: Invalid value: 5: field is immutable'],
    [{ generation: 1 }, 'metadata.generation: Invalid value: 1: must not be decremented'],
    [{ resourceVersion: '' }, 'metadata.resourceVersion: Invalid value: "": must be specified for an update'],
  ] satisfies [Partial<ObjectMeta>, string][])('V15 %j', (change, message) => {
    expect(updated(change)).toEqual([message]);
  });
});

describe('V13 managedFields', () => {
  it('counts positions in bytes and shows what cannot be printed by its number', () => {
    expect(lines(validateFieldManager('é\u0007x\u200b', 'f'))).toEqual([
      String.raw`f: Invalid value: "é\ax\u200b": invalid character U+0007 (at position 2)`,
      String.raw`f: Invalid value: "é\ax\u200b": invalid character U+200B (at position 4)`,
    ]);
    expect(validateFieldManager('kubectl apply/1.36 (linux) ü', 'f')).toEqual([]);
  });

  it('limits what may be said in each entry', () => {
    const entries = [
      { operation: 'Merge', fieldsType: 'FieldsV2', manager: 'm'.repeat(129), subresource: 's'.repeat(257) },
      { operation: 'Apply', manager: 'm' },
    ];
    expect(lines(validateManagedFields(entries, 'm'))).toEqual([
      'm[0].operation: Invalid value: "Merge": must be `Apply` or `Update`',
      'm[0].fieldsType: Invalid value: "FieldsV2": must be `FieldsV1`',
      'm[0].manager: Too long: may not be more than 128 bytes',
      'm[0].subresource: Too long: may not be more than 256 bytes',
    ]);
  });
});

describe('conditions', () => {
  const good = { type: 'Ready', status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z', reason: 'Why' };

  it('are complete, and one a type', () => {
    expect(validateConditions([good], 'c')).toEqual([]);
    expect(lines(validateConditions([{}, good, { ...good, status: 'yes', observedGeneration: -1 }], 'c'))).toEqual([
      'c[0].type: Invalid value: "": name part must be non-empty',
      expect.stringMatching(/^c\[0\]\.type: Invalid value: "": name part must consist of/),
      'c[0].status: Unsupported value: "": supported values: "False", "True", "Unknown"',
      'c[0].lastTransitionTime: Required value',
      'c[0].reason: Required value',
      'c[2].type: Duplicate value: "Ready"',
      'c[2].status: Unsupported value: "yes": supported values: "False", "True", "Unknown"',
      'c[2].observedGeneration: Invalid value: -1: must be greater than or equal to zero',
    ]);
  });

  it('keep their texts short, and their reason in one word', () => {
    const long = { ...good, reason: `${'R'.repeat(1025)} x`, message: 'm'.repeat(32_769) };
    expect(lines(validateConditions([long], 'c')).map((line) => line.replace(/R+ x/, 'R'))).toEqual([
      expect.stringMatching(/^c\[0\]\.reason: Invalid value: "R": a condition reason must start with/),
      'c[0].reason: Too long: may not be more than 1024 bytes',
      'c[0].message: Too long: may not be more than 32768 bytes',
    ]);
  });
});

describe('a selector of a spec', () => {
  it('matches nothing when absent and everything when empty', () => {
    expect(readSelector(undefined)?.matches({ a: 'b' })).toBe(false);
    expect(readSelector({})?.matches({ a: 'b' })).toBe(true);
  });

  it('cannot be read with an operator or a value that is none', () => {
    expect(readSelector({ matchExpressions: [{ key: 'a', operator: 'toString', values: ['b'] }] })).toBeUndefined();
    expect(readSelector({ matchLabels: { a: '-' } })).toBeUndefined();
  });

  it('knows its own keys only', () => {
    const labels = JSON.parse('{"__proto__":"x","constructor":"y"}') as Record<string, string>;
    expect(readSelector({ matchLabels: { constructor: 'y' } })?.matches(labels)).toBe(true);
    expect(readSelector({ matchExpressions: [{ key: 'toString', operator: 'Exists' }] })?.matches(labels)).toBe(false);
  });

  it('is shown with its keys sorted', () => {
    const selector = {
      matchLabels: { b: '1', a: '2' },
      matchExpressions: [{ key: 'k', operator: 'Exists', values: [] }],
    };
    expect(showSelector(selector).shown).toBe(
      '{"matchLabels":{"a":"2","b":"1"},"matchExpressions":[{"key":"k","operator":"Exists"}]}',
    );
  });
});
