/** Ports that containers of one Pod share. Services that select a port by name get the first one. */
import { goQuote } from '../../../api/schema/go-quote.ts';
import type { Container } from './types.ts';

interface Placed {
  readonly field: string;
  readonly hostIP: string;
  readonly hostPort: number;
}

export function portWarnings(containers: readonly (readonly [string, Container])[]): string[] {
  const ports = containers.flatMap(([field, { ports: own = [] }]) =>
    own.map((port, index) => ({ port, field: `${field}.ports[${index}]` })),
  );
  const byNumber = new Map<string, Placed[]>();
  const byName = new Map<string, string>();
  const numbers = ports.flatMap(({ field, port }) => {
    const { containerPort = 0, protocol = '', hostIP = '', hostPort = 0 } = port;
    const key = `${containerPort}/${protocol}`;
    const placed: Placed = { field, hostIP, hostPort };
    const others = byNumber.get(key) ?? [];
    byNumber.set(key, [...others, placed]);
    return others.flatMap((other) => {
      const clash = clashOf(placed, other);
      return clash === undefined ? [] : [`${field}: ${clash} port definition with ${other.field}`];
    });
  });
  const names = ports.flatMap(({ field, port: { name = '' } }) => {
    const other = byName.get(name);
    if (name === '') return [];
    if (other === undefined) {
      byName.set(name, field);
      return [];
    }
    return [
      `${field}: duplicate port name ${goQuote(name)} with ${other}, services and probes that select ports by name will use ${other}`,
    ];
  });
  return [...numbers, ...names];
}

function clashOf(a: Placed, b: Placed): string | undefined {
  if (a.hostIP === b.hostIP && a.hostPort === b.hostPort) return 'duplicate';
  if (a.hostPort === 0 || b.hostPort === 0) return 'overlapping';
  return a.hostPort === b.hostPort && (a.hostIP === '') !== (b.hostIP === '') ? 'dangerously ambiguous' : undefined;
}
