/** What is checked before `fairlead controllers` takes part in anything; a refusal is one sentence and says what to do. */
import { endpoints, endpointSlices } from '../api/resources.ts';
import type { Client } from '../client/index.ts';
import { missingPermissions, permissionsOf, upstreamActivity } from '../coexistence/index.ts';
import type { InformerFactory } from '../informer/index.ts';
import { ConfigError } from './config-error.ts';
import type { ControllersSettings } from './controllers-settings.ts';

/** discovery.k8s.io/v1 is there from this minor on. */
const oldestMinor = 21;

/** The server is new enough, and allows what this mode will ask of it. */
export async function checkServer(client: Client, { mode, selected }: ControllersSettings): Promise<void> {
  const { status, text } = await client.raw('GET', '/version');
  if (status === 200) {
    const { major = '1', minor = '' } = JSON.parse(text) as { major?: string; minor?: string };
    const number = Number.parseInt(minor, 10);
    if (major === '1' && number < oldestMinor) {
      throw new ConfigError(
        `the server is Kubernetes 1.${number}; 1.${oldestMinor} is the oldest with discovery.k8s.io/v1.`,
      );
    }
  }
  const missing = await missingPermissions(client, permissionsOf({ mode, controllers: selected }));
  if (missing.length > 0) {
    throw new ConfigError(
      `--mode ${mode} needs rights that are not granted: ${missing.join(', ')}. See manifests/base/rbac.yaml.`,
    );
  }
}

/** CX6: nobody else is at work on what is about to be taken over. The caches must be filled. */
export function checkNobodyWrites(informers: InformerFactory, { mode, allowOverlap }: ControllersSettings): void {
  if (mode !== 'adopt' || allowOverlap) return;
  const written = informers.informers().filter(({ type }) => type === endpoints || type === endpointSlices);
  const activity = upstreamActivity(
    written.flatMap(({ store }) => store.list()),
    Date.now(),
  );
  if (activity === undefined) return;
  throw new ConfigError(
    `--mode adopt refused: kube-controller-manager wrote ${activity.object} ${activity.ageSeconds} s ago. Turn its three ` +
      'controllers off (--controllers=…,-endpoints-controller,-endpointslice-controller,' +
      '-endpointslice-mirroring-controller) and wait five minutes, or pass --allow-overlap if it is off already, ' +
      'or is to go off next and --mode observe showed no difference.',
  );
}
