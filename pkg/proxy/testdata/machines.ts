/** Each back end's output for a model, put into something that runs it. */
import { renderIptables, jumps } from '../iptables/render/index.ts';
import { renderIpvs } from '../ipvs/render/index.ts';
import { parseCidr, selectNodePortAddresses, type Cidr, type DetectLocal, type NodeModel } from '../model/index.ts';
import { renderNftables, type LayoutName } from '../nftables/render/index.ts';
import { FakeNft } from '../nftables/render/testdata/fake-nft.ts';
import { IptablesMachine } from './iptables-machine.ts';
import { IpvsMachine } from './ipvs-machine.ts';
import { NftMachine } from './nft-machine.ts';
import { node, type Outcome, type Probe } from './packet.ts';
import type { ScenarioOptions } from './scenarios/scenario.ts';

export interface Machine {
  outcome(probe: Probe): Outcome;
}

export function iptablesMachine(model: NodeModel, options: ScenarioOptions = {}): Machine {
  return new IptablesMachine(renderIptables(model, backEndOptions(options)), jumps);
}

export function nftMachine(model: NodeModel, options: ScenarioOptions = {}, layout: LayoutName = 'flat'): Machine {
  const nft = new FakeNft('ip');
  nft.run(renderNftables(model, { ...backEndOptions(options), layout, serviceCIDRs: [cidr('10.96.0.0/16')] }));
  return new NftMachine(nft);
}

export function ipvsMachine(model: NodeModel, options: ScenarioOptions = {}): Machine {
  return new IpvsMachine(renderIpvs(model, { ...backEndOptions(options), nodeAddresses: node.addresses }));
}

function backEndOptions({ nodePortAddresses = [], ...options }: ScenarioOptions) {
  const detectLocal: DetectLocal = { by: 'cidr', cidr: cidr(node.podCIDR) };
  const selected = selectNodePortAddresses(nodePortAddresses, 'IPv4', {
    primary: node.ip,
    interfaces: node.addresses,
  });
  return { ...options, detectLocal, nodePortAddresses: selected };
}

function cidr(text: string): Cidr {
  const parsed = parseCidr(text);
  if (parsed === undefined) throw new Error(`Not a range: ${text}`);
  return parsed;
}
