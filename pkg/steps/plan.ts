/**
 * What a planner decides, as data (P2): steps in the order in which they are to be taken. The same value is applied,
 * printed by a dry run, explained and compared in tests.
 */
import type { ResourceType } from '../api/resources.ts';
import type { KubeObject } from '../api/types.ts';

/** What must still be true of the object on the server for a step to be right. */
export interface Precondition {
  readonly uid?: string;
  readonly resourceVersion?: string;
}

interface Write<Because extends string> {
  readonly resource: ResourceType;
  readonly because: Because;
  /** Steps that belong together: a failure skips the rest of its chain and nothing else. */
  readonly chain: string;
}

export interface CreateStep<Item = KubeObject, Because extends string = string> extends Write<Because> {
  readonly kind: 'create';
  readonly object: Item;
}

export interface UpdateStep<Item = KubeObject, Because extends string = string> extends Write<Because> {
  readonly kind: 'update';
  /** The whole object as it is sent, preconditions included. */
  readonly object: Item;
  readonly precondition: Precondition;
  /** The part of the object that is written; absent: everything but the status. */
  readonly subresource?: 'status';
}

export interface DeleteStep<Item = KubeObject, Because extends string = string> extends Write<Because> {
  readonly kind: 'delete';
  /** As it stood in the cache; of an object never seen there only namespace and name are known. */
  readonly object: Item;
  readonly precondition: Precondition;
}

/** Told to the user whether or not the writes before it succeeded. */
export interface EventStep<Because extends string = string> {
  readonly kind: 'event';
  readonly object: KubeObject;
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  readonly because: Because;
}

export interface RequeueStep<Because extends string = string> {
  readonly kind: 'requeueAfter';
  readonly delayMs: number;
  readonly because: Because;
}

export type WriteStep<Item = KubeObject, Because extends string = string> =
  | CreateStep<Item, Because>
  | UpdateStep<Item, Because>
  | DeleteStep<Item, Because>;

export type Step<Item = KubeObject, Because extends string = string> =
  | WriteStep<Item, Because>
  | EventStep<Because>
  | RequeueStep<Because>;

export interface Plan<Item = KubeObject, Because extends string = string> {
  readonly steps: readonly Step<Item, Because>[];
  /** Something was left undone: after the steps the sync counts as failed with this text and is tried again. */
  readonly failure?: string;
}
