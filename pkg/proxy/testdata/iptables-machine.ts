/**
 * A kernel that runs our iptables rules on the first packet of a connection, following every random choice: nat
 * PREROUTING or OUTPUT, routing, the filter table, nat POSTROUTING.
 */
import type { Jump } from '../iptables/render/index.ts';
import { parseRestore, parseRule, type Match, type Rule } from '../iptables/render/testdata/rules.ts';
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

/** Members of ipsets, by name, as entry texts. */
export type Sets = ReadonlyMap<string, ReadonlySet<string>>;

export class IptablesMachine {
  readonly #chains = new Map<string, Rule[]>();
  readonly #sets: Sets;

  constructor(restoreInput: string, jumps: readonly Jump[], sets: Sets = new Map()) {
    this.#sets = sets;
    for (const { table, from, to, rule } of jumps) {
      this.#chain(table, to);
      this.#chain(table, from).unshift(parseRule(`-A ${from} ${rule}`));
    }
    for (const [table, { rules, chains }] of parseRestore(restoreInput)) {
      for (const chain of chains) this.#chain(table, chain);
      for (const rule of rules) this.#chain(table, rule.chain).push(rule);
    }
  }

  /** What becomes of a probe that nothing but these rules handles. */
  outcome(probe: Probe): Outcome {
    return joinOutcomes(this.beforeRouting(probe).map((packet) => this.#route(packet, probe)));
  }

  /** Every way the nat table may treat the packet before it is routed. */
  beforeRouting(probe: Probe): Packet[] {
    const packet = { ...probe, mark: 0, translatedTo: undefined, masqueraded: false };
    return this.#run('nat', probe.from === 'node' ? 'OUTPUT' : 'PREROUTING', packet).map((branch) => branch.packet);
  }

  filter(hook: 'INPUT' | 'FORWARD' | 'OUTPUT', packet: Packet): Verdict {
    const [branch] = this.#run('filter', hook, packet);
    return branch?.verdict ?? 'fall-through';
  }

  isMasqueraded(packet: Packet): boolean {
    return this.#run('nat', 'POSTROUTING', packet).some((branch) => branch.packet.masqueraded);
  }

  #route(packet: Packet, probe: Probe): Outcome {
    const toHere = isLocal(packet.destination);
    const hooks =
      probe.from === 'node' ? (['OUTPUT'] as const) : toHere ? (['INPUT'] as const) : (['FORWARD'] as const);
    const further = probe.from === 'node' && toHere ? [...hooks, 'INPUT' as const] : hooks;
    for (const hook of further) {
      const verdict = this.filter(hook, packet);
      if (verdict === 'drop') return 'timeout';
      if (verdict === 'refuse') return 'refused';
    }
    // Nobody listens on the node's own ports; what leaves untranslated for a service address finds nobody either.
    if (packet.translatedTo === undefined) return toHere ? 'refused' : 'timeout';
    return new Map([[packet.translatedTo, this.isMasqueraded(packet) ? 'snat' : 'kept']]);
  }

  #chain(table: string, name: string): Rule[] {
    const key = `${table} ${name}`;
    const rules = this.#chains.get(key) ?? [];
    this.#chains.set(key, rules);
    return rules;
  }

  #run(table: string, chain: string, packet: Packet): Branch[] {
    return this.#runFrom(table, chain, 0, packet);
  }

  #runFrom(table: string, chain: string, index: number, packet: Packet): Branch[] {
    const rules = this.#chains.get(`${table} ${chain}`);
    if (rules === undefined) throw new Error(`No chain ${chain} in ${table}`);
    const rule = rules[index];
    if (rule === undefined) return [{ packet, verdict: 'fall-through' }];
    const goOn = (next: Packet): Branch[] => this.#runFrom(table, chain, index + 1, next);
    const fit = this.#fits(rule, packet);
    if (fit === 'no') return goOn(packet);
    const taken = this.#take(table, rule, packet, goOn);
    return fit === 'maybe' ? [...taken, ...goOn(packet)] : taken;
  }

  #take(table: string, rule: Rule, packet: Packet, goOn: (next: Packet) => Branch[]): Branch[] {
    switch (rule.target) {
      case undefined:
        return goOn(packet);
      case 'ACCEPT':
        return [{ packet, verdict: 'accept' }];
      case 'DROP':
        return [{ packet, verdict: 'drop' }];
      case 'REJECT':
        return [{ packet, verdict: 'refuse' }];
      case 'RETURN':
        return [{ packet, verdict: 'fall-through' }];
      case 'MASQUERADE':
        return [{ packet: { ...packet, masqueraded: true }, verdict: 'accept' }];
      case 'MARK':
        return goOn({ ...packet, mark: marked(packet.mark, rule.targetOptions) });
      case 'DNAT':
        return [{ packet: translate(packet, rule.targetOptions.get('--to-destination') ?? ''), verdict: 'accept' }];
      default:
        return this.#run(table, rule.target, packet).flatMap((branch) =>
          branch.verdict === 'fall-through' ? goOn(branch.packet) : [branch],
        );
    }
  }

  #fits(rule: Rule, packet: Packet): 'yes' | 'no' | 'maybe' {
    for (const [flag, value] of rule.header) if (!headerFits(flag, value, packet)) return 'no';
    let chance = false;
    for (const match of rule.matches) {
      if (match.name === 'statistic') chance = true;
      else if (!this.#matchFits(match, packet)) return 'no';
    }
    return chance ? 'maybe' : 'yes';
  }

  #matchFits({ name, options }: Match, packet: Packet): boolean {
    switch (name) {
      case 'comment':
      case 'nfacct':
      case 'physdev':
        return true;
      case 'recent':
        return options.has('--set'); // nobody is known yet
      case 'tcp':
      case 'udp':
      case 'sctp':
        return packet.protocol === name && (options.get('--dport') ?? String(packet.port)) === String(packet.port);
      case 'conntrack':
        return stateFits(options, packet);
      case 'addrtype':
        return [...options].every(([option]) => {
          const local = isLocal(option.includes('src') ? packet.source : packet.destination);
          return local === !option.startsWith('!');
        });
      case 'mark': {
        const [option = '', value = ''] = [...options][0] ?? [];
        const mask = Number.parseInt(value.split('/')[1] ?? '', 16);
        return ((packet.mark & mask) !== 0) === !option.startsWith('!');
      }
      case 'set':
        return this.#setFits(options, packet);
      case 'ipvs':
        return options.get('--vaddr') === packet.destination && options.get('--vport') === String(packet.port);
      default:
        throw new Error(`Unknown match ${name}`);
    }
  }

  /** `--match-set NAME dst,dst,src` with each word one field of an entry. */
  #setFits(options: ReadonlyMap<string, string>, packet: Packet): boolean {
    const [name = '', fields = ''] = (options.get('--match-set') ?? '').split(' ');
    const entries = [...(this.#sets.get(name) ?? [])];
    const address = (word: string): string => (word === 'src' ? packet.source : packet.destination);
    const port = `${packet.protocol}:${packet.port}`;
    return entries.some((entry) => {
      const [first = '', second, third] = entry.split(',');
      if (!first.includes('.')) return first === String(packet.port);
      const words = fields.split(',');
      if (first !== address(words[0] ?? '')) return false;
      if (second !== undefined && second !== port) return false;
      return third === undefined || inRange(third, address(words[2] ?? ''));
    });
  }
}

function headerFits(flag: string, value: string, packet: Packet): boolean {
  const wanted = !flag.startsWith('! ');
  switch (flag.replace('! ', '')) {
    case '-s':
      return inRange(value, packet.source) === wanted;
    case '-d':
      return inRange(value, packet.destination) === wanted;
    case '-p':
      return (packet.protocol === value) === wanted;
    case '-i': {
      const name = packet.interface ?? '';
      return (value.endsWith('+') ? name.startsWith(value.slice(0, -1)) : name === value) === wanted;
    }
    default:
      throw new Error(`Unknown option ${flag}`);
  }
}

/** The packet is the first of its connection, so its state is NEW, and DNAT once it was translated. */
function stateFits(options: ReadonlyMap<string, string>, { translatedTo }: Packet): boolean {
  const states = new Set(['NEW', ...(translatedTo === undefined ? [] : ['DNAT'])]);
  return [...options].every(([option, value]) => {
    const has = value.split(',').some((state) => states.has(state));
    return has === !option.startsWith('!');
  });
}

function marked(mark: number, options: ReadonlyMap<string, string>): number {
  const [[option = '', value = ''] = []] = options;
  const bits = Number.parseInt(value, 16);
  return option === '--or-mark' ? mark | bits : mark ^ bits;
}

function translate(packet: Packet, to: string): Packet {
  const [destination = '', port = ''] = to.split(':');
  return { ...packet, destination, port: Number(port), translatedTo: to };
}
