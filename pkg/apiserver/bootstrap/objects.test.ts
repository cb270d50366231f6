import { describe, expect, it } from '@jest/globals';
import { testServer } from '../../testing/api-server.ts';

describe('a new cluster', () => {
  it('tells delegating servers whose client certificates count', async () => {
    await using server = await testServer();
    const { body } = await server.get('/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication');
    expect(body['data']).toEqual({ 'client-ca-file': server.server.identity?.ca.cert });
  });
});
