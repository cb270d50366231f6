/**
 * What a kind does to its objects on the way into the store, as the verbs see it: default, prepare, check. Most kinds
 * are a row in pkg/defaulting and a row in pkg/validation; a Service also takes addresses and ports.
 */
import { carryOverMetadata, strategies } from '../../defaulting/index.ts';
import { invalid } from '../../api/status.ts';
import type { FieldError } from '../../api/field-error.ts';
import type { KubeObject } from '../../api/types.ts';
import { kindKey, validateCreate, validateUpdate, warningsFor, type Target } from '../../validation/index.ts';

export interface Prepared {
  /** To be stored. */
  readonly object: KubeObject;
  readonly warnings: readonly string[];
  /** What was taken for it; absent when nothing was. */
  readonly reservation?: Reservation;
}

/** Something taken for an object that is about to be stored. Exactly one of the two is called. */
export interface Reservation {
  /** The object is stored. */
  commit(): Promise<void> | void;
  /** It is not. */
  rollback(): Promise<void> | void;
}

export interface BehaviourContext {
  readonly version: string;
  readonly dryRun: boolean;
}

/** Objects go in and new ones come out; refusals are thrown as StatusErrors. */
export interface Behaviour {
  /** At decode time. */
  default(object: KubeObject): KubeObject;
  /** Name, uid and creation time are set. */
  create(object: KubeObject, context: BehaviourContext): Prepared | Promise<Prepared>;
  /** `subresource` is empty for the object itself. */
  update(
    next: KubeObject,
    stored: KubeObject,
    subresource: string,
    context: BehaviourContext,
  ): Prepared | Promise<Prepared>;
  /** The first deletion of an object that may have to wait: what it looks like while it does. */
  beforeDelete?(stored: KubeObject): KubeObject;
  /** The object is gone from the store. */
  deleted?(stored: KubeObject): Promise<void> | void;
}

export function kindBehaviour(target: Target): Behaviour {
  const strategy = strategies.get(kindKey(target.group, target.kind)) ?? {};
  return {
    default: (object) => strategy.default?.(object) ?? object,
    create(object, { version }) {
      const prepared = strategy.prepareCreate?.(object, { version }) ?? object;
      refuseInvalid(target, prepared, validateCreate(target, prepared));
      return { object: prepared, warnings: warningsFor(target, '', prepared, undefined) };
    },
    update(next, stored, subresource, { version }) {
      const previous = strategy.default?.(stored) ?? stored;
      const carried = { ...next, metadata: carryOverMetadata(next.metadata, previous.metadata) };
      const prepared =
        subresource === ''
          ? strategy.prepareUpdate?.(carried, previous, { version })
          : strategy.subresources?.[subresource]?.(carried, previous);
      const object = prepared ?? keepOtherHalf(carried, previous, subresource);
      refuseInvalid(target, object, validateUpdate(target, subresource, object, previous));
      return { object, warnings: warningsFor(target, subresource, object, previous) };
    },
  };
}

/** The group by which refusals call it: an Event of events.k8s.io is stored, and refused, as a core Event. */
export const storedGroup = ({ apiVersion = 'v1' }: KubeObject): string =>
  apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';

function refuseInvalid({ kind }: Target, object: KubeObject, errors: readonly FieldError[]): void {
  const { name, generateName } = object.metadata;
  if (errors.length > 0) throw invalid(kind, storedGroup(object), name ?? generateName ?? '', errors);
}

/** P24, P33, for kinds without hooks: status belongs to /status, everything else to the object itself. */
function keepOtherHalf(next: KubeObject, stored: KubeObject, subresource: string): KubeObject {
  if (subresource !== 'status') return next;
  const { metadata, status } = next;
  return { ...stored, metadata, ...(status === undefined ? {} : { status }) };
}
