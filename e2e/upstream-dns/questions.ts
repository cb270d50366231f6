/** What is asked about a world: every name it has, the names beside them, and names it does not have. */
import type { Service } from '../../pkg/api/types.ts';
import { dashedAddress, parseAddress, reverseNameOf } from '../../pkg/dns/records/address.ts';
import { nameText } from '../../pkg/dns/wire/index.ts';
import { Dice } from '../upstream-controllers/dice.ts';
import type { Question } from './asker.ts';
import { hosts, type World } from './world.ts';

const zone = 'cluster.local.';
const types = ['A', 'AAAA', 'SRV'] as const;
const rareTypes = ['TXT', 'CNAME', 'MX', 'TYPE65', 'TYPE65280', 'NS', 'SOA', 'PTR', 'ANY'] as const;

/** `services` as the server keeps them: with their addresses. */
export function questionsOf(world: World, services: readonly Service[]): Question[] {
  const dice = new Dice(world.seed + 1);
  const forward = forwardNames(world).flatMap((name) => [
    ...types.map((type) => ({ name, type: type as string })),
    { name, type: dice.pick(rareTypes) ?? '' },
  ]);
  const reverse = reverseNames(world, services).flatMap((name) => [
    { name, type: 'PTR' },
    ...(dice.once(4) ? [{ name, type: 'A' }] : []),
  ]);
  return [...forward, ...reverse].map((question) =>
    dice.once(8) ? { ...question, name: otherCase(dice, question.name) } : question,
  );
}

function forwardNames({ namespaces, services, endpointSlices, pods }: World): string[] {
  const found = new Set<string>();
  for (const { metadata } of namespaces) {
    const space = metadata.name ?? '';
    for (const name of [`${space}.svc`, `${space}.pod`, `nope.${space}.svc`, `10-9-9-9.${space}.pod`]) found.add(name);
  }
  const keys = [...services, ...endpointSlices].map(({ metadata }) => {
    const name = metadata.name?.replace(/-\d$/, '') ?? '';
    return `${name}.${metadata.namespace}.svc`;
  });
  for (const key of keys) {
    const below = ['_http._tcp', '_dns._udp', '_alt._sctp', '_tcp', '_zzz._tcp', 'http.tcp', 'x', 'x.y', ...hosts];
    for (const name of [key, ...below.map((label) => `${label}.${key}`)]) found.add(name);
  }
  for (const { metadata, endpoints } of endpointSlices) {
    const service = `${metadata.name?.replace(/-\d$/, '')}.${metadata.namespace}.svc`;
    for (const { addresses } of endpoints ?? []) found.add(`${dashedAddress(addresses[0] ?? '')}.${service}`);
  }
  for (const { metadata, status } of pods) {
    for (const { ip = '' } of status?.podIPs ?? []) {
      found.add(`${ip.replaceAll(/[.:]/g, '-')}.${metadata.namespace}.pod`);
    }
  }
  return [...found].map((name) => `${name}.${zone}`);
}

function reverseNames({ endpointSlices, pods }: World, services: readonly Service[]): string[] {
  const addresses = [
    ...services.flatMap(({ spec }) => spec?.clusterIPs ?? []),
    ...endpointSlices.flatMap(({ endpoints }) => (endpoints ?? []).flatMap((one) => one.addresses)),
    ...pods.flatMap(({ status }) => (status?.podIPs ?? []).map(({ ip }) => ip)),
  ];
  const octets = new Set(addresses.map(parseAddress).filter((address) => address !== undefined));
  return [...octets].map((address) => nameText(reverseNameOf(address)));
}

const otherCase = (dice: Dice, name: string): string =>
  name.replaceAll(/[a-z]/g, (letter) => (dice.once(2) ? letter.toUpperCase() : letter));
