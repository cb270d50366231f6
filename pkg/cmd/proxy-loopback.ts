/**
 * N46: node ports on loopback in nftables mode. The kernel does not translate what a host sends to 127.0.0.1, so sockets
 * of the relay stand there; TCP alone, and only where loopback was asked for by name.
 */
import { cidrContains, parseAddress, parseCidr, type Family } from '../proxy/model/index.ts';
import { startUserspaceProxy, type UserspaceProxy } from '../proxy/userspace/index.ts';
import { families, localAddresses } from './proxy-node.ts';
import { proxySource } from './proxy-source.ts';
import type { ProxyContext } from './run-proxy.ts';

const loopback: Readonly<Record<Family, string>> = { IPv4: '127.0.0.1', IPv6: '::1' };

/** Families whose loopback address lies in a range that is not simply everything. */
export function loopbackAsked(nodePortAddresses: readonly string[]): Family[] {
  return families.filter((family) =>
    nodePortAddresses.some((text) => {
      const [range, address] = [parseCidr(text), parseAddress(loopback[family])];
      return range !== undefined && address !== undefined && range.prefix > 0 && cidrContains(range, address);
    }),
  );
}

/** Undefined when nobody asked. Said once for each that cannot be had, by the relay itself. */
export function openLoopbackNodePorts(context: ProxyContext): UserspaceProxy | undefined {
  const { settings, informers, log } = context;
  const asked = loopbackAsked(settings.nodePortAddresses);
  if (settings.mode !== 'nftables' || asked.length === 0) return undefined;
  return startUserspaceProxy({
    source: proxySource(informers, { nodeName: settings.nodeName, alone: true }),
    nodeName: settings.nodeName,
    nodeAddresses: [...localAddresses(), ...Object.values(loopback)],
    families: asked,
    kinds: ['node-port'],
    protocols: ['TCP'],
    places: ['address'],
    nodePortHosts: loopback,
    log,
  });
}
