/** One set of endpoint controllers as a process, on the API server that both use in turn. */
import { startControllerManager } from '../../e2e/controller-manager.ts';
import { startOurControllers } from '../../e2e/our-controllers.ts';
import type { SideName } from './sides.ts';

export interface ControllersProcess extends AsyncDisposable {
  readonly pid: number;
}

/** Requests a second; burst is the same. */
export type Rate = 1000 | 'unthrottled';

/** With the defaults of both in everything but the rate. Resolves when the process is healthy. */
export async function startControllers(
  side: SideName,
  { kubeconfig, folder }: { readonly kubeconfig: string; readonly folder: string },
  rate: Rate,
): Promise<ControllersProcess> {
  const number = rate === 'unthrottled' ? 100_000 : rate;
  const flags = [`--kube-api-qps=${number}`, `--kube-api-burst=${number}`];
  if (side === 'ours') return startOurControllers(kubeconfig, flags);
  const controllers = ['endpoints', 'endpointslice', 'endpointslice-mirroring'];
  const manager = await startControllerManager({ kubeconfig, folder, controllers, flags });
  return { pid: manager.pid ?? 0, [Symbol.asyncDispose]: () => manager[Symbol.asyncDispose]() };
}
