/** N46: node ports on 127.0.0.1 in nftables mode, where the kernel translates nothing: asked for by name, and not otherwise. */
import { RestClient } from '../rest.ts';
import type { Check } from '../suite.ts';
import { startRunningProxy } from './running-proxy.ts';
import { TestCluster } from './test-cluster.ts';

export async function checkLoopback(check: Check): Promise<void> {
  await using running = await startRunningProxy('loopback');
  const api = RestClient.fromKubeconfig(running.server.kubeconfig);
  const cluster = new TestCluster(api, running, 'nftables');
  const ask = async (host: string): Promise<string> => {
    const { served, failed } = await running.network.ask('node', {
      protocol: 'tcp',
      host,
      port: 30_080,
      timeoutMs: 3000,
    });
    return served === undefined ? (failed ?? 'nothing') : 'served';
  };
  const withAddresses = async (...addresses: readonly string[]): Promise<string[]> => {
    running.start('nftables', undefined, [`--nodeport-addresses=${addresses.join(',')}`]);
    await cluster.untilServed();
    await cluster.change();
    const answers = [await ask('127.0.0.1'), await ask('192.0.2.10')];
    await running.stop();
    return answers;
  };
  try {
    await cluster.fill();
    await check('nftables: node ports on 127.0.0.1 where that was asked for, alone or beside another', async () => {
      const answers = [
        await withAddresses('192.0.2.0/24'),
        await withAddresses('192.0.2.0/24', '127.0.0.0/8'),
        await withAddresses('127.0.0.0/8'),
      ].map((pair) => pair.join(' '));
      const expected = ['refused served', 'served served', 'served refused'];
      if (answers.join() !== expected.join()) throw new Error(`expected ${expected.join()}, got ${answers.join()}`);
    });
  } finally {
    await api.close();
  }
}
