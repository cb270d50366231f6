import type { Octets } from '../wire/index.ts';
import type { PortView, ServiceView, SliceView } from './views.ts';

/** Whether DNS can tell two states of a Service apart (N21). */
export function sameService(a: ServiceView | undefined, b: ServiceView | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (a.kind === 'cluster')
    return b.kind === 'cluster' && sameTexts(a.addresses, b.addresses) && samePorts(a.ports, b.ports);
  if (a.kind === 'external') return b.kind === 'external' && a.target === b.target;
  return b.kind === 'headless';
}

/** Whether DNS can tell two states of a slice apart. */
export function sameSlice(a: SliceView | undefined, b: SliceView | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (a.service !== b.service || !samePorts(a.ports, b.ports) || a.endpoints.length !== b.endpoints.length)
    return false;
  return a.endpoints.every((endpoint, index) => {
    const other = b.endpoints[index];
    return endpoint.address === other?.address && endpoint.host === other.host && endpoint.named === other.named;
  });
}

export function sameTexts(a: readonly Octets[] | undefined, b: readonly Octets[] | undefined): boolean {
  return a?.length === b?.length && (a?.every((text, index) => text === b?.[index]) ?? true);
}

function samePorts(a: readonly PortView[], b: readonly PortView[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ label, protocol, port }, index) => {
      const other = b[index];
      return other !== undefined && label === other.label && protocol === other.protocol && port === other.port;
    })
  );
}
