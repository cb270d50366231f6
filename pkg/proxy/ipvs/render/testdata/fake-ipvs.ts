/** A table of virtual servers that obeys `ipvsadm --restore` lines and refuses what the kernel refuses. */
import type { ObservedReal, ObservedServer } from '../plan.ts';
import { serverKey } from '../servers.ts';

type FakeServer = ObservedServer & { readonly realServers: Map<string, ObservedReal> };

const protocols: Record<string, ObservedServer['protocol']> = { '-t': 'TCP', '-u': 'UDP', '--sctp-service': 'SCTP' };

export class FakeIpvs {
  readonly #servers = new Map<string, FakeServer>();

  observed(): FakeServer[] {
    return [...this.#servers.values()];
  }

  run(lines: readonly string[]): void {
    for (const line of lines) this.#command(line);
  }

  /** Gives a real server connections, as traffic would. */
  connect(address: string, real: string, connections: number): void {
    for (const server of this.#servers.values()) {
      const known = server.realServers.get(real);
      if (server.address === address && known !== undefined) server.realServers.set(real, { ...known, connections });
    }
  }

  #command(line: string): void {
    const [verb = '', flag = '', address = '', ...rest] = line.split(' ');
    const protocol = protocols[flag];
    if (protocol === undefined) throw new Error(`Unknown protocol: ${line}`);
    const key = serverKey({ protocol, address });
    const option = (name: string): string | undefined =>
      rest.includes(name) ? rest[rest.indexOf(name) + 1] : undefined;
    const known = this.#servers.get(key);
    if ((known === undefined) !== (verb === '-A')) throw new Error(`${known ? 'Exists' : 'Missing'}: ${line}`);
    const real = option('-r') ?? '';
    const hasReal = known?.realServers.has(real) ?? false;
    switch (verb) {
      case '-A':
      case '-E':
        this.#servers.set(key, {
          protocol,
          address,
          scheduler: option('-s') ?? '',
          persistenceSeconds: Number(option('-p') ?? 0),
          hashesPort: option('-b') === 'mh-port',
          realServers: known?.realServers ?? new Map(),
        });
        return;
      case '-D':
        this.#servers.delete(key);
        return;
      case '-a':
        if (hasReal) throw new Error(`Exists: ${line}`);
        known?.realServers.set(real, { weight: Number(option('-w')), connections: 0 });
        return;
      case '-e':
        if (!hasReal) throw new Error(`Missing: ${line}`);
        known?.realServers.set(real, {
          weight: Number(option('-w')),
          connections: known.realServers.get(real)?.connections ?? 0,
        });
        return;
      case '-d':
        if (known?.realServers.delete(real) !== true) throw new Error(`Missing: ${line}`);
        return;
      default:
        throw new Error(`Unknown command: ${line}`);
    }
  }
}
