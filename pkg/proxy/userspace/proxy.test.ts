import { describe, expect, it } from '@jest/globals';
import type { EndpointSlice, Service } from '../../api/types.ts';
import { endpoint, service, slice } from '../model/testdata/objects.ts';
import { startUserspaceProxy, type UserspaceProxy, type UserspaceProxyOptions } from './index.ts';
import { ask, closedPort, HandSource, named } from './testdata/network.ts';

/** Backends listen on different ports of one address, so each has a slice of its own (S13). */
const behind = (...ports: readonly number[]): EndpointSlice[] =>
  ports.map((port) =>
    slice({
      name: `web-${port}`,
      ports: [{ name: 'http', protocol: 'TCP', port }],
      endpoints: [endpoint('127.0.0.1', { nodeName: 'n1' })],
    }),
  );

async function start(
  services: readonly Service[],
  slices: readonly EndpointSlice[],
  options: Partial<UserspaceProxyOptions> = {},
): Promise<{
  proxy: UserspaceProxy;
  source: HandSource;
  at: (index?: number) => { host: string; port: number } | undefined;
}> {
  const source = new HandSource(services, slices);
  const proxy = startUserspaceProxy({ source, nodeName: 'n1', places: ['loopback'], ...options });
  await proxy.settled();
  return { proxy, source, at: (index = 0) => proxy.routes()[index]?.listen };
}

describe('the user-space proxy', () => {
  it('K13 serves a cluster IP from all its endpoints in turn', async () => {
    await using a = await named('a');
    await using b = await named('b');
    await using c = await named('c');
    const { proxy, at } = await start([service()], behind(a.port, b.port, c.port));
    await using _ = proxy;
    const answers = [];
    for (let i = 0; i < 6; i++) answers.push(await ask(at()));
    expect(answers.toSorted()).toEqual(['a', 'a', 'b', 'b', 'c', 'c']);
    expect(answers.slice(0, 3)).toEqual(answers.slice(3));
  });

  it('U20 closes the connection at once when nobody is there', async () => {
    const { proxy, at } = await start([service()], []);
    await using _ = proxy;
    expect(await ask(at())).toBe('');
    expect(proxy.counters.refused).toBe(1);
  });

  it('S98 U21 goes on to the next endpoint when one refuses', async () => {
    await using alive = await named('alive');
    const { proxy, at } = await start([service()], behind(await closedPort(), alive.port));
    await using _ = proxy;
    const answers = [await ask(at()), await ask(at()), await ask(at())];
    expect(answers).toEqual(['alive', 'alive', 'alive']);
    expect(proxy.counters.dialFailures).toBeGreaterThan(0);
  });
});
