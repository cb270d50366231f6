import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from '../../clock/index.ts';
import { testServer } from '../../testing/api-server.ts';

describe('a new cluster', () => {
  it('tells delegating servers whose client certificates count', async () => {
    await using server = await testServer();
    const { body } = await server.get('/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication');
    expect(body['data']).toEqual({ 'client-ca-file': server.server.identity?.ca.cert });
  });

  it('says since when the use of old tokens is noted', async () => {
    await using server = await testServer({ clock: new VirtualClock(Date.UTC(2026, 0, 2, 3)) });
    const name = 'kube-apiserver-legacy-service-account-token-tracking';
    const { body } = await server.get(`/api/v1/namespaces/kube-system/configmaps/${name}`);
    expect(body['data']).toEqual({ since: '2026-01-02' });
  });
});
