/**
 * A23, A33: the ServiceCIDR `kubernetes` follows the flag of this server, and the Service `kubernetes` stands in it. Both
 * are looked after for as long as the server runs, so that either comes back when somebody deletes it.
 */
import {
  defaultServiceCidrName,
  planDefaultServiceCidr,
  type DefaultRangeStep,
  type ReadyCondition,
} from '../../allocator/index.ts';
import type { KubeObject, ServiceCIDR } from '../../api/types.ts';
import type { Clock } from '../../clock/index.ts';
import { wholeSeconds } from '../../events/index.ts';
import type { OwnClient } from '../bootstrap/bootstrap.ts';
import type { OwnEvents } from './own-events.ts';

export interface DefaultRangeOptions {
  readonly client: OwnClient;
  readonly events: OwnEvents;
  readonly clock: Clock;
  readonly stopping: AbortSignal;
  readonly cidrs: readonly string[];
  /** The stored `kubernetes` ServiceCIDR. */
  readonly stored: () => ServiceCIDR | undefined;
  readonly kubernetesService: KubeObject;
  readonly onError: (error: unknown) => void;
}

const component = 'kubernetes-service-cidr-controller';
const path = '/apis/networking.k8s.io/v1/servicecidrs';
const checkMs = 10_000;

/** Applies the Ready condition of a ServiceCIDR as `manager`. */
export function applyReady(
  client: OwnClient,
  manager: string,
  name: string,
  ready: ReadyCondition,
  now: number,
): Promise<number> {
  const conditions = [
    {
      type: 'Ready',
      status: ready.status,
      reason: ready.reason,
      message: ready.message,
      lastTransitionTime: wholeSeconds(now),
    },
  ];
  return client.send(
    'PATCH',
    `${path}/${name}/status?fieldManager=${manager}&force=true`,
    { apiVersion: 'networking.k8s.io/v1', kind: 'ServiceCIDR', metadata: { name }, status: { conditions } },
    'application/apply-patch+yaml',
  );
}

export class DefaultRange {
  readonly #options: DefaultRangeOptions;
  readonly #reported = new Set<string>();

  constructor(options: DefaultRangeOptions) {
    this.#options = options;
  }

  /** Once now, before anybody can ask for an address, and then every ten seconds. */
  async start(): Promise<void> {
    await this.#sync();
    this.#arm();
  }

  #arm(): void {
    const { clock, stopping } = this.#options;
    const timer = clock.after(checkMs, () => {
      stopping.removeEventListener('abort', cancel);
      void this.#sync().then(() => this.#arm());
    });
    const cancel = (): void => timer.cancel();
    stopping.addEventListener('abort', cancel, { once: true });
    if (stopping.aborted) cancel();
  }

  async #sync(): Promise<void> {
    const { stored, cidrs, client, kubernetesService, onError, stopping } = this.#options;
    if (stopping.aborted) return;
    try {
      // Creation is followed by the condition.
      for (let turn = 0; turn < 2; turn += 1) {
        const step = planDefaultServiceCidr(stored(), cidrs);
        if (step === undefined) break;
        await this.#take(step);
      }
      await client.createIfAbsent(kubernetesService);
    } catch (error) {
      if (!stopping.aborted) onError(error);
    }
  }

  async #take(step: DefaultRangeStep): Promise<void> {
    const { client, clock, cidrs, stored } = this.#options;
    switch (step.kind) {
      case 'create':
        await client.createIfAbsent(rangeObject(cidrs));
        return;
      case 'addSecondFamily': {
        const status = await client.send(
          'PATCH',
          `${path}/${defaultServiceCidrName}`,
          { spec: { cidrs } },
          'application/merge-patch+json',
        );
        if (status >= 300) {
          const note = `The default ServiceCIDR can not be upgraded from ${cidrs[0]} to dual stack [${cidrs.join(' ')}] : answered ${status}`;
          await this.#report('KubernetesDefaultServiceCIDRError', note, stored());
        }
        return;
      }
      case 'ready': {
        const status = await applyReady(client, component, defaultServiceCidrName, step.ready, clock.now());
        if (status >= 300) {
          const note = 'The default ServiceCIDR Status can not be set to Ready=True';
          await this.#report('KubernetesDefaultServiceCIDRError', note, stored());
        }
        return;
      }
      case 'report':
        if (this.#reported.has(step.reason)) return;
        this.#reported.add(step.reason);
        await this.#report(step.reason, step.message, stored());
    }
  }

  async #report(reason: string, note: string, about: KubeObject | undefined): Promise<void> {
    if (about === undefined) return;
    await this.#options.events.warn({ component, about, reason, note });
  }
}

const rangeObject = (cidrs: readonly string[]): KubeObject => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'ServiceCIDR',
  metadata: { name: defaultServiceCidrName },
  spec: { cidrs: [...cidrs] },
});
