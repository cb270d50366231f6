/**
 * The scenario catalogue on this machine's kernel, with real packets between network namespaces (section 14). Touches
 * nothing outside the namespaces it makes; says why where it cannot run. A few rows by default, all of them with
 * FAIRLEAD_KERNEL_SCENARIOS=all in the environment.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Endpoint } from '../../api/types.ts';
import { systemClock } from '../../clock/index.ts';
import { buildModel, parseCidr, selectNodePortAddresses, type DetectLocal } from '../model/index.ts';
import { n1, service, slice } from '../model/testdata/objects.ts';
import { node } from '../testdata/packet.ts';
import { scenarios } from '../testdata/scenarios/index.ts';
import { L, R, type Mode, type Scenario, type ScenarioOptions } from '../testdata/scenarios/scenario.ts';
import { layoutNames } from '../nftables/render/index.ts';
import type { BackEnd } from './back-end.ts';
import { cleanStaleFlows } from './conntrack.ts';
import { IptablesBackEnd } from './iptables.ts';
import { NftablesBackEnd } from './nftables.ts';
import type { Runner } from './runner.ts';
import { askKernel } from './testdata/ask-kernel.ts';
import { Network, whyNot } from './testdata/namespaces.ts';

const few = ['S1', 'S21', 'S38', 'S53', 'S67'];
const all = process.env['FAIRLEAD_KERNEL_SCENARIOS'] === 'all';
const chosen = scenarios.filter(({ id }) => all || few.includes(id));

const pods = parseCidr(node.podCIDR);
const services = parseCidr('10.96.0.0/16');
const detectLocal: DetectLocal = pods === undefined ? { by: 'none' } : { by: 'cidr', cidr: pods };

function rulesOf({ nodePortAddresses = [], ...options }: ScenarioOptions) {
  const addresses = { primary: node.ip, interfaces: node.addresses };
  return { ...options, detectLocal, nodePortAddresses: selectNodePortAddresses(nodePortAddresses, 'IPv4', addresses) };
}

const common = (run: Runner) => ({ family: 'IPv4', run, clock: systemClock }) as const;
const serviceCIDRs = services === undefined ? [] : [services];

const modes: readonly (readonly [string, Mode, (run: Runner, options: ScenarioOptions) => BackEnd])[] = [
  ['iptables', 'iptables', (run, options) => new IptablesBackEnd({ ...common(run), rules: rulesOf(options) })],
  ...layoutNames.map(
    (layout) =>
      [
        `nftables, layout ${layout}`,
        'nftables',
        (run: Runner, options: ScenarioOptions) =>
          new NftablesBackEnd({ ...common(run), rules: { ...rulesOf(options), layout, serviceCIDRs } }),
      ] as const,
  ),
];

const reason = await whyNot('iptables', 'nft', 'conntrack');
if (reason !== undefined) process.stderr.write(`Skipped the kernel tests of the node proxy: ${reason}\n`);

(reason === undefined ? describe : describe.skip)('on this kernel', () => {
  let network: Network;

  beforeAll(async () => {
    network = await Network.create('scenarios');
  }, 60_000);

  afterAll(() => network[Symbol.asyncDispose](), 60_000);

  describe.each(all ? modes : modes.slice(0, 2))('%s', (_, mode, make) => {
    /** One for each set of options: what does not change need not be ensured again. */
    const backEnds = new Map<string, BackEnd>();
    const backEndFor = (options: ScenarioOptions): BackEnd => {
      const key = JSON.stringify(options);
      const backEnd = backEnds.get(key) ?? make(network.onNode, options);
      backEnds.set(key, backEnd);
      return backEnd;
    };

    it.each(chosen.map((each) => [`${each.id} ${each.title}`, each] as const))(
      '%s',
      async (_title, { services: objects, slices, options = {}, expectations }: Scenario) => {
        const view = { name: 'n1', labels: { ...n1.labels, ...options.nodeLabels } };
        const model = buildModel(objects, slices, { family: 'IPv4', node: view });
        const { nodeLabels: _labels, ...rules } = options;
        await backEndFor(rules).sync(model);
        // A port that is reused would otherwise meet the decision that was made for it in an earlier scenario (C1).
        await network.onNode('conntrack', ['-F']);
        const pairs = await Promise.all(
          expectations.map(async (each) => {
            const expected = (each.but?.[mode] ?? each.expect).split(', ').sort().join(', ');
            const label = `${each.from} → ${each.to}: `;
            return [label + (await askKernel(network, each, expected)), label + expected] as const;
          }),
        );
        expect(pairs.map(([answer]) => answer)).toEqual(pairs.map(([, expected]) => expected));
      },
      30_000,
    );

    it('S73 S74 UDP flows move on when their endpoint goes, and when rules come after them', async () => {
      const spec = { ports: [{ name: 'dns', protocol: 'UDP', port: 53 }] };
      const ports = [{ name: 'dns', protocol: 'UDP', port: 8080 }];
      const sync = async (...endpoints: Endpoint[]): Promise<number> => {
        const model = buildModel([service({ spec })], [slice({ ports, endpoints })], { family: 'IPv4', node: n1 });
        await backEndFor({}).sync(model);
        return cleanStaleFlows(network.onNode, 'IPv4', model.ports, new Set(node.addresses));
      };
      const ask = async (timeoutMs: number): Promise<string | undefined> => {
        const request = { protocol: 'udp', host: '10.96.0.10', port: 53, localPort: 40_000, timeoutMs } as const;
        const { served, failed } = await network.ask('cli', request);
        return served?.by ?? failed;
      };
      await network.onNode('conntrack', ['-F']);
      await backEndFor({}).cleanup();
      expect(await ask(250)).toBe('timeout');
      expect(await sync(R)).toBe(1);
      expect(await ask(5000)).toBe('10.244.2.12:8080');
      expect(await sync(R, L)).toBe(0);
      expect(await ask(5000)).toBe('10.244.2.12:8080');
      expect(await sync(L)).toBe(1);
      expect(await ask(5000)).toBe('10.244.1.11:8080');
    }, 30_000);

    it('S94 leaves nothing of ours behind when it cleans up', async () => {
      await backEndFor({}).cleanup();
      const { stdout } = await network.onNode('nft', ['list', 'ruleset']);
      const ours = stdout.split('\n').filter((line) => /KUBE-|kube-proxy/.test(line));
      expect(ours.filter((line) => !line.includes('KUBE-FIREWALL'))).toEqual([]);
    });
  });
});
