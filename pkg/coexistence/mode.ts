/** How `fairlead controllers` stands to kube-controller-manager. */
export type Mode =
  /** Computes and compares, writes nothing. */
  | 'observe'
  /** In its place: upstream's objects, under upstream's names. */
  | 'adopt'
  /** Beside it: slices of our own for Services that upstream ignores. */
  | 'own'
  /** Beside it: slices of our own that no consumer sees. */
  | 'shadow';

export const modes = ['observe', 'adopt', 'own', 'shadow'] as const satisfies readonly Mode[];

/** An Endpoints object has one writer, by its name (CX2); mirroring in own mode would publish a second time (CX9). */
const possible: Readonly<Record<Mode, readonly string[]>> = {
  observe: ['endpoints-controller', 'endpointslice-controller', 'endpointslice-mirroring-controller'],
  adopt: ['endpoints-controller', 'endpointslice-controller', 'endpointslice-mirroring-controller'],
  own: ['endpointslice-controller'],
  shadow: ['endpointslice-controller', 'endpointslice-mirroring-controller'],
};

/** Those of the controllers that have something to do in that mode. */
export function controllersIn<Name extends string>(mode: Mode, names: Iterable<Name>): Set<Name> {
  return new Set([...names].filter((name) => possible[mode].includes(name)));
}
