import { base32Prefix } from '../../../collections/base32.ts';
import { sha256 } from '../../../collections/sha256.ts';
import type { Endpoint, ServicePort } from '../../model/index.ts';

export interface ServiceChains {
  readonly cluster: string;
  readonly local: string;
  readonly external: string;
  readonly firewall: string;
}

export function serviceChains(port: ServicePort): ServiceChains {
  const base = hashed(pathOf(port));
  return {
    cluster: `service-${base}`,
    local: `local-${base}`,
    external: `external-${base}`,
    firewall: `firewall-${base}`,
  };
}

export interface EndpointNames {
  readonly chain: string;
  readonly set: string;
}

/** The model makes an Endpoint for one service port, so its names never change; several rules ask for them. */
const known = new WeakMap<Endpoint, EndpointNames>();

/** The chain of an endpoint and the set of clients pinned to it (N5). */
export function endpointNames(port: ServicePort, endpoint: Endpoint): EndpointNames {
  const before = known.get(endpoint);
  if (before !== undefined) return before;
  const base = hashed(`${pathOf(port)}__${endpoint.ip.replaceAll(':', '.')}/${endpoint.port}`);
  const names = { chain: `endpoint-${base}`, set: `affinity-${base}` };
  known.set(endpoint, names);
  return names;
}

/** N4: an unnamed port leaves the last slash. */
const pathOf = ({ namespace, name, protocol, portName }: ServicePort): string =>
  `${namespace}/${name}/${protocol.toLowerCase()}/${portName}`;

const longestBase = 240;

/** N4, N6: the hash tells names apart that would be cut alike. */
function hashed(text: string): string {
  const name = `${base32Prefix(sha256(text), 8)}-${text}`;
  return name.length > longestBase ? `${name.slice(0, longestBase - 3)}...` : name;
}
