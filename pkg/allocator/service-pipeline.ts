/**
 * A write of a Service from decoded object to the object to store, as one pure composition (P1, P3, P5, P6): default →
 * bring spellings together → allocate → prepare → validate → warn. The API server adds what needs the world around it:
 * decoding, admission, preconditions, the reservation of claims, storage.
 */
import { internalError, invalid, type StatusError } from '../api/status.ts';
import { isExternalName, specOf } from '../api/service.ts';
import type { Service } from '../api/types.ts';
import { without } from '../defaulting/fill.ts';
import { carryOverMetadata } from '../defaulting/metadata.ts';
import { carryOverAllocated } from '../defaulting/service-carry-over.ts';
import { completePlural, completeServiceOnRead } from '../defaulting/service-read.ts';
import {
  prepareServiceForCreate,
  prepareServiceForUpdate,
  prepareServiceStatusUpdate,
} from '../defaulting/service-strategy.ts';
import { defaultService } from '../defaulting/service.ts';
import type { FieldError } from '../api/field-error.ts';
import { currentGates, type ValidationContext } from '../validation/context.ts';
import { validateService } from '../validation/core/service/service.ts';
import { validateServiceStatusUpdate } from '../validation/core/service/status.ts';
import { validateServiceUpdate } from '../validation/core/service/update.ts';
import { serviceStatusWarnings, serviceWarnings } from '../validation/core/service/warnings.ts';
import { validateCommonUpdate, validateGenericMeta } from '../validation/metadata/object-meta.ts';
import { planServiceAllocation, planServiceRelease } from './plan-service.ts';
import type { Refusal } from './outcome.ts';
import type { AllocationWorld, Claim } from './world.ts';

export interface Accepted {
  readonly kind: 'accepted';
  /** To be stored. Answers show `completeServiceOnRead` of it (D24). */
  readonly service: Service;
  /** To be reserved before the write, and given back if the write fails. */
  readonly take: readonly Claim[];
  /** To be given back after the write. */
  readonly release: readonly Claim[];
  readonly warnings: readonly string[];
}

export type ServiceOutcome = Accepted | { readonly kind: 'refused'; readonly error: StatusError };

const refused = (error: StatusError): ServiceOutcome => ({ kind: 'refused', error });

const invalidService = (service: Service, errors: readonly FieldError[]): ServiceOutcome =>
  refused(invalid('Service', '', service.metadata.name ?? '', errors));

const refusedPlan = (service: Service, refusal: Refusal): ServiceOutcome =>
  refusal.kind === 'invalid' ? invalidService(service, refusal.errors) : refused(internalError(refusal.message));

/** D24: no answer shows it, so it is not kept either. */
const asRead = (service: Service): Service =>
  isExternalName(service) ? { ...service, spec: without(specOf(service), 'internalTrafficPolicy') } : service;

/** P1, steps 5 to 13. The name has been generated and the namespace filled in. */
export function createService(
  request: Service,
  world: AllocationWorld,
  context: ValidationContext = currentGates,
): ServiceOutcome {
  const decoded = completePlural(defaultService(request));
  const plan = planServiceAllocation({ service: decoded, world, context });
  // P2: an allocation error hides every other one.
  if (plan.kind !== 'planned') return refusedPlan(decoded, plan);
  const service = prepareServiceForCreate(plan.service);
  const errors = validateService(service, context);
  if (errors.length > 0) return invalidService(service, errors);
  const unusable = validateGenericMeta(service.metadata, true);
  if (unusable.length > 0) return invalidService(service, unusable);
  const { take, release } = plan;
  return { kind: 'accepted', service: asRead(service), take, release, warnings: serviceWarnings(service) };
}

/** P3, steps d to f. `stored` as it came from storage. */
export function updateService(
  request: Service,
  stored: Service,
  world: AllocationWorld,
  context: ValidationContext = currentGates,
): ServiceOutcome {
  const previous = completeServiceOnRead(defaultService(stored), world.families[0] ?? 'IPv4');
  const decoded = carryOverAllocated(defaultService(request), previous);
  const plan = planServiceAllocation({ service: decoded, previous, world, context });
  if (plan.kind !== 'planned') return refusedPlan(decoded, plan);
  const prepared = prepareServiceForUpdate(plan.service, previous);
  const service = { ...prepared, metadata: carryOverMetadata(prepared.metadata, previous.metadata) };
  const errors = [
    ...validateCommonUpdate(service.metadata, previous.metadata, true),
    ...validateServiceUpdate(service, previous, context),
  ];
  if (errors.length > 0) return invalidService(service, errors);
  const { take, release } = plan;
  return { kind: 'accepted', service: asRead(service), take, release, warnings: serviceWarnings(service) };
}

/** P5: `…/status`. The spec stays, nothing is allocated. */
export function updateServiceStatus(
  request: Service,
  stored: Service,
  context: ValidationContext = currentGates,
): ServiceOutcome {
  const previous = defaultService(stored);
  const prepared = prepareServiceStatusUpdate(defaultService(request), previous);
  const service = { ...prepared, metadata: carryOverMetadata(prepared.metadata, previous.metadata) };
  const errors = [
    ...validateCommonUpdate(service.metadata, previous.metadata, true),
    ...validateServiceStatusUpdate(service, previous, context),
  ];
  if (errors.length > 0) return invalidService(service, errors);
  return { kind: 'accepted', service, take: [], release: [], warnings: serviceStatusWarnings(service) };
}

/** P6: once the object is really gone, however it went (the last finalizer may have left through `…/status`, P5). */
export const deletedService = (stored: Service): readonly Claim[] => planServiceRelease(stored);
