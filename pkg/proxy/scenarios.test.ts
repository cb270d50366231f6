/** The scenario catalogue (section 16) against every back end's own output, each run by a simulated kernel. */
import { describe, expect, it } from '@jest/globals';
import { buildModel, type NodeModel } from './model/index.ts';
import { n1 } from './model/testdata/objects.ts';
import { ipvsMachine, iptablesMachine, nftMachine, type Machine } from './testdata/machines.ts';
import { describeOutcome, probe } from './testdata/packet.ts';
import { scenarios } from './testdata/scenarios/index.ts';
import { destinations, type Expectation, type Mode, type Scenario } from './testdata/scenarios/scenario.ts';
import { userspaceMachine } from './testdata/userspace-machine.ts';

const backEnds: readonly (readonly [name: string, mode: Mode, make: (model: NodeModel, given: Scenario) => Machine])[] =
  [
    ['iptables', 'iptables', (model, { options }) => iptablesMachine(model, options)],
    ['nftables, layout flat', 'nftables', (model, { options }) => nftMachine(model, options, 'flat')],
    ['nftables, layout maps', 'nftables', (model, { options }) => nftMachine(model, options, 'maps')],
    ['nftables, layout chains', 'nftables', (model, { options }) => nftMachine(model, options, 'chains')],
    ['ipvs', 'ipvs', (model, { options }) => ipvsMachine(model, options)],
    ['userspace', 'userspace', (model, { options }) => userspaceMachine(model, options)],
  ];

function modelOf({ services, slices, options }: Scenario): NodeModel {
  const labels = { ...n1.labels, ...options?.nodeLabels };
  return buildModel(services, slices, { family: 'IPv4', node: { name: 'n1', labels } });
}

function ask(machine: Machine, { from, to }: Expectation): string {
  const [address = '', protocol = 'tcp'] = to.split('/');
  const [ip = '', port = ''] = (destinations[address] ?? address).split(':');
  return describeOutcome(machine.outcome(probe(from, ip, Number(port), protocol as 'tcp' | 'udp')))
    .replace('10.244.1.11:8080', 'L')
    .replace('10.244.2.12:8080', 'R')
    .split(', ')
    .sort()
    .join(', ');
}

/** The relay shows its own address always, and whoever cannot be served is let in and put out again (section 12). */
function expected({ expect: text, but }: Expectation, mode: Mode): string {
  const own = but?.[mode];
  if (own !== undefined) return own;
  if (mode !== 'userspace') return text.split(', ').sort().join(', ');
  return text === 'timeout' ? 'refused' : text.replaceAll('kept', 'snat').split(', ').sort().join(', ');
}

describe.each(backEnds)('%s', (_, mode, make) => {
  it.each(scenarios.map((each) => [`${each.id} ${each.title}`, each] as const))('%s', (_title, given) => {
    const machine = make(modelOf(given), given);
    const label = ({ from, to }: Expectation): string => `${from} → ${to}`;
    const table = (answer: (each: Expectation) => string): string[] =>
      given.expectations.map((each) => `${label(each)}: ${answer(each)}`);
    expect(table((each) => ask(machine, each))).toEqual(table((each) => expected(each, mode)));
  });
});
