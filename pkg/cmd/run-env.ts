/** `fairlead env`: what the kubelet would tell the containers of a Pod about Services if they started now (E15). */
import { pods, services } from '../api/resources.ts';
import { isStatusError } from '../api/status.ts';
import type { Pod, Service } from '../api/types.ts';
import type { Client } from '../client/index.ts';
import { serviceEnvironment, type EnvironmentWarning } from '../environment/index.ts';
import { askCluster } from './ask-cluster.ts';
import { jsonOf, linesOf, type CommandResult } from './command-result.ts';
import { ConfigError } from './config-error.ts';
import type { EnvFlags } from './env.ts';
import { loadManifests } from './load-manifests.ts';
import { worldOf } from './world.ts';

interface Inputs {
  readonly pod: Pod;
  readonly services: readonly Service[];
}

export async function runEnv(name: string | undefined, flags: EnvFlags): Promise<CommandResult> {
  if (flags.dryRun === true && flags.filename === undefined) {
    throw new ConfigError('--dry-run asks no cluster; say with -f where the Pod and the Services are.');
  }
  const inputs = flags.filename === undefined ? await live(name, flags) : fromFiles(name, flags);
  const { name: pod, namespace = 'default' } = inputs.pod.metadata;
  // The API server defaults it to true (E5); a manifest need not say so.
  const linked = inputs.pod.spec?.enableServiceLinks ?? true;
  const { variables, octets, warnings } = serviceEnvironment(inputs.services, namespace, linked);
  const remarks = [...withoutAddress(inputs, namespace), ...warnings.map(warningText)];
  if (flags.output === 'json') {
    return { output: jsonOf({ namespace, pod, variables, octets, warnings }), remarks, exitCode: 0 };
  }
  return { output: linesOf(variables.map((one) => `${one.name}=${one.value}`)), remarks, exitCode: 0 };
}

function live(name: string | undefined, flags: EnvFlags): Promise<Inputs> {
  if (name === undefined) throw new ConfigError('expected the name of a Pod.');
  return askCluster(flags, async (cluster) => {
    const namespace = flags.namespace ?? cluster.namespace;
    const client = cluster.client({ component: 'env' });
    const [pod, own, master] = await Promise.all([
      client.get<Pod>(pods, { namespace, name }),
      client.list<Service>(services, { namespace }),
      masterService(client),
    ]);
    return { pod, services: [...own.items, ...master] };
  });
}

/** E2: every container is told of the API server. A namespace of one's own may be all that one may read. */
async function masterService(client: Client): Promise<readonly Service[]> {
  try {
    return [await client.get<Service>(services, { namespace: 'default', name: 'kubernetes' })];
  } catch (error) {
    if (isStatusError(error, 'NotFound') || isStatusError(error, 'Forbidden')) return [];
    throw error;
  }
}

function fromFiles(name: string | undefined, { filename = [], namespace }: EnvFlags): Inputs {
  const world = worldOf(loadManifests(filename, namespace ?? 'default'));
  const meant = world.pods.filter(
    ({ metadata }) =>
      (name === undefined || metadata.name === name) && (namespace === undefined || metadata.namespace === namespace),
  );
  const [pod] = meant;
  if (pod !== undefined && meant.length === 1) return { pod, services: world.services };
  const wanted = name === undefined ? 'one Pod' : `one Pod ${name}`;
  throw new ConfigError(`expected ${wanted} in the manifests, found ${meant.length}.`);
}

/** Manifests as people write them leave the address to the server; without it there are no variables (E1). */
function withoutAddress({ services: all }: Inputs, namespace: string): string[] {
  return all
    .filter(
      ({ metadata, spec }) => metadata.namespace === namespace && spec?.type !== 'ExternalName' && !spec?.clusterIP,
    )
    .map(({ metadata }) => `Service ${metadata.name} has no clusterIP here, so there is nothing to say about it.`);
}

function warningText(warning: EnvironmentWarning): string {
  switch (warning.kind) {
    case 'collision':
      return `Services ${warning.services.join(' and ')} both make ${warning.name}; ${warning.services.at(-1)} wins.`;
    case 'size':
      return `the variables take ${warning.octets} octets of the ${warning.limit} that are safe; processes may not start.`;
  }
}
