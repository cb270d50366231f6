/** Which Service changed last, and what that came to, in words. */
import { keyOf } from '../informer/index.ts';
import type { KubeObject } from '../api/types.ts';
import type { ViewSource } from './cluster-view.ts';
import { explainInWords } from './run-explain.ts';

const serviceNameLabel = 'kubernetes.io/service-name';

export interface LastChange extends Disposable {
  inWords(): string;
}

/** Changes from now on. */
export function lastChangeOf(source: ViewSource): LastChange {
  let last: string | undefined;
  const end = source.subscribe((object) => {
    last = serviceOf(object) ?? last;
  });
  return {
    inWords: () => {
      if (last === undefined) return 'No Service has changed since the start.';
      const { services, slices, pods, nodes } = source.view();
      const service = services.find((one) => keyOf(one) === last);
      if (service === undefined) return `Service ${last} was deleted, and its slices with it.`;
      const here = ({ metadata }: KubeObject): boolean => metadata.namespace === service.metadata.namespace;
      return explainInWords({ service, pods: pods.filter(here), slices: slices.filter(here), nodes });
    },
    [Symbol.dispose]: end,
  };
}

/** The Service that this is, or that it is a slice of. */
function serviceOf(object: KubeObject): string | undefined {
  const { namespace = '', labels } = object.metadata;
  if (object.kind === 'Service') return keyOf(object);
  const name = object.kind === 'EndpointSlice' ? labels?.[serviceNameLabel] : undefined;
  return name === undefined ? undefined : `${namespace}/${name}`;
}
