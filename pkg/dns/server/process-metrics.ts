/** What is measured of sockets and of the process that serves them (X12; the delay stands in for X11). */
import { readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { MetricRegistry } from '../../metrics/index.ts';

export class ProcessMetrics implements Disposable {
  readonly #delay = monitorEventLoopDelay({ resolution: 10 });

  /** `port` and `connections` are read at each scrape. */
  constructor(registry: MetricRegistry, port: () => number, connections: () => number) {
    this.#delay.enable();
    const gauge = (name: string, help: string, read: () => number): void =>
      registry.gauge({ name, help }).with().readBy(read);
    gauge('fairlead_dns_tcp_connections', 'Open connections of clients.', connections);
    gauge('fairlead_dns_udp_receive_drops', 'Datagrams the kernel dropped because the server was behind.', () =>
      udpDrops(port()),
    );
    gauge(
      'fairlead_dns_event_loop_delay_seconds',
      'Longest wait of a query for its turn since the last scrape.',
      () => {
        const seconds = this.#delay.max / 1e9;
        this.#delay.reset();
        return seconds;
      },
    );
  }

  [Symbol.dispose](): void {
    this.#delay.disable();
  }
}

function udpDrops(port: number): number {
  return ['/proc/net/udp', '/proc/net/udp6'].reduce((sum, path) => sum + dropsIn(readIfThere(path), port), 0);
}

/** Sums the last column of the lines whose local port is the given one. */
export function dropsIn(table: string, port: number): number {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return table
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((columns) => columns[1]?.endsWith(suffix) === true)
    .reduce((sum, columns) => sum + Number(columns.at(-1)), 0);
}

/** Elsewhere than on Linux there is no such table. */
function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
