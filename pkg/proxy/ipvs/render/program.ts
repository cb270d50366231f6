/** A node's model as everything IPVS mode keeps in the kernel: addresses, virtual servers, sets, rules. */
import { compareText, isLoopback, parseAddress, type NodeModel, type PortPlan } from '../../model/index.ts';
import { fillSets } from './fill-sets.ts';
import type { IpvsOptions } from './options.ts';
import { filterRules } from './filter-rules.ts';
import { filterChains, natChains } from './jumps.ts';
import { natRules } from './nat-rules.ts';
import { renderServers, type VirtualServer } from './servers.ts';
import type { IpSet } from './sets.ts';

export interface IpvsProgram {
  /** What kube-ipvs0 carries, each as a single address (V10). */
  readonly addresses: readonly string[];
  readonly servers: readonly VirtualServer[];
  readonly sets: readonly IpSet[];
  /** Input of `iptables-restore --noflush` (V31). */
  readonly restoreInput: string;
  /** Services whose policy Local leaves nobody on this node (V41, M27). */
  readonly noLocalEndpoints: { readonly internal: number; readonly external: number };
}

export function renderIpvs(model: NodeModel, options: IpvsOptions): IpvsProgram {
  const nodeIPs = nodePortIPs(options);
  const addresses = boundAddresses(model, options);
  const sets = fillSets(model, options, nodeIPs, addresses);
  const nat = ['*nat', ...natChains.map(chainLine), ...natRules(model.family, options, sets), 'COMMIT'];
  const filter = [
    '*filter',
    ...filterChains.map(chainLine),
    ...filterRules(model.family, options, sets, model.ports),
    'COMMIT',
  ];
  return {
    addresses,
    servers: renderServers(model, options, nodeIPs),
    sets,
    restoreInput: [...nat, ...filter, ''].join('\n'),
    noLocalEndpoints: countNoLocal(model),
  };
}

/** V11: all but loopback and IPv6 link-local, or the selection less loopback (G52). */
function nodePortIPs({ nodeAddresses, nodePortAddresses }: IpvsOptions): string[] {
  const candidates = nodePortAddresses?.kind === 'some' ? nodePortAddresses.ips : nodeAddresses;
  return candidates.filter((ip) => {
    const address = parseAddress(ip);
    return address !== undefined && !isLoopback(address) && !/^fe[89ab]/.test(address.text);
  });
}

/** V10: an address that another interface has stays there. */
function boundAddresses({ ports }: NodeModel, { nodeAddresses }: IpvsOptions): string[] {
  const elsewhere = new Set(nodeAddresses);
  const bound = ports.flatMap(({ destinations }) =>
    destinations.flatMap(({ kind, ip }) => {
      return kind === 'cluster-ip' || (kind !== 'node-port' && !elsewhere.has(ip)) ? [ip] : [];
    }),
  );
  return [...new Set(bound)].sort(compareText);
}

function countNoLocal({ ports }: NodeModel): IpvsProgram['noLocalEndpoints'] {
  const services = (which: 'internal' | 'external'): number => {
    const dropping = ports.filter((plan) => plan[which] === 'drop' && isUsed(plan, which));
    return new Set(dropping.map(({ service }) => `${service.namespace}/${service.name}`)).size;
  };
  return { internal: services('internal'), external: services('external') };
}

const isUsed = ({ destinations }: PortPlan, which: 'internal' | 'external'): boolean =>
  destinations.some(({ kind }) => (kind === 'cluster-ip') === (which === 'internal'));

const chainLine = (chain: string): string => `:${chain} - [0:0]`;
