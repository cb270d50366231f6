/** When the changes now waiting began, by what the slice controller wrote on the slices (M6). */
import type { EndpointSlice } from '../../api/types.ts';
import type { ObjectKey } from '../model/index.ts';

const annotation = 'endpoints.kubernetes.io/last-change-trigger-time';
const serviceNameLabel = 'kubernetes.io/service-name';

export class TriggerTimes {
  readonly #startedAt: number;
  readonly #pending = new Map<string, number[]>();
  /** Slice → its Service, since a deletion names the slice alone. */
  readonly #services = new Map<string, string>();

  /** Changes from before `startedAt` (milliseconds since the epoch) were not waiting for this process. */
  constructor(startedAt: number) {
    this.#startedAt = startedAt;
  }

  /** A slice changed something. */
  noted({ metadata }: EndpointSlice): void {
    const { namespace = '', name = '', labels = {}, annotations = {} } = metadata;
    const service = Object.hasOwn(labels, serviceNameLabel) ? `${namespace}/${labels[serviceNameLabel]}` : '';
    const text = Object.hasOwn(annotations, annotation) ? annotations[annotation] : undefined;
    this.#services.set(`${namespace}/${name}`, service);
    const at = Date.parse(text ?? '');
    if (Number.isNaN(at) || at <= this.#startedAt) return;
    const known = this.#pending.get(service) ?? [];
    known.push(at);
    this.#pending.set(service, known);
  }

  /** A slice is gone: what its Service waits for cannot be told any more. */
  gone({ namespace, name }: ObjectKey): void {
    const key = `${namespace}/${name}`;
    this.#pending.delete(this.#services.get(key) ?? '');
    this.#services.delete(key);
  }

  /** Milliseconds that each waiting change took until `now`, when it was written. */
  take(now: number): number[] {
    const waited = [...this.#pending.values()].flat().map((at) => now - at);
    this.#pending.clear();
    return waited;
  }
}
