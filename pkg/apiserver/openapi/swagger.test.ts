import { describe, expect, it } from '@jest/globals';
import { testServer } from '../../testing/api-server.ts';

const protobuf = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf';

describe('OpenAPI v2', () => {
  it('O22 is one document of every group version', async () => {
    await using server = await testServer();
    const { body, headers } = await server.get('/openapi/v2');
    expect(headers['content-type']).toBe('application/json');
    expect(body['swagger']).toBe('2.0');
    const patch = body['paths']?.['/apis/apps/v1/namespaces/{namespace}/deployments/{name}']?.['patch'];
    expect(patch?.['x-kubernetes-group-version-kind']).toEqual({ group: 'apps', version: 'v1', kind: 'Deployment' });
    const parameters = patch?.['parameters'] as unknown as { name: string; in: string }[];
    expect(parameters.map((parameter) => `${parameter.in} ${parameter.name}`)).toEqual([
      'body body',
      'query dryRun',
      'query fieldManager',
      'query fieldValidation',
      'query force',
    ]);
  });

  it('marks a kind with its group version, wherever else its schema is used', async () => {
    await using server = await testServer();
    const { body } = await server.get('/openapi/v2');
    const definitions = body['definitions'];
    expect(definitions?.['io.k8s.api.core.v1.Pod']?.['x-kubernetes-group-version-kind']).toEqual([
      { group: '', version: 'v1', kind: 'Pod' },
    ]);
    expect(definitions?.['io.k8s.api.core.v1.ServicePort']?.['properties']?.['targetPort']).toMatchObject({
      $ref: '#/definitions/io.k8s.apimachinery.pkg.util.intstr.IntOrString',
    });
    expect(definitions?.['io.k8s.apimachinery.pkg.util.intstr.IntOrString']).toEqual({
      type: 'string',
      format: 'int-or-string',
    });
    expect(JSON.stringify(body)).not.toMatch(/components\/schemas|"allOf":\[|"oneOf":\[/);
  });

  it('comes as protobuf under either of its names, and not as YAML', async () => {
    await using server = await testServer();
    for (const accept of [protobuf, protobuf.replace('@', '.')]) {
      const answer = await server.get('/openapi/v2', { headers: { accept } });
      expect(answer.headers['content-type']).toBe('application/com.github.proto-openapi.spec.v2.v1.0+protobuf');
      // Field 1, three bytes: the version of the format.
      expect(answer.text.slice(0, 5)).toBe('\n\u00032.0');
      const etag = String(answer.headers['etag']);
      expect((await server.get('/openapi/v2', { headers: { accept, 'if-none-match': etag } })).status).toBe(304);
    }
    expect((await server.get('/openapi/v2', { headers: { accept: 'application/yaml' } })).status).toBe(406);
  });
});
