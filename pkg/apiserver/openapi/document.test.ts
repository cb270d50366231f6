import { describe, expect, it } from '@jest/globals';
import { testServer } from '../../testing/api-server.ts';

const schemasOf = async (groupVersion: string) => {
  await using server = await testServer();
  const { body } = await server.get(`/openapi/v3/${groupVersion}`);
  return body['components']?.['schemas'];
};

const reference = (name: string) => ({ $ref: `#/components/schemas/io.k8s.apimachinery.pkg.${name}` });

describe('OpenAPI v3', () => {
  it('O21 gives scalars the names that kubectl explain shows', async () => {
    const schemas = await schemasOf('api/v1');
    const property = (kind: string, field: string) => schemas?.[`io.k8s.api.core.v1.${kind}`]?.['properties']?.[field];
    expect(property('ServicePort', 'targetPort')?.['allOf']).toEqual([reference('util.intstr.IntOrString')]);
    expect(property('PodStatus', 'startTime')?.['allOf']).toEqual([reference('apis.meta.v1.Time')]);
    expect(property('ResourceRequirements', 'limits')?.['additionalProperties']).toEqual(
      reference('api.resource.Quantity'),
    );
    expect(schemas?.['io.k8s.apimachinery.pkg.util.intstr.IntOrString']).toEqual({
      format: 'int-or-string',
      oneOf: [{ type: 'integer' }, { type: 'string' }],
    });
  });

  it('leads from every reference to a schema', async () => {
    for (const groupVersion of ['api/v1', 'apis/apps/v1', 'apis/discovery.k8s.io/v1', 'apis/events.k8s.io/v1']) {
      const schemas = await schemasOf(groupVersion);
      const names = JSON.stringify(schemas).matchAll(/"#\/components\/schemas\/([^"]+)"/g);
      const known = new Set(Object.keys(schemas ?? {}));
      expect([...names].map(([, name]) => name).filter((name) => !known.has(name ?? ''))).toEqual([]);
    }
  });
});
