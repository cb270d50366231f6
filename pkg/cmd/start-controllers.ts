/** The endpoint controllers over one client and one set of informers. */
import { startEndpointsController } from '../../controllers/endpoints/index.ts';
import { startEndpointSliceController } from '../../controllers/endpointslice/index.ts';
import { startEndpointSliceMirroringController } from '../../controllers/endpointslicemirroring/index.ts';
import type { Client } from '../client/index.ts';
import type { Clock } from '../clock/index.ts';
import { EventRecorder } from '../events/index.ts';
import type { InformerFactory } from '../informer/index.ts';
import type { Logger } from '../logging/index.ts';
import type { MetricRegistry } from '../metrics/index.ts';
import type { EventSink, RunningController } from '../reconcile/index.ts';

export interface ControllersOptions {
  readonly client: Client;
  readonly informers: InformerFactory;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: MetricRegistry;
  readonly signal: AbortSignal;
}

/** All three; start the informers afterwards. */
export function startControllers(options: ControllersOptions): RunningController[] {
  const { client, clock, log } = options;
  const context = { ...options, events: (component: string) => eventSink(client, clock, log, component) };
  return [
    startEndpointsController(context),
    startEndpointSliceController(context),
    startEndpointSliceMirroringController(context),
  ];
}

function eventSink(client: Client, clock: Clock, log: Logger, component: string): EventSink {
  const recorder = new EventRecorder({ client, clock, log, component });
  return { event: (about, type, reason, message) => recorder.record(about, type, reason, message) };
}
