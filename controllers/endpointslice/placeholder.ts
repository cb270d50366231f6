/**
 * Every Service with a selector has a slice of each address type, if need be one without ports and endpoints (S24):
 * its consumers can then tell "no pods" from "not looked at yet".
 */
import type { EndpointSlice, Service } from '../../pkg/api/types.ts';
import type { IpFamily } from '../../pkg/endpoints/index.ts';
import { headlessLabel, sameEntries, valueOf } from '../../pkg/endpoints/index.ts';
import type { Drafts } from './draft.ts';
import { isOwnedBy, sliceLabels } from './template.ts';

export interface Settled {
  readonly drafts: Drafts;
  readonly needed: boolean;
}

/** `existing` counts the slices of the type before anything was planned. */
export function settlePlaceholder(drafts: Drafts, existing: number, service: Service, family: IpFamily): Settled {
  const { create, remove } = drafts;
  if (create.length > 0 || remove.length < existing) return { drafts, needed: false };
  const [only] = remove;
  if (remove.length === 1 && only !== undefined && isPlaceholder(only.slice, service, family)) {
    return { drafts: { ...drafts, remove: [], unchanged: [only.slice] }, needed: true };
  }
  const placeholder = { slice: undefined, ports: [], endpoints: [], because: 'placeholder' as const };
  return { drafts: { ...drafts, create: [placeholder] }, needed: true };
}

/** Here, unlike in S15, the other reserved labels count. H16: so does the owner. */
export function isPlaceholder(slice: EndpointSlice, service: Service, family: IpFamily): boolean {
  return (
    slice.metadata.namespace === service.metadata.namespace &&
    slice.addressType === family &&
    (slice.ports ?? []).length === 0 &&
    (slice.endpoints ?? []).length === 0 &&
    sameLabels(slice, service) &&
    isOwnedBy(slice, service)
  );
}

/** The headless label may be missing or superfluous: its value is empty, and to upstream that is the same. */
function sameLabels(slice: EndpointSlice, service: Service): boolean {
  const headless = valueOf(slice.metadata.labels, headlessLabel) ?? '';
  return headless === '' && sameEntries(slice.metadata.labels, sliceLabels(service), headlessOnly);
}

const headlessOnly: ReadonlySet<string> = new Set([headlessLabel]);
