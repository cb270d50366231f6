/**
 * The shell of every controller whose objects own others: keys are owners, and whatever happens to a child brings its
 * owner back. The decision itself is the caller's `plan`.
 */
import { selectorFromSpec } from '../api/labels/selector.ts';
import type { ResourceType } from '../api/resources.ts';
import type { KubeObject } from '../api/types.ts';
import { keyOf, splitKey, WriteExpectations, type Informer, type Reader } from '../informer/index.ts';
import type { Plan } from '../steps/index.ts';
import { StaleError, type WorkContext, type WorkResult } from '../workqueue/index.ts';
import { controllerOf } from '../workloads/index.ts';
import { applyPlan } from './apply-plan.ts';
import {
  queueOf,
  runController,
  type ControllerContext,
  type EventSink,
  type RunningController,
} from './controller.ts';
import { DeletionMemory } from './deletion-memory.ts';

export interface OwnerInputs<Owner, Child> {
  readonly owner: Owner;
  /** Those it controls, and those of its namespace that nobody controls. */
  readonly children: readonly Child[];
  readonly now: number;
}

export interface OwnerControllerOptions<Owner, Child> {
  /** As upstream names it. */
  readonly name: string;
  readonly context: ControllerContext;
  readonly ownerType: ResourceType;
  readonly childType: ResourceType;
  readonly workers: number;
  /** Pure. */
  readonly plan: (inputs: OwnerInputs<Owner, Child>) => Plan;
  /** Whatever happens to these brings every owner back. */
  readonly also?: readonly Informer<KubeObject>[];
}

/** Values are uids of controllers, and `orphans NAMESPACE` for what has none. */
const ownerIndexers = {
  controller: (child: KubeObject): string[] => [controllerOf(child)?.uid ?? orphansOf(child.metadata.namespace)],
};
const crowd = 100;
const gatherMs = 100;
const orphansOf = (namespace: string | undefined): string => `orphans ${namespace ?? ''}`;

/** Asks for its informers at once; start the factory after all controllers have done so. Children are read whole. */
export function startOwnerController<Owner extends KubeObject, Child extends KubeObject>(
  options: OwnerControllerOptions<Owner, Child>,
): RunningController {
  const { name, context, ownerType, childType, workers, also = [] } = options;
  const log = context.log.child({ controller: name });
  const owners = context.informers.for<Owner>(ownerType);
  const children = context.informers.for<Child>(childType, { indexers: ownerIndexers });
  const queue = queueOf({ ...context, log }, name);
  const sync = new OwnerSync({ ...options, owners, children });

  const ownersOf = (child: Child): void => {
    const reference = controllerOf(child);
    const { namespace = '' } = child.metadata;
    if (reference === undefined) {
      for (const owner of owners.store.list()) {
        if (owner.metadata.namespace === namespace && selects(owner, child)) queue.add(keyOf(owner));
      }
    } else if (reference.kind === ownerType.kind) {
      const key = `${namespace}/${reference.name}`;
      if (owners.store.get(key)?.metadata.uid !== reference.uid) return;
      // A look costs as much as there are children, and each of them may change: together, then, once they are many.
      const isCrowd = children.store.byIndex('controller', reference.uid).length > crowd;
      queue.addAfter(key, isCrowd ? gatherMs : 0);
    }
  };
  owners.addHandler({
    add: (owner, isInitial) => queue.add(keyOf(owner), isInitial ? 'background' : 'live'),
    update: (_, owner) => queue.add(keyOf(owner)),
    delete: (owner) => queue.add(keyOf(owner)),
  });
  children.addHandler({
    add: (child, isInitial) => (isInitial ? undefined : ownersOf(child)),
    update: (old, child) => {
      if (controllerOf(old)?.uid !== controllerOf(child)?.uid) ownersOf(old);
      ownersOf(child);
    },
    delete: ownersOf,
  });
  const everybody = (): void => owners.store.keys().forEach((key) => queue.add(key, 'background'));
  for (const informer of also) informer.addHandler({ add: everybody, update: everybody, delete: everybody });
  return runController({
    name,
    context: { ...context, log },
    queue,
    sync: (key, work) => sync.sync(key, work),
    workers,
    watched: [owners, children, ...also],
  });
}

function selects(owner: KubeObject, child: KubeObject): boolean {
  const spec = owner['spec'] as { selector?: Parameters<typeof selectorFromSpec>[0] } | undefined;
  if (spec?.selector === undefined) return false;
  try {
    return selectorFromSpec(spec.selector).matches(child.metadata.labels);
  } catch {
    return false;
  }
}

interface Read<Owner, Child> {
  readonly owners: { readonly store: Reader<Owner> };
  readonly children: { readonly store: Reader<Child> };
}

class OwnerSync<Owner extends KubeObject, Child extends KubeObject> {
  readonly #options: OwnerControllerOptions<Owner, Child> & Read<Owner, Child>;
  /** Two caches, so two memories: of the owner's own writes and of those of its children. */
  readonly #ownerWrites = new WriteExpectations();
  readonly #childWrites = new WriteExpectations();
  readonly #deleted = new DeletionMemory();
  readonly #events: EventSink;

  constructor(options: OwnerControllerOptions<Owner, Child> & Read<Owner, Child>) {
    this.#options = options;
    this.#events = options.context.events(options.name);
  }

  async sync(key: string, { signal }: WorkContext): Promise<WorkResult> {
    const { owners, children, context, plan, childType } = this.#options;
    const owner = owners.store.get(key);
    if (owner === undefined) {
      this.#ownerWrites.forget(key);
      this.#childWrites.forget(key);
      return;
    }
    this.#checkCaches(key);
    const { namespace } = splitKey(key);
    const candidates = [owner.metadata.uid ?? '', orphansOf(namespace)].flatMap((value) =>
      children.store.byIndex('controller', value),
    );
    const now = context.clock.now();
    const seen = this.#deleted.isEmpty ? candidates : candidates.map((child) => this.#deleted.marked(child, now));
    const applied = await applyPlan(plan({ owner, children: seen, now }), {
      client: context.client,
      signal,
      event: ({ object, type, reason, message }) => this.#events.event(object, type, reason, message),
      written: (step, result) => {
        if (step.kind === 'delete') this.#deleted.add(step.object);
        else if (result !== undefined && hasChanged(step, result)) {
          const writes = step.resource === childType ? this.#childWrites : this.#ownerWrites;
          writes.wrote(key, result, context.clock.monotonic());
        }
      },
    });
    return applied.requeueAfterMs === undefined ? undefined : { requeueAfterMs: applied.requeueAfterMs };
  }

  /** IN45: deciding on a past state would create everything a second time. */
  #checkCaches(key: string): void {
    const { owners, children, context, ownerType, childType } = this.#options;
    const now = context.clock.monotonic();
    if (!this.#childWrites.check(key, children.store, now).fresh) {
      throw new StaleError(`${childType.resource} of ${key} are not in the cache yet`);
    }
    if (!this.#ownerWrites.check(key, owners.store, now).fresh) {
      throw new StaleError(`${ownerType.resource} ${key} is not in the cache yet`);
    }
  }
}

/** A write that changed nothing brings no event, so it is nothing to wait for. */
function hasChanged(step: { readonly object: KubeObject }, result: KubeObject): boolean {
  return step.object.metadata.resourceVersion !== result.metadata.resourceVersion;
}
