/** A node in IPVS mode: virtual addresses are its own, servers are chosen behind INPUT, rules look into sets. */
import { jumps, type IpvsProgram } from '../ipvs/render/index.ts';
import { IptablesMachine } from './iptables-machine.ts';
import { isLocal, joinOutcomes, type Outcome, type Probe } from './packet.ts';

export class IpvsMachine {
  readonly #program: IpvsProgram;
  readonly #tables: IptablesMachine;

  constructor(program: IpvsProgram) {
    this.#program = program;
    const sets = new Map(program.sets.map(({ name, entries }) => [name, new Set(entries)]));
    this.#tables = new IptablesMachine(program.restoreInput, jumps, sets);
  }

  outcome(sent: Probe): Outcome {
    const own = this.#program.addresses.includes(sent.destination);
    // A bound address is the node's own, so that is what the node speaks from.
    const probe = own && sent.from === 'node' ? { ...sent, source: sent.destination } : sent;
    const server = this.#program.servers.find(
      ({ address, protocol }) =>
        address === `${probe.destination}:${probe.port}` && protocol === probe.protocol.toUpperCase(),
    );
    return joinOutcomes(
      this.#tables.beforeRouting(probe).map((packet) => {
        for (const hook of probe.from === 'node' ? (['OUTPUT', 'INPUT'] as const) : (['INPUT'] as const)) {
          const verdict = this.#tables.filter(hook, packet);
          if (verdict === 'drop') return 'timeout';
          if (verdict === 'refuse') return 'refused';
        }
        if (server === undefined) return own || isLocal(probe.destination) ? 'refused' : 'timeout';
        if (server.realServers.length === 0) return 'refused';
        return new Map(
          server.realServers.map((real) => {
            const [destination = '', port = ''] = real.split(':');
            const sentOn = { ...packet, destination, port: Number(port), translatedTo: real };
            return [real, this.#tables.isMasqueraded(sentOn) ? 'snat' : 'kept'] as const;
          }),
        );
      }),
    );
  }
}
