/**
 * Flows of UDP keep the endpoint they once got, having no end of their own (C1). After a sync, those whose endpoint no
 * longer serves are cut, so that the next datagram finds a new one (C4).
 */
import { joinHostPort, type PortPlan } from '../model/index.ts';
import type { Runner } from './runner.ts';

/** One direction of a tracked flow as it began, and who answers. */
export interface UdpFlow {
  readonly source: string;
  readonly sourcePort: number;
  readonly destination: string;
  readonly destinationPort: number;
  readonly replySource: string;
  readonly replySourcePort: number;
}

/**
 * The flows to cut. A Service without any serving endpoint keeps its flows; a node port counts only on addresses of the
 * node itself, so that flows to foreign hosts that happen to use its number are left alone (C5).
 */
export function staleFlows(
  flows: readonly UdpFlow[],
  plans: readonly PortPlan[],
  nodeAddresses: ReadonlySet<string>,
): UdpFlow[] {
  const serving = new Map<string, ReadonlySet<string>>();
  for (const { service, endpoints, destinations } of plans) {
    const texts = new Set(endpoints.filter((endpoint) => endpoint.serving).map(({ text }) => text));
    if (service.protocol !== 'UDP' || texts.size === 0) continue;
    for (const { kind, ip, port } of destinations)
      serving.set(kind === 'node-port' ? `*:${port}` : joinHostPort(ip, port), texts);
  }
  return flows.filter((flow) => {
    const { destination, destinationPort } = flow;
    const byAddress = serving.get(joinHostPort(destination, destinationPort));
    const byNodePort = nodeAddresses.has(destination) ? serving.get(`*:${destinationPort}`) : undefined;
    const endpoints = byAddress ?? byNodePort;
    return endpoints !== undefined && !endpoints.has(joinHostPort(flow.replySource, flow.replySourcePort));
  });
}

/** Reads `conntrack -L`; lines of other shapes are skipped. */
export function parseFlows(text: string): UdpFlow[] {
  return text.split('\n').flatMap((line) => {
    const values = (key: string): string[] =>
      [...line.matchAll(new RegExp(`\\b${key}=(\\S+)`, 'g'))].map(([, value = '']) => value);
    const [[source, replySource], [destination], [sourcePort, replySourcePort], [destinationPort]] = [
      values('src'),
      values('dst'),
      values('sport'),
      values('dport'),
    ];
    if (!/\budp\b/.test(line) || source === undefined || replySource === undefined || destination === undefined)
      return [];
    return [
      {
        source,
        sourcePort: Number(sourcePort),
        destination,
        destinationPort: Number(destinationPort),
        replySource,
        replySourcePort: Number(replySourcePort),
      },
    ];
  });
}

/** Cuts stale UDP flows; answers how many. A flow that ended meanwhile is no error (C3). */
export async function cleanStaleFlows(
  run: Runner,
  family: 'IPv4' | 'IPv6',
  plans: readonly PortPlan[],
  nodeAddresses: ReadonlySet<string>,
): Promise<number> {
  if (!plans.some(({ service }) => service.protocol === 'UDP')) return 0;
  const familyArgs = ['-f', family === 'IPv4' ? 'ipv4' : 'ipv6'];
  const { stdout } = await run('conntrack', ['-L', '-p', 'udp', ...familyArgs]);
  const stale = staleFlows(parseFlows(stdout), plans, nodeAddresses);
  for (const { source, sourcePort, destination, destinationPort } of stale) {
    const tuple = ['-s', source, '-d', destination, '--sport', `${sourcePort}`, '--dport', `${destinationPort}`];
    await run('conntrack', ['-D', '-p', 'udp', ...familyArgs, ...tuple]);
  }
  return stale.length;
}
