/**
 * What this kernel holds after a sync of the recorded cluster, compared with what it held after kube-proxy 1.36.3. Exact
 * texts depend on the tools' versions (iptables 1.8.9 nf_tables, nft 1.0.6), so it runs on request only.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { systemClock } from '../../clock/index.ts';
import { parseCidr, selectNodePortAddresses, type DetectLocal } from '../model/index.ts';
import { recordedModel } from '../testdata/recorded-cluster.ts';
import { IptablesBackEnd } from './iptables.ts';
import { NftablesBackEnd } from './nftables.ts';
import { systemRunner, type Runner } from './runner.ts';
import { whyNot } from './testdata/namespaces.ts';

const asked = process.env['FAIRLEAD_KERNEL_SCENARIOS'] === 'all';
const reason = asked ? await whyNot('iptables', 'nft') : 'FAIRLEAD_KERNEL_SCENARIOS is not "all"';
if (reason !== undefined) process.stderr.write(`Skipped the kernel's recorded rulesets: ${reason}\n`);

const [pods, services] = [parseCidr('10.244.0.0/16'), parseCidr('10.96.0.0/16')];
const detectLocal: DetectLocal = pods === undefined ? { by: 'none' } : { by: 'cidr', cidr: pods };
const nodeIP = '10.77.0.2';

const recorded = (file: string): string => readFileSync(join(import.meta.dirname, '..', file), 'utf8');

async function inNamespace(use: (run: Runner) => Promise<void>): Promise<void> {
  const name = `fairlead-${process.pid}-golden`;
  const here = systemRunner();
  await here('ip', ['netns', 'add', name]);
  try {
    await use(systemRunner(['ip', 'netns', 'exec', name]));
  } finally {
    await here('ip', ['netns', 'del', name]);
  }
}

/** Lines of iptables-save without its comments, and without accounting, whose objects need a netlink tool to make. */
const rules = (text: string): string[] =>
  text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#') && !line.includes('localhost_nps_accepted_pkts'))
    .map((line) => line.replace(/-m nfacct --nfacct-name +\S+ /, ''));

(reason === undefined ? describe : describe.skip)('the recorded cluster on this kernel', () => {
  it(
    'iptables-save prints what was recorded',
    () =>
      inNamespace(async (run) => {
        const backEnd = new IptablesBackEnd({
          family: 'IPv4',
          run,
          clock: systemClock,
          rules: { detectLocal, nodeIP },
        });
        await backEnd.sync(recordedModel('IPv4'));
        const { stdout } = await run('iptables-save', []);
        expect(rules(stdout)).toEqual(rules(recorded('iptables/render/testdata/kube-proxy-1.36.3.save.txt')));
      }),
    30_000,
  );

  it(
    'nft list ruleset prints what was recorded',
    () =>
      inNamespace(async (run) => {
        for (const family of ['IPv4', 'IPv6'] as const) {
          const addresses = { primary: nodeIP, interfaces: [nodeIP] };
          const nodePortAddresses = selectNodePortAddresses(['primary'], family, addresses);
          const four = { detectLocal, nodeIP, serviceCIDRs: services === undefined ? [] : [services] };
          const options = { layout: 'maps', ...(family === 'IPv4' ? four : {}), nodePortAddresses } as const;
          const backEnd = new NftablesBackEnd({ family, run, clock: systemClock, rules: options });
          await backEnd.sync(recordedModel(family));
        }
        const { stdout } = await run('nft', ['list', 'ruleset']);
        expect(stdout.trim()).toBe(recorded('nftables/render/testdata/kube-proxy-1.36.3.ruleset.txt').trim());
      }),
    30_000,
  );
});
