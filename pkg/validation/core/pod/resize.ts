/** `…/resize`: cpu and memory of containers, which may grow and shrink but not come and go. */
import type { FieldError } from '../../../api/field-error.ts';
import type { Pod } from '../../../api/types.ts';
import { currentGates, type ValidationContext } from '../../context.ts';
import { sameValue } from '../../equal.ts';
import { forbidden, invalid, json } from '../../errors.ts';
import { validateObjectMetaUpdate } from '../../metadata/object-meta.ts';
import { isMirror, validateMetadataAndSpec } from './pod.ts';
import { podQos } from './qos.ts';
import type { Container, PodSpec } from './types.ts';

type Amounts = Readonly<Record<string, string>>;
type Resources = NonNullable<Container['resources']>;

export function validateResize(next: Pod, previous: Pod, context: ValidationContext = currentGates): FieldError[] {
  if (isMirror(previous)) return [forbidden('', 'static pods cannot be resized')];
  if (previous.spec?.os?.name === 'windows') return [forbidden('', 'windows pods cannot be resized')];
  const after: PodSpec = next.spec ?? {};
  const before: PodSpec = previous.spec ?? {};
  const errors = [
    ...validateObjectMetaUpdate(next.metadata, previous.metadata),
    ...validateMetadataAndSpec(next, context),
    ...((previous.status?.qosClass ?? podQos(previous)) === podQos(next)
      ? []
      : [invalid('spec', json(next.status?.qosClass ?? ''), 'Pod QOS Class may not change as a result of resizing')]),
    ...(canResize(previous) ? [] : [forbidden('spec', 'Pod running on node without support for resize')]),
    ...validatePodLevel(after, before),
  ];
  const order = (['containers', 'initContainers'] as const).flatMap((list) => validateOrder(after, before, list));
  if (order.length > 0) return [...errors, ...order];
  for (const list of ['initContainers', 'containers'] as const) {
    for (const [index, { resources }] of (before[list] ?? []).entries()) {
      errors.push(...validateKept(after[list]?.[index]?.resources, resources, `spec.${list}[${index}].resources`));
    }
  }
  errors.push(...validateRest(after, before));
  if (errors.length > 0 || sameValue(masked(after, before), before)) return errors;
  return [forbidden('spec', 'only cpu and memory resources are mutable')];
}

/** A kubelet that can do it tells what its containers have. */
function canResize({ status }: Pod): boolean {
  const running = status?.containerStatuses?.find(({ state }) => state?.running !== undefined);
  return running === undefined || running.resources !== undefined;
}

function validatePodLevel(after: PodSpec, before: PodSpec): FieldError[] {
  const isSet = ({ resources }: PodSpec): boolean => size(resources?.requests) + size(resources?.limits) > 0;
  if (!isSet(after) && !isSet(before)) return [];
  if (before.resources !== undefined && after.resources === undefined) {
    return [forbidden('spec.resources', 'pod-level resources cannot be removed')];
  }
  const errors = (['requests', 'limits'] as const).flatMap((kind) =>
    before.resources !== undefined && isRemoved(after.resources?.[kind], before.resources[kind])
      ? [forbidden(`spec.resources.${kind}`, `pod-level resource ${kind} cannot be removed`)]
      : [],
  );
  const rest = maskedResources(after.resources ?? {}, before.resources ?? {});
  if (sameValue(rest, before.resources ?? {})) return errors;
  return [...errors, forbidden('spec', 'only cpu and memory resources are mutable at pod-level')];
}

function validateOrder(after: PodSpec, before: PodSpec, list: 'containers' | 'initContainers'): FieldError[] {
  const [now = [], then = []] = [after[list], before[list]];
  if (now.length !== then.length) {
    return [forbidden(`spec.${list}`, `${list} may not be added or removed on resize`)];
  }
  return then.flatMap(({ name }, index) =>
    now[index]?.name === name
      ? []
      : [forbidden(`spec.${list}[${index}].name`, `${list} may not be renamed or reordered on resize`)],
  );
}

function validateKept(now: Resources | undefined, then: Resources | undefined, field: string): FieldError[] {
  return (['requests', 'limits'] as const).flatMap((kind) =>
    isRemoved(now?.[kind], then?.[kind]) ? [forbidden(`${field}.${kind}`, `resource ${kind} cannot be removed`)] : [],
  );
}

function validateRest(after: PodSpec, before: PodSpec): FieldError[] {
  const others = (after.containers ?? []).flatMap((container, index) =>
    sameValue(maskedContainer(container, before.containers?.[index]), before.containers?.[index])
      ? []
      : [forbidden('spec', 'only cpu and memory resources are mutable')],
  );
  const inits = (after.initContainers ?? []).flatMap((container, index) => {
    const then = before.initContainers?.[index];
    if (sameValue(container, then)) return [];
    const at = `spec.initContainers[${index}]`;
    const restarting =
      container.restartPolicy === 'Always'
        ? []
        : (container.resizePolicy ?? []).filter(({ restartPolicy }) => restartPolicy === 'RestartContainer');
    return [
      ...(sameValue(maskedContainer(container, then), then)
        ? []
        : [forbidden(at, 'only cpu and memory resources for init or sidecar containers are mutable')]),
      ...restarting.map(() =>
        forbidden(at, 'non-sidecar init containers with a resize policy of RestartContainer cannot be resized'),
      ),
    ];
  });
  return [...others, ...inits];
}

/** The new spec with all that a resize may change put back. */
function masked(after: PodSpec, before: PodSpec): PodSpec {
  const each = (list: 'containers' | 'initContainers'): PodSpec['containers'] =>
    (after[list] ?? []).map((container, index) => maskedContainer(container, before[list]?.[index]));
  return {
    ...after,
    containers: each('containers'),
    ...(after.initContainers === undefined ? {} : { initContainers: each('initContainers') }),
    ...(after.resources === undefined ? {} : { resources: maskedResources(after.resources, before.resources ?? {}) }),
  } as PodSpec;
}

const maskedContainer = (container: Container, then: Container | undefined): Container => ({
  ...container,
  resources: maskedResources(container.resources ?? {}, then?.resources ?? {}),
});

function maskedResources(now: Resources, then: Resources): Resources {
  const limits = maskedAmounts(now.limits ?? {}, then.limits ?? {});
  const requests = maskedAmounts(now.requests ?? {}, then.requests ?? {});
  return {
    ...(size(limits) === 0 ? {} : { limits }),
    ...(size(requests) === 0 ? {} : { requests }),
  };
}

const resizable: readonly string[] = ['cpu', 'memory'];

function maskedAmounts(now: Amounts, then: Amounts): Record<string, string> {
  const kept = Object.entries(now).filter(([name]) => !resizable.includes(name));
  return Object.fromEntries([...kept, ...Object.entries(then).filter(([name]) => resizable.includes(name))]);
}

const size = (amounts: Amounts | undefined): number => Object.keys(amounts ?? {}).length;

function isRemoved(now: Amounts = {}, then: Amounts = {}): boolean {
  return size(then) > size(now) || Object.keys(then).some((name) => !Object.hasOwn(now, name));
}
