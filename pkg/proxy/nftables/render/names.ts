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

/** The chain of an endpoint and the set of clients pinned to it (N5). */
export function endpointNames(port: ServicePort, endpoint: Endpoint): { readonly chain: string; readonly set: string } {
  const base = hashed(`${pathOf(port)}__${endpoint.ip.replaceAll(':', '.')}/${endpoint.port}`);
  return { chain: `endpoint-${base}`, set: `affinity-${base}` };
}

/** N7: fixed chains have no slash. */
export const isServiceChain = (chain: string): boolean => chain.includes('/');

export const isAffinitySet = (set: string): boolean => set.startsWith('affinity-');

/** N4: an unnamed port leaves the last slash. */
const pathOf = ({ namespace, name, protocol, portName }: ServicePort): string =>
  `${namespace}/${name}/${protocol.toLowerCase()}/${portName}`;

const longestBase = 240;

/** N4, N6: the hash tells names apart that would be cut alike. */
function hashed(text: string): string {
  const name = `${base32Prefix(sha256(text), 8)}-${text}`;
  return name.length > longestBase ? `${name.slice(0, longestBase - 3)}...` : name;
}
