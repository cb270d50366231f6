import { base32Prefix } from '../../../collections/base32.ts';
import { sha256 } from '../../../collections/sha256.ts';
import type { Endpoint, ServicePort } from '../../model/index.ts';

/** The chains of one service port; they share a hash (I1). */
export interface ServiceChains {
  readonly cluster: string;
  readonly local: string;
  readonly external: string;
  readonly firewall: string;
}

export function serviceChains({ text, protocol }: ServicePort): ServiceChains {
  const hash = hashOf(text + protocol.toLowerCase());
  return {
    cluster: `KUBE-SVC-${hash}`,
    local: `KUBE-SVL-${hash}`,
    external: `KUBE-EXT-${hash}`,
    firewall: `KUBE-FW-${hash}`,
  };
}

/** The chain of one endpoint of one service port, and the name of its affinity list (I2, A5). */
export function endpointChain({ text, protocol }: ServicePort, endpoint: Endpoint): string {
  return `KUBE-SEP-${hashOf(text + protocol.toLowerCase() + endpoint.text)}`;
}

/** Chains that are made and removed with Services (I60). */
export function isServiceChain(chain: string): boolean {
  return /^KUBE-(SVC|SVL|SEP|FW|EXT)-/.test(chain);
}

/** Short enough for a chain name, long enough not to meet another: the first 16 of base32 over SHA-256 (I1, I4). */
const hashOf = (text: string): string => base32Prefix(sha256(text), 16);
