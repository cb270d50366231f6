/** The controllers of `fairlead controllers`, each with the client that its mode gives it. */
import { startEndpointsController } from '../../controllers/endpoints/index.ts';
import { startEndpointSliceController } from '../../controllers/endpointslice/index.ts';
import { startEndpointSliceMirroringController } from '../../controllers/endpointslicemirroring/index.ts';
import type { Client } from '../client/index.ts';
import { Observer, RivalGuard, ViewClient } from '../coexistence/index.ts';
import { EventRecorder } from '../events/index.ts';
import { keyOf, InformerFactory, type Informer } from '../informer/index.ts';
import type { KubeObject } from '../api/types.ts';
import type { ResourceType } from '../api/resources.ts';
import type { ControllerContext, EventSink, RunningController } from '../reconcile/index.ts';
import type { ControllersSettings } from './controllers-settings.ts';

export interface ServiceControllersOptions extends Pick<
  ControllerContext,
  'clock' | 'log' | 'metrics' | 'signal' | 'mayStart'
> {
  /** Fenced where there is an election. */
  readonly client: Client;
  readonly settings: ControllersSettings;
}

export interface ServiceControllers {
  readonly running: readonly RunningController[];
  readonly informers: InformerFactory;
  /** The client as the mode's view has it: what the caches are filled through. */
  readonly client: Client;
  /** In observe mode. */
  readonly observer: Observer | undefined;
}

/** What upstream calls each, by what its controller calls itself. */
export const upstreamNames = {
  'endpoints-controller': 'endpoint-controller',
  'endpointslice-controller': 'endpoint-slice-controller',
  'endpointslice-mirroring-controller': 'endpoint-slice-mirroring-controller',
} as const;

/** They wait for `mayStart`; start the informers after this. */
export function startServiceControllers(options: ServiceControllersOptions): ServiceControllers {
  const { settings, clock, log, metrics, signal, mayStart } = options;
  const { mode, selected } = settings;
  const client = mode === 'own' || mode === 'shadow' ? new ViewClient(options.client, mode) : options.client;
  const informers = new InformerFactory({ client, clock, log, metrics });
  const find = finder(informers);
  const observer = mode === 'observe' ? new Observer({ find, clock, log, metrics }) : undefined;
  const events = (component: string): EventSink => {
    if (observer !== undefined)
      return { event: (about, _, reason) => log.debug({ about: keyOf(about), reason }, 'Event withheld') };
    const recorder = new EventRecorder({ client: options.client, clock, log, component });
    return { event: (about, type, reason, message) => recorder.record(about, type, reason, message) };
  };
  const most = settings.competingChangesLimit;
  const rivals =
    observer === undefined && most > 0
      ? new RivalGuard({ find, clock, log, metrics, most, events: events('fairlead-controllers') })
      : undefined;
  const writer = (name: string): Client => observer?.clientFor(name, client) ?? rivals?.guard(client) ?? client;
  const shared = {
    informers,
    clock,
    log,
    metrics,
    events,
    signal,
    ...(mayStart === undefined ? {} : { mayStart }),
    ...(observer === undefined ? {} : { around: observer.around }),
  };
  const context = (name: keyof typeof upstreamNames): ControllerContext => ({
    ...shared,
    client: writer(upstreamNames[name]),
  });
  const starters = {
    'endpoints-controller': () =>
      startEndpointsController({ ...context('endpoints-controller'), options: settings.endpoints }),
    'endpointslice-controller': () =>
      startEndpointSliceController({ ...context('endpointslice-controller'), options: settings.slices }),
    'endpointslice-mirroring-controller': () =>
      startEndpointSliceMirroringController({
        ...context('endpointslice-mirroring-controller'),
        options: settings.mirroring,
      }),
  };
  const running = [...selected].map((name) => starters[name]());
  rivals?.watch(informers);
  return { running, informers, client, observer };
}

/** Looks only into caches that somebody fills: asking must not start a watch of its own. */
function finder(informers: InformerFactory) {
  let known: ReadonlyMap<ResourceType, Informer<KubeObject>> = new Map();
  return (
    type: ResourceType,
    { namespace = '', name }: { namespace?: string; name: string },
  ): KubeObject | undefined => {
    if (!known.has(type)) known = new Map(informers.informers().map((informer) => [informer.type, informer]));
    return known.get(type)?.store.get(`${namespace}/${name}`);
  };
}
