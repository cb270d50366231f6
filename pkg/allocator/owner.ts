/** Who holds an address or a port, as one text. */
import type { IPAddress, Service } from '../api/types.ts';

/** `namespace/name`; the owner of IPAddress objects for other purposes is the object itself. */
export const ownerOf = (service: Pick<Service, 'metadata'>): string =>
  `${service.metadata.namespace ?? ''}/${service.metadata.name ?? ''}`;

/** The Service an IPAddress belongs to, or a name no Service can have. */
export function parentOf(address: IPAddress): string {
  const parent = address.spec?.parentRef;
  const isService = parent?.resource === 'services' && !parent.group;
  return isService ? `${parent.namespace ?? ''}/${parent.name}` : `ipaddress:${address.metadata.name ?? ''}`;
}
