/** `fairlead plan`: the server's and the controllers' pure parts, one after the other, on objects that nobody stores. */
import { planEndpoints } from '../../controllers/endpoints/index.ts';
import { planEndpointSlices } from '../../controllers/endpointslice/index.ts';
import { planMirror } from '../../controllers/endpointslicemirroring/index.ts';
import { serviceCIDRs } from '../api/resources.ts';
import type { EndpointSlice, KubeObject, Namespace, Service, ServiceCIDR } from '../api/types.ts';
import { dnsRecords } from '../dns/records/index.ts';
import { applyToObjects, type Step } from '../steps/index.ts';
import { askCluster } from './ask-cluster.ts';
import { jsonOf, linesOf, type CommandResult } from './command-result.ts';
import { ConfigError } from './config-error.ts';
import { loadManifests } from './load-manifests.ts';
import { planServices, type PlannedService } from './plan-services.ts';
import { rulesWritten, writtenInWords } from './node-rules.ts';
import type { PlanFlags } from './plan.ts';
import { nodesMeant, worldFrom, worldOf, type World } from './world.ts';

interface Write {
  readonly kind: 'create' | 'update' | 'delete';
  readonly resource: string;
  readonly because: string;
  readonly object: KubeObject;
}

interface Live {
  readonly world: World;
  readonly cidrs: readonly ServiceCIDR[];
}

export async function runPlan(flags: PlanFlags): Promise<CommandResult> {
  if (flags.filename === undefined) throw new ConfigError('expected manifests: -f FILE.');
  const live = flags.kubeconfig === undefined ? nothingLive(flags) : await askLive(flags);
  const wanted = worldOf(loadManifests(flags.filename, flags.namespace ?? 'default'));
  const ranges = { cidrs: live.cidrs, nodePorts: flags.serviceNodePortRange };
  const { planned, accepted, examples } = planServices(wanted.services, live.world.services, ranges);
  const world = overlaid(live.world, { ...wanted, services: accepted });
  const { writes, slices } = planWrites(world);
  const objects = { ...world, namespaces: namespacesMeant(world), endpointSlices: slices };
  const names = dnsRecords(objects, { zones: [flags.clusterDomain] })
    .filter(({ type, name }) => ['A', 'AAAA', 'SRV', 'CNAME'].includes(type) && name.includes('.svc.'))
    .map(({ name, type, data }) => ({ name, type, data: examples.get(data) ?? data }));
  const exitCode = 0;
  const rules =
    flags.proxyMode === undefined ? undefined : rulesWritten(flags.proxyMode, live.world, { ...world, slices }, flags);
  if (flags.output === 'json') return { output: jsonOf({ services: planned, writes, names, rules }), exitCode };
  const lines = [
    'Services',
    ...planned.flatMap(serviceLines),
    '',
    'Writes of the controllers',
    ...writes.map(writeLine),
    '',
    'Names',
    ...names.map(({ name, type, data }) => `  ${name} ${type} ${data}`),
    ...(rules === undefined ? [] : ['', ...writtenInWords(rules)]),
  ];
  return { output: linesOf(lines), exitCode };
}

function nothingLive({ serviceClusterIpRange: cidrs }: PlanFlags): Live {
  const metadata = { name: 'kubernetes' };
  const cidr = { apiVersion: 'networking.k8s.io/v1', kind: 'ServiceCIDR', metadata, spec: { cidrs: [...cidrs] } };
  return { world: worldOf([]), cidrs: [cidr] };
}

function askLive(flags: PlanFlags): Promise<Live> {
  return askCluster(flags, async (cluster) => {
    const client = cluster.client({ component: 'plan' });
    const [world, cidrs] = await Promise.all([worldFrom(client), client.list<ServiceCIDR>(serviceCIDRs)]);
    return { world, cidrs: cidrs.items };
  });
}

/** What is wanted takes the place of what is there under the same name. */
function overlaid(live: World, wanted: World): World {
  const over = <T extends KubeObject>(below: readonly T[], above: readonly T[]): T[] => {
    const key = ({ metadata }: T): string => `${metadata.namespace ?? ''}/${metadata.name ?? ''}`;
    return [...new Map([...below, ...above].map((object) => [key(object), object])).values()];
  };
  const pods = over(live.pods, wanted.pods);
  return {
    services: over(live.services, wanted.services),
    pods,
    nodes: nodesMeant({ nodes: over(live.nodes, wanted.nodes), pods }),
    slices: over(live.slices, wanted.slices),
    endpoints: over(live.endpoints, wanted.endpoints),
    namespaces: over(live.namespaces, wanted.namespaces),
  };
}

function planWrites(world: World): { writes: Write[]; slices: EndpointSlice[] } {
  const writes: Write[] = [];
  const slices: EndpointSlice[] = [];
  for (const service of world.services) {
    const { namespace = '', name = '' } = service.metadata;
    const current = world.endpoints.find(({ metadata }) => metadata.namespace === namespace && metadata.name === name);
    const own = world.slices.filter((slice) => isOf(slice, service));
    const pods = world.pods.filter(({ metadata }) => metadata.namespace === namespace);
    const inputs = { namespace, name, service, pods, slices: own };
    writes.push(...writesOf(planEndpoints({ ...inputs, current }).steps));
    const steps = [
      ...planEndpointSlices({ ...inputs, nodes: world.nodes }).steps,
      ...planMirror({ ...inputs, endpoints: current }).steps,
    ];
    writes.push(...writesOf(steps));
    slices.push(...applyToObjects<EndpointSlice>(own, steps));
  }
  return { writes, slices };
}

const isOf = ({ metadata }: EndpointSlice, service: Service): boolean =>
  metadata.namespace === service.metadata.namespace &&
  metadata.labels?.['kubernetes.io/service-name'] === service.metadata.name;

function writesOf<T extends KubeObject>(steps: readonly Step<T>[]): Write[] {
  return steps.flatMap((step) =>
    step.kind === 'event' || step.kind === 'requeueAfter'
      ? []
      : [{ kind: step.kind, resource: step.resource.resource, because: step.because, object: step.object }],
  );
}

/** A manifest's namespace need not be among the manifests. */
function namespacesMeant({ namespaces, services }: World): Namespace[] {
  const known = new Set(namespaces.map(({ metadata }) => metadata.name));
  const missing = new Set(services.map(({ metadata }) => metadata.namespace ?? '').filter((name) => !known.has(name)));
  return [...namespaces, ...[...missing].map((name) => ({ metadata: { name } }))];
}

function serviceLines({ namespace, name, refused, given, warnings }: PlannedService): string[] {
  const verdict = refused === undefined ? given.join(', ') || 'nothing to give' : `refused: ${refused}`;
  return [`  ${namespace}/${name}  ${verdict}`, ...warnings.map((warning) => `    Warning: ${warning}`)];
}

function writeLine({ kind, resource, because, object }: Write): string {
  const { namespace, name, generateName } = object.metadata;
  return `  ${kind} ${resource} ${namespace}/${name ?? `${generateName}…`}  (${because})`;
}
