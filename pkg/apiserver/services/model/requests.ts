/** What clients ask for in the model test: few names, few addresses, few ports, so that everybody meets everybody. */
import type { Service } from '../../../api/types.ts';

/** Uniform in [0, 1). */
export type Random = () => number;

/** Repeatable; period 2^32. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const below = (random: Random, limit: number): number => Math.floor(random() * limit);

export function oneOf<T>(random: Random, values: readonly [T, ...T[]]): T {
  return values[below(random, values.length)] ?? values[0];
}

export const ranges = ['10.96.0.0/27', 'fd00::/120'] as const;
export const nodePorts = { first: 30_000, last: 30_023 };
const names = 30;

export const nameOf = (random: Random): string => `s${below(random, names)}`;

type Spec = NonNullable<Service['spec']>;

/** Mostly legal. */
export function specFor(random: Random): Spec {
  const type = oneOf(random, ['ClusterIP', 'ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName']);
  if (type === 'ExternalName') return { type, externalName: 'a.example' };
  const headless = type === 'ClusterIP' && random() < 0.1;
  const opens = type !== 'ClusterIP';
  const port = (number: number, protocol: string): NonNullable<Spec['ports']>[number] => ({
    name: `p${number}${protocol.toLowerCase()}`,
    port: number,
    protocol,
    ...(opens && random() < 0.3 ? { nodePort: nodePorts.first + below(random, 24) } : {}),
  });
  return {
    type,
    ports: random() < 0.3 ? [port(53, 'TCP'), port(53, 'UDP')] : [port(80, 'TCP')],
    selector: { app: 'a' },
    ...(random() < 0.4
      ? { ipFamilyPolicy: oneOf(random, ['PreferDualStack', 'RequireDualStack', 'SingleStack']) }
      : {}),
    ...(headless ? { clusterIP: 'None' } : addressFor(random)),
    ...(type === 'LoadBalancer' && random() < 0.5 ? { externalTrafficPolicy: 'Local' } : {}),
  };
}

function addressFor(random: Random): Pick<Spec, 'clusterIP'> {
  if (random() < 0.7) return {};
  const host = below(random, 34);
  return { clusterIP: random() < 0.6 ? `10.96.0.${host}` : `fd00::${host.toString(16)}` };
}

/** A change of what is stored: another type, another policy, or the manifest of somebody who knows nothing of it. */
export function changeOf(stored: Service, random: Random): Service {
  const fresh = specFor(random);
  const spec = random() < 0.5 ? { ...stored.spec, ...fresh } : fresh;
  if (random() < 0.2) spec.ipFamilyPolicy = 'SingleStack';
  return { ...stored, spec };
}
