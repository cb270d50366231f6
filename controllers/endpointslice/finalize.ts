/** From drafts to steps (S27, S28): recycle, then all creates, all updates, all deletes. */
import { endpointSlices } from '../../pkg/api/resources.ts';
import type { EndpointSlice, Service } from '../../pkg/api/types.ts';
import type { IpFamily } from '../../pkg/endpoints/index.ts';
import { isTerminatingObject } from '../../pkg/endpoints/index.ts';
import type { DeleteStep, UpdateStep, WriteStep } from '../../pkg/steps/index.ts';
import { preconditionOf } from '../../pkg/steps/index.ts';
import type { Because, Doomed, Draft, Drafts } from './draft.ts';
import { changedSlice, isOwnedBy, newSlice, recycledSlice } from './template.ts';

export type SliceStep = WriteStep<EndpointSlice, Because>;

export interface Finalized {
  readonly steps: readonly SliceStep[];
  /** X7: creates, updates and deletes after recycling. */
  readonly changed: number;
}

export function finalize(
  drafts: Drafts,
  service: Service,
  family: IpFamily,
  triggerTime: string | undefined,
): Finalized {
  const fresh = ({ ports, endpoints }: Draft): EndpointSlice =>
    newSlice(service, { addressType: family, ports, endpoints }, triggerTime);
  const { pairs, create, remove } = recycle(drafts, service, family);

  const updates = [
    ...drafts.update.flatMap(({ slice, endpoints, because }) =>
      slice === undefined ? [] : [updateStep(slice, changedSlice(slice, service, endpoints, triggerTime), because)],
    ),
    ...pairs.map(([old, draft]) => updateStep(old, recycledSlice(fresh(draft), old), 'recycled')),
  ];
  // S28: a Service that is being deleted gets nothing new, or garbage collection would race with us.
  const creates = isTerminatingObject(service) ? [] : create;
  return {
    steps: [
      ...creates.map((draft): SliceStep => ({
        kind: 'create',
        resource: endpointSlices,
        object: fresh(draft),
        because: draft.because,
        chain: family,
      })),
      ...updates.map((step) => ({ ...step, chain: family })),
      ...remove.map((doomed) => deleteStep(doomed, family)),
    ],
    changed: create.length + updates.length + remove.length,
  };
}

/** S27: walking the slices to be deleted, each that is ours takes the last of those still to be created. */
function recycle(
  { create, remove }: Drafts,
  service: Service,
  family: IpFamily,
): { pairs: [EndpointSlice, Draft][]; create: Draft[]; remove: Doomed[] } {
  const waiting = [...create];
  const pairs: [EndpointSlice, Draft][] = [];
  const doomed: Doomed[] = [];
  for (const candidate of remove) {
    const fits = candidate.slice.addressType === family && isOwnedBy(candidate.slice, service);
    const draft = fits ? waiting.pop() : undefined;
    if (draft === undefined) doomed.push(candidate);
    else pairs.push([candidate.slice, draft]);
  }
  return { pairs, create: waiting, remove: doomed };
}

function updateStep(
  old: EndpointSlice,
  object: EndpointSlice,
  because: Because,
): Omit<UpdateStep<EndpointSlice, Because>, 'chain'> {
  return { kind: 'update', resource: endpointSlices, object, precondition: preconditionOf(old), because };
}

export function deleteStep({ slice, because }: Doomed, chain: string): DeleteStep<EndpointSlice, Because> {
  return {
    kind: 'delete',
    resource: endpointSlices,
    object: slice,
    precondition: preconditionOf(slice),
    because,
    chain,
  };
}
