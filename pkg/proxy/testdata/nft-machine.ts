/** The same for our nftables table: base chains by hook and priority, maps, and every random choice. */
import type { FakeNft } from '../nftables/render/testdata/fake-nft.ts';
import { inRange, isLocal, joinOutcomes, type Outcome, type Probe } from './packet.ts';

interface Packet {
  readonly source: string;
  readonly destination: string;
  readonly port: number;
  readonly protocol: string;
  readonly interface: string | undefined;
  readonly mark: number;
  readonly translatedTo: string | undefined;
  readonly masqueraded: boolean;
}

type Verdict = 'accept' | 'drop' | 'refuse' | 'fall-through';

interface Branch {
  readonly packet: Packet;
  readonly verdict: Verdict;
}

export class NftMachine {
  readonly #nft: FakeNft;

  constructor(nft: FakeNft) {
    this.#nft = nft;
  }

  outcome(probe: Probe): Outcome {
    const packet = { ...probe, mark: 0, translatedTo: undefined, masqueraded: false };
    const early = this.#run(probe.from === 'node' ? 'filter-output-pre-dnat' : 'filter-prerouting-pre-dnat', packet);
    return joinOutcomes(
      early.flatMap((branch): Outcome[] => {
        if (branch.verdict === 'drop') return ['timeout'];
        const translated = this.#run(probe.from === 'node' ? 'nat-output' : 'nat-prerouting', branch.packet);
        return translated.map((each) => (each.verdict === 'drop' ? 'timeout' : this.#route(each.packet, probe)));
      }),
    );
  }

  #route(packet: Packet, probe: Probe): Outcome {
    const toHere = isLocal(packet.destination);
    const first = probe.from === 'node' ? 'filter-output' : toHere ? 'filter-input' : 'filter-forward';
    for (const chain of probe.from === 'node' && toHere ? [first, 'filter-input'] : [first]) {
      const [branch] = this.#run(chain, packet);
      if (branch?.verdict === 'drop') return 'timeout';
      if (branch?.verdict === 'refuse') return 'refused';
    }
    if (packet.translatedTo === undefined) return toHere ? 'refused' : 'timeout';
    const masqueraded = this.#run('nat-postrouting', packet).some((branch) => branch.packet.masqueraded);
    return new Map([[packet.translatedTo, masqueraded ? 'snat' : 'kept']]);
  }

  #run(chain: string, packet: Packet): Branch[] {
    return this.#runFrom(chain, 0, packet);
  }

  #runFrom(chain: string, index: number, packet: Packet): Branch[] {
    const rules = this.#nft.chains.get(chain)?.rules;
    if (rules === undefined) throw new Error(`No chain ${chain}`);
    const rule = rules[index];
    if (rule === undefined) return [{ packet, verdict: 'fall-through' }];
    const goOn = (next: Packet): Branch[] => this.#runFrom(chain, index + 1, next);
    return this.#statements(rule.replace(/ comment "[^"]*"$/, ''), packet, goOn);
  }

  /** Reads a rule from left to right; the first thing that does not match ends it. */
  #statements(text: string, packet: Packet, goOn: (next: Packet) => Branch[]): Branch[] {
    if (text === '') return goOn(packet);
    for (const [pattern, act] of grammar) {
      const found = pattern.exec(text);
      if (found === null) continue;
      const rest = text.slice(found[0].length).trimStart();
      const result = act(found, packet, this.#nft);
      if (result === undefined) return goOn(packet);
      const { targets } = result;
      if (targets === undefined) return this.#statements(rest, result.packet ?? packet, goOn);
      return targets.flatMap((target) => this.#follow(target, result.packet ?? packet, goOn));
    }
    throw new Error(`Not understood: ${text}`);
  }

  #follow(target: string, packet: Packet, goOn: (next: Packet) => Branch[]): Branch[] {
    const [verb = '', name = ''] = target.split(' ');
    switch (verb) {
      case 'drop':
        return [{ packet, verdict: 'drop' }];
      case 'reject':
        return [{ packet, verdict: 'refuse' }];
      case 'return':
        return [{ packet, verdict: 'fall-through' }];
      case 'masquerade':
        return [{ packet: { ...packet, masqueraded: true }, verdict: 'accept' }];
      case 'dnat': {
        const [destination = '', port = ''] = name.split(':');
        return [{ packet: { ...packet, destination, port: Number(port), translatedTo: name }, verdict: 'accept' }];
      }
      case 'jump':
        return this.#run(name, packet).flatMap((branch) =>
          branch.verdict === 'fall-through' ? goOn(branch.packet) : [branch],
        );
      case 'goto':
        return this.#run(name, packet);
      default:
        throw new Error(`Unknown target ${target}`);
    }
  }
}

interface Step {
  /** Absent: matched, read on. */
  readonly targets?: readonly string[];
  readonly packet?: Packet;
}

/** Undefined: does not match. */
type Act = (found: RegExpExecArray, packet: Packet, nft: FakeNft) => Step | undefined;

const matched = (yes: boolean): Step | undefined => (yes ? {} : undefined);

const element = (nft: FakeNft, map: string, key: string): Step | undefined => {
  const value = nft.containers.get(map)?.elements.get(key)?.value;
  return value === undefined ? undefined : { targets: [value] };
};

const fieldOf = (field: string, packet: Packet): string => (field === 'saddr' ? packet.source : packet.destination);

const grammar: readonly (readonly [RegExp, Act])[] = [
  [/^ct state new/, () => ({})],
  [/^ct status dnat/, (_, { translatedTo }) => matched(translatedTo !== undefined)],
  [/^fib (saddr|daddr) type local/, ([, field = ''], packet) => matched(isLocal(fieldOf(field, packet)))],
  [
    /^ip daddr \. meta l4proto \. th dport vmap @(\S+)/,
    ([, map = ''], { destination, protocol, port }, nft) => element(nft, map, `${destination} . ${protocol} . ${port}`),
  ],
  [
    /^ip daddr \. meta l4proto \. th dport \. ip saddr @(\S+)/,
    ([, set = ''], { source, destination, protocol, port }, nft) => {
      const start = `${destination} . ${protocol} . ${port} . `;
      const keys = [...(nft.containers.get(set)?.elements.keys() ?? [])].filter((key) => key.startsWith(start));
      return matched(keys.some((key) => inRange(key.slice(start.length), source)));
    },
  ],
  [
    /^dnat ip to (ip daddr \. )?(\w+) dport \. numgen random mod (\d+)(?: offset (\d+))? map @(\S+)/,
    ([, byAddress, only, count = '', offset = '0', map = ''], { destination, protocol, port }, nft) => {
      if (only !== protocol) return undefined;
      const elements = nft.containers.get(map)?.elements;
      const start = `${byAddress === undefined ? '' : `${destination} . `}${port}`;
      const numbers = Array.from({ length: Number(count) }, (_, index) => Number(offset) + index);
      const found = numbers.map((number) => elements?.get(`${start} . ${number}`)?.value);
      // A number that finds nothing does not match, and the rule after it has its say.
      return { targets: found.map((to) => (to === undefined ? 'drop' : `dnat ${to.replace(' . ', ':')}`)) };
    },
  ],
  [
    /^meta l4proto \. th dport vmap @(\S+)/,
    ([, map = ''], { protocol, port }, nft) => element(nft, map, `${protocol} . ${port}`),
  ],
  [
    /^ip saddr \. ip daddr \. meta l4proto \. th dport @(\S+)/,
    ([, set = ''], { source, destination, protocol, port }, nft) =>
      matched(nft.containers.get(set)?.elements.has(`${source} . ${destination} . ${protocol} . ${port}`) === true),
  ],
  [
    /^ip (saddr|daddr) @(\S+)/,
    ([, field = '', set = ''], packet, nft) =>
      matched(nft.containers.get(set)?.elements.has(fieldOf(field, packet)) === true),
  ],
  [
    /^ip (saddr|daddr) (!= )?(?:\{ ([^}]*) \}|(\S+))/,
    ([, field = '', not, list, single = ''], packet) => {
      const ranges = list === undefined ? [single] : list.split(', ');
      return matched(ranges.some((range) => inRange(range, fieldOf(field, packet))) === (not === undefined));
    },
  ],
  [
    /^iifname (!= )?"([^"*]+)(\*?)"/,
    ([, not, name = '', star], { interface: from = '' }) =>
      matched((star === '*' ? from.startsWith(name) : from === name) === (not === undefined)),
  ],
  [/^meta l4proto (\w+)/, ([, protocol], packet) => matched(packet.protocol === protocol)],
  [
    /^(tcp|udp|sctp) dport (\d+)/,
    ([, protocol, port], packet) => matched(packet.protocol === protocol && String(packet.port) === port),
  ],
  [
    /^mark and (\S+) (!=|==) 0/,
    ([, mask = '', operator], { mark }) => matched(((mark & Number.parseInt(mask, 16)) !== 0) === (operator === '!=')),
  ],
  [
    /^mark set mark (or|xor) (\S+)/,
    ([, operator, bits = ''], packet) => {
      const value = Number.parseInt(bits, 16);
      return { packet: { ...packet, mark: operator === 'or' ? packet.mark | value : packet.mark ^ value } };
    },
  ],
  [/^update @\S+ \{ [^}]* \}/, () => ({})],
  [/^numgen random mod (\d+) vmap \{ ([^}]*) \}/, ([, count = '', list = '']) => ({ targets: choices(count, list) })],
  [
    /^dnat ip addr \. port to numgen random mod (\d+) map \{ ([^}]*) \}/,
    ([, count = '', list = '']) => ({ targets: choices(count, list).map((to) => `dnat ${to.replace(' . ', ':')}`) }),
  ],
  [/^dnat to (\S+)/, ([, to = '']) => ({ targets: [`dnat ${to}`] })],
  [/^(?:jump|goto) \S+/, ([target]) => ({ targets: [target] })],
  [/^(?:drop|reject|return)$/, ([target]) => ({ targets: [target] })],
  [/^masquerade fully-random/, () => ({ targets: ['masquerade'] })],
];

/** The right-hand sides of `0 : x , 1 : y`, which must be as many as announced. */
function choices(count: string, list: string): string[] {
  const sides = list.split(' , ').map((choice) => choice.slice(choice.indexOf(' : ') + 3));
  if (sides.length !== Number(count)) throw new Error(`${count} choices announced, ${sides.length} given`);
  return sides;
}
