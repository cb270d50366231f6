/** The relay behind portal rules, on a real kernel (K13, K15, U28); on request. */
import { describe, expect, it } from '@jest/globals';
import { Network, whyNot } from './testdata/namespaces.ts';

const asked = process.env['FAIRLEAD_KERNEL_SCENARIOS'] === 'all';
const reason = asked ? await whyNot('iptables', 'conntrack') : 'FAIRLEAD_KERNEL_SCENARIOS is not "all"';
if (reason !== undefined) process.stderr.write(`Skipped the kernel tests of the relay: ${reason}\n`);

(reason === undefined ? describe : describe.skip)('the relay behind portal rules', () => {
  it('K13 U7 U10 U28 answers at every address, TCP and UDP, from everywhere, and leaves nothing behind', async () => {
    await using network = await Network.create('portals');
    const relay = await network.startOnNode('relay.ts');
    const places = [
      ['cli', '10.96.0.10', 80, 53],
      ['p3', '10.96.0.10', 80, 53],
      ['node', '10.96.0.10', 80, 53],
      ['cli', '192.0.2.10', 30080, 30053],
      ['p3', '192.0.2.10', 30080, 30053],
      ['node', '192.0.2.10', 30080, 30053],
      ['node', '127.0.0.1', 30080, 30053],
    ] as const;
    for (const [from, host, tcp, udp] of places) {
      const ask = async (protocol: 'tcp' | 'udp', port: number): Promise<string | undefined> => {
        const { served, failed } = await network.ask(from, { protocol, host, port, timeoutMs: 5000 });
        return served?.by ?? failed;
      };
      const turns = [await ask('tcp', tcp), await ask('tcp', tcp), await ask('tcp', tcp), await ask('tcp', tcp)];
      const label = `${from} → ${host}`;
      expect([label, new Set(turns)]).toEqual([label, new Set(['10.244.1.11:8080', '10.244.2.12:8080'])]);
      expect(turns.slice(2)).toEqual(turns.slice(0, 2));
      expect([label, await ask('udp', udp)]).toEqual([label, expect.stringMatching(/^10\.244\.[12]\.1[12]:8080$/)]);
    }
    await relay.stop();
    const { stdout } = await network.onNode('iptables-save', []);
    expect(stdout.split('\n').filter((line) => line.includes('KUBE-'))).toEqual([]);
  }, 60_000);
});
