import { expandReferences } from './expand.ts';
import type { Variable } from './variable.ts';

/** What a container asks for itself. Values taken from ConfigMaps, Secrets and fields have been read already. */
export interface OwnEnvironment {
  /** From `envFrom`, in order; later sources win. */
  readonly from?: readonly Variable[];
  /** From `env`, in order. Only values written in the manifest are expanded. */
  readonly own?: readonly (Variable & { readonly isReference?: boolean })[];
}

/**
 * The whole environment: what the container says wins over service variables of the same name (E13), and its values
 * may refer to both, to its own entries first (E14). Own entries come first, then the service variables that are left.
 */
export function containerEnvironment(services: readonly Variable[], container: OwnEnvironment): Variable[] {
  const linked = new Map(services.map(({ name, value }) => [name, value]));
  const own = new Map((container.from ?? []).map(({ name, value }) => [name, value]));
  for (const { name, value, isReference } of container.own ?? []) {
    own.set(
      name,
      isReference === true ? value : expandReferences(value, (wanted) => own.get(wanted) ?? linked.get(wanted)),
    );
  }
  const left = services.filter(({ name }) => !own.has(name));
  return [...[...own].map(([name, value]) => ({ name, value })), ...left];
}
