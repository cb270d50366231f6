import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../json/json-object.ts';
import { objectAt, stringAt } from '../json/json-object.ts';
import { deepFreeze, plain } from '../testdata/golden.ts';
import { typeOf } from '../testdata/kinds.ts';
import { applyServerSide, type ApplyRequest } from './apply-server-side.ts';
import { updateManagedFields } from './update-managed-fields.ts';

const now = '2020-01-01T00:00:00Z';
const service = { type: typeOf('v1/Service'), apiVersion: 'v1', kind: 'Service', manager: 'm', force: false, now };
const body = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' } };

function apply(request: Partial<ApplyRequest>): JsonObject {
  const result = applyServerSide(deepFreeze({ ...service, live: undefined, applied: body, ...request }));
  if ('object' in result) return result.object;
  throw new Error('conflict');
}

const managers = (object: JsonObject): readonly string[] =>
  (objectAt(object, 'metadata')['managedFields'] as readonly JsonObject[]).map(
    (entry) => `${stringAt(entry, 'manager')} ${stringAt(entry, 'apiVersion')}`,
  );

describe('server-side apply', () => {
  it.each([
    [[], 'cannot unmarshal array into'],
    ['x', 'cannot unmarshal string into'],
    [null, 'invalid object type: /, Kind='],
    [{}, 'invalid object type: /, Kind='],
  ])('M30 answers 400 for the body %j', (applied, message) => {
    expect(() => apply({ applied })).toThrow(
      expect.objectContaining({ code: 400, message: expect.stringContaining(message) }),
    );
  });

  it('M30 starts from what a Go struct always writes', () => {
    const { metadata: _, ...rest } = apply({});
    expect(rest).toEqual({ apiVersion: 'v1', kind: 'Service', spec: {}, status: { loadBalancer: {} } });
  });

  it('M32 keeps the record of other versions that are served', () => {
    const applied = { ...body, spec: { type: 'NodePort' } };
    const first = apply({ applied });
    const old = plain(first) as JsonObject;
    const entries = JSON.parse(
      JSON.stringify(objectAt(old, 'metadata')['managedFields']).replace('"v1"', '"v1beta1"'),
    ) as unknown;
    const live = { ...old, metadata: { ...objectAt(old, 'metadata'), managedFields: entries, uid: 'u' } };
    expect(managers(apply({ live, applied, manager: 'n' }))).toEqual(['n v1']);
    expect(managers(apply({ live, applied, manager: 'n', otherVersions: ['v1beta1'] }))).toEqual(['n v1', 'm v1beta1']);
  });

  it('S22 gives the last-applied annotation up when there is no room for it', () => {
    const key = 'kubectl.kubernetes.io/last-applied-configuration';
    const live = { ...body, metadata: { name: 'web', annotations: { [key]: 'old' }, uid: 'u' } };
    const big = { ...body, metadata: { name: 'web', annotations: { big: 'x'.repeat(200 * 1024) } } };
    const request = { live, manager: 'kubectl', force: true };
    const annotations = (applied: JsonObject): JsonObject =>
      objectAt(objectAt(apply({ ...request, applied }), 'metadata'), 'annotations');
    expect(Object.keys(annotations(big))).toEqual(['big']);
    expect(annotations({ ...body, spec: { externalName: '<a>' } })[key]).toBe(
      '{"apiVersion":"v1","kind":"Service","metadata":{"name":"web"},"spec":{"externalName":"\\u003ca\\u003e"}}\n',
    );
  });

  it('answers 500 when the stored record or lists make no sense', () => {
    const stored = (metadata: object, spec: object): JsonObject => ({
      ...body,
      metadata: { name: 'web', uid: 'u', ...metadata },
      spec,
    });
    const applied = { ...body, spec: { ports: [{ port: 80 }] } };
    const entry = {
      manager: 'm',
      operation: 'Update',
      apiVersion: 'v1',
      fieldsType: 'FieldsV1',
      fieldsV1: { 'f:spec': {} },
    };
    const refusals: [JsonObject, string][] = [
      [stored({ managedFields: [{ ...entry, operation: 'Delete' }] }, {}), 'operation must be `Apply` or `Update`'],
      [stored({ managedFields: [{ ...entry, apiVersion: '' }] }, {}), 'apiVersion must not be empty'],
      [stored({ managedFields: [{ ...entry, fieldsType: '' }] }, {}), 'missing fieldsType in managed fields entry 0'],
      [
        stored({ managedFields: [{ ...entry, fieldsType: 'X' }] }, {}),
        'invalid fieldsType "X" in managed fields entry 0',
      ],
      [stored({ managedFields: [{ ...entry, fieldsV1: { f: {} } }] }, {}), 'error decoding set'],
      [stored({ managedFields: [entry] }, { ports: [null] }), 'may not have a null element'],
      [stored({}, { ports: [null] }), 'failed to create manager for existing fields'],
    ];
    for (const [live, message] of refusals) {
      expect(() => apply({ live, applied })).toThrow(
        expect.objectContaining({ code: 500, message: expect.stringContaining(message) }),
      );
    }
  });
});

describe('field tracking of updates', () => {
  it('stores without a record what cannot be told apart', () => {
    const newObject = deepFreeze({ ...body, spec: { ports: [null] } });
    const tracked = updateManagedFields({ ...service, liveObject: undefined, newObject });
    expect(tracked).toEqual(newObject);
  });

  it('adds metadata to an object without', () => {
    const tracked = updateManagedFields({ ...service, liveObject: undefined, newObject: { spec: { type: 'x' } } });
    expect(managers(tracked)).toEqual(['m v1']);
  });
});
