/** ServiceCIDR: status belongs to its controller and to `…/status` alone (ServiceCIDRStatusFieldWiping). */
import type { ServiceCIDR } from '../api/types.ts';
import { without } from './fill.ts';
import { keepSpec, keepStatus } from './strategy.ts';

export const prepareServiceCidrForCreate = (object: ServiceCIDR): ServiceCIDR => without(object, 'status');

export const prepareServiceCidrForUpdate = (next: ServiceCIDR, previous: ServiceCIDR): ServiceCIDR =>
  keepStatus(next, previous);

/** Of the metadata only the resource version and the field managers come from the request. */
export function prepareServiceCidrStatusUpdate(next: ServiceCIDR, previous: ServiceCIDR): ServiceCIDR {
  const { resourceVersion, managedFields } = next.metadata;
  const metadata = {
    ...without(previous.metadata, 'managedFields'),
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
    ...(managedFields === undefined ? {} : { managedFields }),
  };
  return { ...keepSpec(next, previous), metadata };
}
