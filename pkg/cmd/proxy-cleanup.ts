/** Takes away what other modes left (I69, N2, V45), or what all of them did. */
import { systemClock } from '../clock/index.ts';
import {
  IptablesBackEnd,
  IpvsBackEnd,
  NftablesBackEnd,
  Portals,
  type Kept,
  type Runner,
} from '../proxy/apply/index.ts';
import type { Family } from '../proxy/model/index.ts';
import { families } from './proxy-node.ts';
import type { ProxyMode } from './proxy.ts';

export interface CleanupProblem {
  readonly mode: ProxyMode;
  readonly family: Family;
  readonly error: Error;
}

/** Everything but what `active` has written and still uses. Goes on after a failure; answers what failed. */
export async function cleanUpModes(run: Runner, active: ProxyMode | undefined): Promise<CleanupProblem[]> {
  const problems: CleanupProblem[] = [];
  for (const family of families) {
    for (const mode of ['ipvs', 'iptables', 'nftables', 'userspace'] as const) {
      if (mode === active || !(await couldHaveRun(run, mode, family))) continue;
      try {
        await cleanUp(run, mode, family, keptBy(active));
      } catch (error) {
        problems.push({ mode, family, error: error as Error });
      }
    }
  }
  return problems;
}

/** iptables and IPVS mode share chains; who has just filled them keeps them. */
function keptBy(active: ProxyMode | undefined): Kept | undefined {
  if (active === 'iptables') return IptablesBackEnd.fixed;
  return active === 'ipvs' ? IpvsBackEnd.fixed : undefined;
}

function cleanUp(run: Runner, mode: ProxyMode, family: Family, kept: Kept | undefined): Promise<void> {
  switch (mode) {
    case 'iptables':
      return new IptablesBackEnd({ family, run, clock: systemClock }).cleanup(kept);
    case 'ipvs':
      return new IpvsBackEnd({ family, run }).cleanup(kept);
    case 'nftables':
      return new NftablesBackEnd({ family, run, clock: systemClock }).cleanup();
    case 'userspace':
      return new Portals({ family, run, hostIP: '' }).cleanup();
  }
}

/** Where the tools are missing, or the kernel knows nothing of it, there is nothing of ours. */
async function couldHaveRun(run: Runner, mode: ProxyMode, family: Family): Promise<boolean> {
  const suffix = family === 'IPv4' ? '' : '6';
  switch (mode) {
    case 'iptables':
    case 'userspace':
      return (await run(`ip${suffix}tables-save`, ['-t', 'nat'])).stdout.includes('KUBE-');
    case 'nftables':
      return (await run('nft', ['list', 'tables', `ip${suffix}`])).stdout.includes('kube-proxy');
    case 'ipvs':
      return (await run('ip', ['link', 'show', 'kube-ipvs0'])).code === 0;
  }
}
