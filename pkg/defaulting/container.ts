/** Containers of every sort: image policy, messages, ports, environment, probes and hooks. */
import type { Pod } from '../api/types.ts';
import { each, fill, fillZero, inside, without } from './fill.ts';
import { imageTag } from './image-tag.ts';

type PodSpec = NonNullable<Pod['spec']>;
export type Container = PodSpec['containers'][number];
type Probe = NonNullable<Container['livenessProbe']>;
type Lifecycle = NonNullable<Container['lifecycle']>;
type Handler = NonNullable<Lifecycle['postStart']>;
type HttpGet = NonNullable<Probe['httpGet']>;
type EnvVar = NonNullable<Container['env']>[number];

export function defaultContainer(container: Container): Container {
  let result = fillZero(container, {
    imagePullPolicy: pullPolicy(container.image ?? ''),
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
  });
  result = inside(result, 'ports', (ports) => each(ports, (port) => fillZero(port, { protocol: 'TCP' })));
  result = inside(result, 'env', (env) => each(env, defaultEnv));
  for (const probe of ['livenessProbe', 'readinessProbe', 'startupProbe'] as const) {
    result = inside(result, probe, defaultProbe);
  }
  result = inside(result, 'lifecycle', (lifecycle) =>
    inside(inside(withoutSignal(lifecycle), 'postStart', defaultHandler), 'preStop', defaultHandler),
  );
  const { lifecycle } = result;
  const emptied = container.lifecycle !== lifecycle && Object.keys(lifecycle ?? {}).length === 0;
  return emptied ? without(result, 'lifecycle') : result;
}

/** The choice of a stop signal is behind a switch that is off. */
const withoutSignal = (lifecycle: Lifecycle): Lifecycle => without(lifecycle, 'stopSignal');

/** A moving tag is pulled every time. */
export const pullPolicy = (image: string): string => (imageTag(image) === 'latest' ? 'Always' : 'IfNotPresent');

function defaultEnv(variable: EnvVar): EnvVar {
  return inside(variable, 'valueFrom', (source) =>
    inside(
      inside(source, 'fieldRef', (ref) => fillZero(ref, { apiVersion: 'v1' })),
      'fileKeyRef',
      (ref) => fill(ref, { optional: false }),
    ),
  );
}

function defaultProbe(probe: Probe): Probe {
  const filled = fillZero(probe, { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 });
  return inside(inside(filled, 'httpGet', defaultHttpGet), 'grpc', (grpc) => fill(grpc, { service: '' }));
}

const defaultHandler = (handler: Handler): Handler => inside(handler, 'httpGet', defaultHttpGet);

const defaultHttpGet = (get: HttpGet): HttpGet => fillZero(get, { path: '/', scheme: 'HTTP' });
