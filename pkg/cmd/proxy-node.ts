/** The Node that a proxy stands for: its object and its addresses (G55). */
import { networkInterfaces } from 'node:os';
import { nodes } from '../api/resources.ts';
import { isStatusError } from '../api/status.ts';
import type { Node } from '../api/types.ts';
import type { Client } from '../client/index.ts';
import { sleep, systemClock } from '../clock/index.ts';
import type { Logger } from '../logging/index.ts';
import { isLoopback, parseAddress, type Family } from '../proxy/model/index.ts';

export const families = ['IPv4', 'IPv6'] as const;

export interface OwnNode {
  /** Undefined: there is no such object yet. */
  readonly node: Node | undefined;
  readonly ips: Readonly<Partial<Record<Family, string>>>;
  readonly primary: Family;
}

const patience = { tries: 6, firstPauseMs: 1000 } as const;

/** Asks for the Node object up to six times, each pause twice as long as the one before; a missing one is no error. */
export async function findNode(
  client: Client,
  name: string,
  { log, once, signal }: { readonly log: Logger; readonly once: boolean; readonly signal: AbortSignal },
): Promise<Node | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await client.get<Node>(nodes, { name }, { signal });
    } catch (err) {
      if (signal.aborted) return undefined;
      if (once || attempt === patience.tries) {
        if (!isStatusError(err)) throw err;
        log.warn({ node: name, err: err.message }, 'No such Node, going on with an address of this machine');
        return undefined;
      }
      log.info({ node: name, err: (err as Error).message }, 'Waiting for the Node object');
      await sleep(systemClock, patience.firstPauseMs * 2 ** (attempt - 1), signal).catch(() => undefined);
    }
  }
}

/** G55: the bind address, else what the Node object says, else loopback. */
export function ownNode(node: Node | undefined, bindAddress: string): OwnNode {
  const bound = parseAddress(bindAddress);
  const isSpecific = bound !== undefined && bound.value !== 0n;
  const texts = isSpecific ? [bound.text] : hostIPs(node);
  const addresses = (texts.length > 0 ? texts : ['127.0.0.1']).flatMap((text) => parseAddress(text) ?? []);
  const ips: Partial<Record<Family, string>> = {};
  for (const { family, text } of addresses) ips[family] ??= text;
  return { node, ips, primary: addresses[0]?.family ?? 'IPv4' };
}

/** Internal addresses before external ones. */
function hostIPs(node: Node | undefined): string[] {
  const addresses = node?.status?.addresses ?? [];
  return ['InternalIP', 'ExternalIP'].flatMap((wanted) =>
    addresses.filter(({ type }) => type === wanted).map(({ address }) => address),
  );
}

export interface InterfaceAddress {
  readonly device: string;
  readonly ip: string;
}

/** Of all interfaces, in both families, without link-local ones. */
export function interfaceAddresses(): InterfaceAddress[] {
  return Object.entries(networkInterfaces()).flatMap(([device, addresses = []]) =>
    addresses.filter(({ address }) => !address.startsWith('fe80:')).map(({ address }) => ({ device, ip: address })),
  );
}

/** What node ports answer on and flows to this node go to. */
export function localAddresses(): string[] {
  return interfaceAddresses()
    .map(({ ip }) => ip)
    .filter((ip) => {
      const address = parseAddress(ip);
      return address !== undefined && !isLoopback(address);
    });
}
