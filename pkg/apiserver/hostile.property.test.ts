/** Anything at all in a request: the answer is an object or a Status, no code of ours fails, and the server lives on. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { patchTypes, testServer, type Answer, type TestServer } from '../testing/api-server.ts';

let api: TestServer;

beforeAll(async () => {
  api = await testServer({ lifecycle: false });
});

afterAll(async () => {
  await api[Symbol.asyncDispose]();
});

const words = (text: string): string[] => text.split(' ');
const key = fc.constantFrom(
  '',
  ...words('__proto__ constructor toString valueOf a metadata spec data labels name ports finalizers ownerReferences'),
  ...words('managedFields fieldsV1 $patch $retainKeys $setElementOrder/ports $deleteFromPrimitiveList/finalizers'),
  ...words('selector clusterIP clusterIPs apiVersion kind port uid'),
);
const scalar = fc.oneof(
  fc.constantFrom('', 'x\0', '\ud800', ...words('a __proto__ delete replace 10.96.0.9 ::1 2020-01-01T00:00:00Z v1')),
  fc.constantFrom(0, -1, 80, 1.5, 2 ** 53, 1e300, true, false, null),
);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: 'small', withCrossShrink: true }, scalar, tie('list'), tie('map')),
  list: fc.array(tie('value'), { maxLength: 3 }),
  map: fc
    .array(fc.tuple(key, tie('value')), { maxLength: 4 })
    // As JSON.parse makes it: `__proto__` is an own key.
    .map((entries) =>
      JSON.parse(`{${entries.map(([k, v]) => `${JSON.stringify(k)}:${JSON.stringify(v)}`).join(',')}}`),
    ),
}));

/** Something of the right shape with one part replaced by anything: gets further than noise does. */
const nearly = fc
  .tuple(fc.constantFrom('metadata', 'spec', 'data', 'status', 'kind', 'apiVersion', 'type'), value)
  .map(([part, odd]) => ({ metadata: { name: 'x' }, spec: { ports: [{ port: 80 }] }, [part]: odd }));
const nearlyDeeper = fc
  .tuple(fc.constantFrom('labels', 'annotations', 'finalizers', 'ownerReferences', 'managedFields', 'uid'), value)
  .map(([part, odd]) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', [part]: odd } }));
const operation = fc.record(
  {
    op: fc.constantFrom('add', 'remove', 'replace', 'move', 'copy', 'test', '__proto__'),
    path: fc.array(key, { maxLength: 4 }).map((steps) => steps.map((step) => `/${step.replace('/', '~1')}`).join('')),
    from: fc.array(key, { maxLength: 3 }).map((steps) => steps.map((step) => `/${step.replace('/', '~1')}`).join('')),
    value,
  },
  { requiredKeys: ['op'] },
);

const pieces = [' ', '\n', '- ', ...words('{ } [ ] " : , a 1 &a *a << | > !! # % ? \\')];
const body = fc.oneof(
  fc.oneof(value, nearly, nearlyDeeper, fc.array(operation, { maxLength: 4 })).map((odd) => JSON.stringify(odd)),
  fc.string({ unit: fc.constantFrom(...pieces), maxLength: 40 }),
  fc.uint8Array({ maxLength: 60 }),
  fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.concat([Buffer.from('k8s\0'), bytes])),
);
const mediaType = fc.constantFrom(
  '',
  ...words('application/json application/yaml application/vnd.kubernetes.protobuf text/plain'),
  ...Object.values(patchTypes),
);
const path = fc.constantFrom(
  '',
  ...words('configmaps configmaps/x services services/x services/x/status pods/x/binding pods/x/eviction endpoints/x'),
  ...words('deployments deployments/x/scale serviceaccounts/default/token __proto__'),
);
const query = fc
  .array(
    fc.tuple(
      fc.constantFrom(
        ...words('fieldManager force dryRun fieldValidation labelSelector fieldSelector limit continue timeout'),
      ),
      fc.oneof(fc.constantFrom('All', 'true', '1', '0', 'Strict', 'Exact', '5', 'm'), fc.string({ maxLength: 12 })),
    ),
    { maxLength: 3 },
  )
  .map((pairs) => new URLSearchParams(pairs).toString());
const method = fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE');
const request = fc.record({ method, path, query, mediaType, body });

const root = '/api/v1/namespaces/default/';

function urlOf({ path: place, query: text }: { path: string; query: string }): string {
  const base = place.startsWith('deployments') ? '/apis/apps/v1/namespaces/default/' : root;
  return `${base}${place}?${text}`;
}

/** A refusal says what it is and has the code it is sent with; anything else is an object of some kind. */
function expectWellFormed({ status, body: answer, text }: Answer): void {
  if (answer === undefined) {
    expect(text).toBe('404 page not found\n');
    return;
  }
  expect([status, typeof answer.kind, text.includes('fault of the server')]).toEqual([
    expect.any(Number),
    'string',
    false,
  ]);
  if (status < 400) return;
  expect([answer.kind, answer.status, answer.code, typeof answer.message]).toEqual([
    'Status',
    'Failure',
    status,
    'string',
  ]);
}

describe('hostile requests', () => {
  it('any body of any type for any verb is answered, and the server answers the next one', async () => {
    await fc.assert(
      fc.asyncProperty(request, async (odd) => {
        // `request` throws what reached onPanic.
        const headers = { 'content-type': odd.mediaType };
        expectWellFormed(await api.request(odd.method, urlOf(odd), { body: odd.body, headers }));
      }),
      { numRuns: 1_500, seed: 7 },
    );
    expect((await api.get('/api/v1/namespaces/default')).status).toBe(200);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it('any patch of an object that exists is answered', async () => {
    const patch = fc.record({
      type: fc.constantFrom(...Object.values(patchTypes)),
      target: fc.constantFrom('configmaps/there', 'services/there'),
      body: fc.oneof(value, nearly, nearlyDeeper, fc.array(operation, { maxLength: 4 })),
    });
    const metadata = { name: 'there', finalizers: ['a/b'], labels: { constructor: 'c' } };
    await api.post(`${root}configmaps`, { metadata, data: { toString: 's' } });
    await api.post(`${root}services`, { metadata, spec: { ports: [{ port: 80 }], selector: { valueOf: 'v' } } });
    await fc.assert(
      fc.asyncProperty(patch, async ({ type, target, body: odd }) => {
        const options = { body: JSON.stringify(odd), headers: { 'content-type': type } };
        const force = type === patchTypes.apply ? '?fieldManager=m&force=1' : '';
        expectWellFormed(await api.request('PATCH', `${root}${target}${force}`, options));
      }),
      { numRuns: 1_500, seed: 7 },
    );
    expect((await api.get(`${root}configmaps`)).status).toBe(200);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});
