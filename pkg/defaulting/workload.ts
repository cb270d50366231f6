/** What workloads have in common: a spec that may be missing, with the template of a Pod inside. */
import type { PodTemplateSpec } from '../api/workloads.ts';
import { defaultPodTemplateSpec } from './pod-template.ts';
import { without } from './fill.ts';
import { keepSpec, keepStatus } from './strategy.ts';

/** Applies `change` to the spec, which counts as empty when it is missing. */
export function withSpec<S extends object, T extends { spec?: S }>(object: T, change: (spec: S) => S): T {
  const before = object.spec ?? ({} as S);
  const spec = change(before);
  return spec === object.spec ? object : { ...object, spec };
}

export function withTemplate<S extends { template?: PodTemplateSpec }>(spec: S): S {
  const template = defaultPodTemplateSpec(spec.template);
  return template === spec.template ? spec : { ...spec, template };
}

/** Clients write the spec, controllers the status, and nobody starts with one. */
export function specAndStatus<T extends { spec?: unknown; status?: unknown }>(): {
  prepareCreate: (object: T) => T;
  prepareUpdate: (next: T, previous: T) => T;
  subresources: { status: (next: T, previous: T) => T };
} {
  return {
    prepareCreate: (object) => without(object, 'status'),
    prepareUpdate: keepStatus,
    subresources: { status: keepSpec },
  };
}
