/** The official JavaScript client, as its own examples use it: typed calls, objects of any kind, watch, informer. */
import type { Check } from '../../suite.ts';
import { startTarget } from '../target.ts';
import { checkInformer } from './informer.ts';
import { checkObjects } from './objects.ts';
import { checkTyped } from './typed.ts';

/** Has a server of its own, which is ended and started again while the informer runs. */
export async function runClientNode(check: Check): Promise<void> {
  await using target = await startTarget();
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  config.loadFromFile(target.kubeconfig);
  await checkTyped(check, config, target);
  await checkObjects(check, config, target);
  await checkInformer(check, config, target);
}
