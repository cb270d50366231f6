/** An expectation of the scenario catalogue put to a real kernel. */
import { describeOutcome, type Outcome } from '../../testdata/packet.ts';
import { destinations, type Expectation } from '../../testdata/scenarios/scenario.ts';
import type { Network } from './namespaces.ts';

const places = { outside: 'cli', pod: 'p3', node: 'node', self: 'p1' } as const;
const patienceMs = 5000;
const silenceMs = 250;
const names: Record<string, string> = { '10.244.1.11:8080': 'L', '10.244.2.12:8080': 'R' };

/**
 * Connects until as many endpoints have answered as `expected` names, and a few times more in case there are others. Who
 * expects silence waits for it only briefly; a rule that lets the connection through is quicker than that.
 */
export async function askKernel(network: Network, { from, to }: Expectation, expected: string): Promise<string> {
  const [address = '', protocol = 'tcp'] = to.split('/');
  const [host = '', port = ''] = (destinations[address] ?? address).split(':');
  const wanted = expected.split(', ').length;
  const outcome = new Map<string, 'kept' | 'snat'>();
  for (let after = 0, tries = 0; after < 4 && tries < 80; tries++) {
    const timeoutMs = expected === 'timeout' ? silenceMs : patienceMs;
    const request = { protocol: protocol as 'tcp' | 'udp', host, port: Number(port), timeoutMs };
    const { served, failed } = await network.ask(places[from], request);
    if (served === undefined)
      return outcome.size === 0 ? (failed ?? 'nothing') : `${describe(outcome)}, then ${failed}`;
    // Masquerading may give the node's own packets the address they had anyway.
    const kept = from === 'node' ? !expected.includes('snat') : served.seen === served.from;
    outcome.set(names[served.by] ?? served.by, kept ? 'kept' : 'snat');
    if (outcome.size >= wanted) after++;
  }
  return describe(outcome);
}

const describe = (outcome: Outcome): string => describeOutcome(outcome).split(', ').sort().join(', ');
