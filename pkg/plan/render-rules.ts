/** The rules of a node proxy for given objects, as text for the tool that loads them. */
import type { EndpointSlice, Service } from '../api/types.ts';
import { renderIptables } from '../proxy/iptables/render/index.ts';
import { printServers, printSets, renderIpvs } from '../proxy/ipvs/render/index.ts';
import { buildModel, type Family, type NodeView } from '../proxy/model/index.ts';
import { renderNftables, type LayoutName } from '../proxy/nftables/render/index.ts';

export interface RulesRequest {
  readonly mode: 'iptables' | 'nftables' | 'ipvs';
  readonly services: readonly Service[];
  readonly slices: readonly EndpointSlice[];
  /** The node whose rules they are. */
  readonly node: NodeView;
  /** Default IPv4. */
  readonly family?: Family;
  /** Of nftables: the flat one, or that of upstream. */
  readonly layout?: LayoutName;
  /** Addresses of the node, which IPVS needs to know for node ports. */
  readonly nodeAddresses?: readonly string[];
}

/** Input of `iptables-restore`, of `nft -f`, or of `ipvsadm --restore`, `ipset restore` and `iptables-restore`. */
export function renderRules(request: RulesRequest): string {
  const { services, slices, node, family = 'IPv4' } = request;
  const model = buildModel(services, slices, { family, node });
  switch (request.mode) {
    case 'iptables':
      return renderIptables(model);
    case 'nftables':
      return renderNftables(model, request.layout === undefined ? {} : { layout: request.layout });
    case 'ipvs': {
      const { servers, sets, restoreInput } = renderIpvs(model, { nodeAddresses: request.nodeAddresses ?? [] });
      return [printServers(servers), printSets(sets), restoreInput].join('\n');
    }
  }
}
