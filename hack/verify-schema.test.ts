import { describe, expect, it } from '@jest/globals';
import { compareSchemas } from './verify-schema.ts';

describe('compareSchemas', () => {
  it('tells where a document says something else', () => {
    const service = {
      type: 'object',
      properties: {
        apiVersion: { type: 'string' },
        kind: { type: 'string' },
        metadata: { $ref: '#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta' },
        spec: { $ref: '#/components/schemas/io.k8s.api.core.v1.ServiceSpec' },
        state: { type: 'string' },
      },
    };
    const found = compareSchemas(new Map([['io.k8s.api.core.v1.Service', service]]));
    expect(found.compared).toBe(1);
    expect(found.differences).toEqual([
      'io.k8s.api.core.v1.Service fields: ["apiVersion","kind","metadata","spec","status"] here, ["apiVersion","kind","metadata","spec","state"] there',
    ]);
  });
});
