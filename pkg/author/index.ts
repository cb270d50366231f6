/**
 * `fairlead/client`: what our own controllers are made of, for yours: a typed client for any API server, informers with
 * indexes, a work queue with retries, leader election and an event recorder.
 */
export * from '../api/resources.ts';
export type * from '../api/types.ts';
export { isStatusError, StatusError } from '../api/status.ts';
export * from '../client/index.ts';
export { systemClock, type Clock } from '../clock/index.ts';
export * from '../events/index.ts';
export * from '../informer/index.ts';
export * from '../leaderelection/index.ts';
export { createLogger, silentLogger, type Logger } from '../logging/index.ts';
export { MetricRegistry } from '../metrics/index.ts';
export * from '../workqueue/index.ts';
export {
  controllerFor,
  ControllerBuilder,
  type AuthorController,
  type ControllerOptions,
  type Reconcile,
  type ReconcileContext,
  type RunControllerOptions,
} from './controller.ts';
