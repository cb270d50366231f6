/** Names to addresses as a Pod does it: its search list, then cluster DNS. */
import { isIP } from 'node:net';
import type { Pod } from '../../api/types.ts';
import { hostnameOf, ndotsOf, searchList } from './files.ts';
import type { Call, Surroundings } from './call.ts';

export interface Found {
  readonly name: string;
  readonly addresses: readonly string[];
}

/** As programs do it, which read /etc/hosts first. */
export async function resolveLocally(
  world: Surroundings,
  pod: Pod,
  wanted: string,
): Promise<Found | 'off' | undefined> {
  if (wanted === 'localhost') return { name: wanted, addresses: ['127.0.0.1'] };
  if (wanted === hostnameOf(pod)) return { name: wanted, addresses: [pod.status?.podIP ?? ''] };
  return resolve(world, pod, wanted);
}

/** Undefined: no name on the way has an address. `off`: there is no cluster DNS to ask. */
export async function resolve(world: Surroundings, pod: Pod, wanted: string): Promise<Found | 'off' | undefined> {
  if (isIP(wanted) !== 0) return { name: wanted, addresses: [wanted] };
  for (const name of candidates(world, pod, wanted)) {
    const addresses = await world.addressesOf(name);
    if (addresses === undefined) return 'off';
    if (addresses.length > 0) return { name, addresses };
  }
  return undefined;
}

function candidates(world: Surroundings, pod: Pod, wanted: string): string[] {
  if (wanted.endsWith('.')) return [wanted.slice(0, -1)];
  const searched = searchList(world, pod).map((domain) => `${wanted}.${domain}`);
  const dots = wanted.split('.').length - 1;
  return dots >= ndotsOf(pod) ? [wanted, ...searched] : [...searched, wanted];
}

export const noDns = 'cluster DNS does not run here; start the cluster without --no-dns';

export async function lookUp({ world, pod, args, io }: Call): Promise<number> {
  const wanted = args.find((word) => !word.startsWith('-'));
  if (wanted === undefined) {
    io.stderr('usage: nslookup NAME\n');
    return 1;
  }
  const found = await resolve(world, pod, wanted);
  if (found === 'off') {
    io.stderr(`nslookup: ${noDns}\n`);
    return 1;
  }
  const server = world.nameserver();
  io.stdout(`Server:\t\t${server}\nAddress:\t${server}:53\n\n`);
  if (found === undefined) {
    io.stdout(`** server can't find ${wanted}: NXDOMAIN\n\n`);
    return 1;
  }
  io.stdout(found.addresses.map((address) => `Name:\t${found.name}\nAddress: ${address}\n`).join('') + '\n');
  return 0;
}
