/** The back end of a kernel mode for one family, from settings and from what this machine and its Node are like. */
import { systemClock } from '../clock/index.ts';
import {
  IptablesBackEnd,
  IpvsBackEnd,
  NftablesBackEnd,
  RenewedBackEnd,
  type BackEnd,
  type KernelMode,
  type Runner,
} from '../proxy/apply/index.ts';
import {
  parseCidr,
  selectNodePortAddresses,
  type Cidr,
  type DetectLocal,
  type Family,
  type NodePortAddresses,
} from '../proxy/model/index.ts';
import { interfaceAddresses, type OwnNode } from './proxy-node.ts';
import type { ProxySettings } from './proxy-settings.ts';

export interface BackEndInputs {
  readonly run: Runner;
  readonly own: OwnNode;
  /** Ranges that cluster IPs come from, as of now. */
  readonly serviceCIDRs: () => readonly Cidr[];
  readonly counters: { readonly invalidDropped: boolean; readonly localhostAccepted: boolean };
  readonly conntrackLiberal: boolean;
}

export function makeBackEnd(mode: KernelMode, settings: ProxySettings, family: Family, inputs: BackEndInputs): BackEnd {
  const { run, own } = inputs;
  const nodeIP = own.ips[family];
  const detectLocal = detectLocalFor(settings, family, own);
  const common = { family, run, clock: systemClock };
  const rules = {
    masqueradeAll: settings.masqueradeAll,
    masqueradeBit: settings.masqueradeBit,
    detectLocal,
    ...(nodeIP === undefined ? {} : { nodeIP }),
  };
  const nodePorts = (): NodePortAddresses => nodePortAddressesFor(settings, family, own);
  switch (mode) {
    case 'iptables': {
      const { localhostNodePorts } = settings;
      const counters = {
        ...inputs.counters,
        localhostAccepted: inputs.counters.localhostAccepted && family === 'IPv4',
      };
      const { conntrackLiberal } = inputs;
      return new RenewedBackEnd(nodePorts, (nodePortAddresses) => {
        const own = { ...rules, nodePortAddresses, localhostNodePorts, counters, conntrackLiberal };
        return new IptablesBackEnd({ ...common, rules: own, syncPeriodMs: settings.syncPeriodMs });
      });
    }
    case 'nftables':
      return new RenewedBackEnd(
        () => ({
          nodePortAddresses: nodePorts(),
          serviceCIDRs: inputs.serviceCIDRs().filter((cidr) => cidr.family === family),
        }),
        (now) => new NftablesBackEnd({ ...common, rules: { ...rules, ...now, layout: settings.layout } }),
      );
    case 'ipvs': {
      const { scheduler, strictARP, excludeCIDRs, timeouts } = settings.ipvs;
      return new RenewedBackEnd(
        nodePorts,
        (nodePortAddresses) =>
          new IpvsBackEnd({
            family,
            run,
            rules: { ...rules, nodePortAddresses, scheduler },
            excludeCIDRs,
            strictARP,
            timeouts,
          }),
      );
    }
  }
}

/** G45–G49: what the Node's own range is, its object says. */
export function detectLocalFor({ detectLocal }: ProxySettings, family: Family, { node }: OwnNode): DetectLocal {
  switch (detectLocal.by) {
    case 'interface':
    case 'interface-prefix':
      return detectLocal;
    case 'cluster-cidr':
      return byCidr(detectLocal.cidrs, family);
    case 'node-cidr': {
      const { podCIDRs = [], podCIDR = '' } = node?.spec ?? {};
      const texts = podCIDRs.length > 0 ? podCIDRs : [podCIDR];
      return byCidr(
        texts.flatMap((text) => parseCidr(text) ?? []),
        family,
      );
    }
  }
}

function byCidr(cidrs: readonly Cidr[], family: Family): DetectLocal {
  const cidr = cidrs.find((each) => each.family === family);
  return cidr === undefined ? { by: 'none' } : { by: 'cidr', cidr };
}

/** Addresses on kube-ipvs0 are Services', not the node's. */
function nodePortAddressesFor(
  { nodePortAddresses }: ProxySettings,
  family: Family,
  { ips, primary }: OwnNode,
): NodePortAddresses {
  const own = ips[family] ?? ips[primary];
  const interfaces = interfaceAddresses()
    .filter(({ device }) => device !== 'kube-ipvs0')
    .map(({ ip }) => ip);
  return selectNodePortAddresses(nodePortAddresses, family, {
    ...(own === undefined ? {} : { primary: own }),
    interfaces,
  });
}
