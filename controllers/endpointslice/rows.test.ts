/**
 * The rows of testdata once more, by the controller itself: what each is given lies on a server when it starts, and it
 * makes the requests that the row says, no more and no fewer. Left out are rows that give what a server cannot be
 * given: hints that were handed out before, shares of CPU without Nodes, a Service that is being deleted.
 */
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { endpointSlices, nodes, pods, services, type ResourceType } from '../../pkg/api/resources.ts';
import type { EndpointSlice, KubeObject, Service } from '../../pkg/api/types.ts';
import type { TestCluster } from '../../pkg/testing/build/cluster.ts';
import { goldens } from '../../pkg/testing/build/goldens.ts';
import { grounds } from '../../pkg/testing/build/grounds.ts';
import { startEndpointSliceController } from './index.ts';
import { inputsOf, type Given } from './testdata/given.ts';

interface Expected {
  readonly writes: readonly string[];
  readonly failure?: string;
}

const rows = goldens<Given, Expected>(join(import.meta.dirname, 'testdata')).flatMap(([, stories]) => stories);
const playable = rows.filter(
  ({ given }) => given.memory === undefined && given.shares === undefined && given.service?.deleting !== true,
);

/** What a server accepts; it gives objects uids of its own, which the slices of the row then name. */
async function furnish(cluster: TestCluster, given: Given): Promise<void> {
  const inputs = inputsOf(given);
  const uids = new Map<string, string>();
  const make = async (type: ResourceType, object: KubeObject): Promise<void> => {
    const made = await cluster.client.create(type, object);
    uids.set(object.metadata.uid ?? '', made.metadata.uid ?? '');
  };
  for (const each of inputs.nodes as readonly KubeObject[]) await make(nodes, each);
  if (inputs.service !== undefined) await make(services, servable(inputs.service));
  await Promise.all(inputs.pods.map((each) => make(pods, each)));
  for (const each of inputs.slices) {
    const text = JSON.stringify(each);
    const renamed = JSON.parse(text, (key, value: unknown) =>
      key === 'uid' && typeof value === 'string' ? (uids.get(value) ?? value) : value,
    ) as EndpointSlice;
    await cluster.client.create(endpointSlices, renamed);
  }
}

/** Addresses are the server's to give, two families have to be asked for, and an alias has neither. */
function servable(service: Service): Service {
  const { clusterIP, clusterIPs: _, ipFamilies = [], ...spec } = service.spec ?? {};
  if (spec.type === 'ExternalName') return { ...service, spec: { externalName: 'example.com', ...spec } };
  if (ipFamilies.length === 0) return service;
  const headless = clusterIP === 'None' ? { clusterIP } : {};
  const policy = ipFamilies.length > 1 ? { ipFamilyPolicy: 'RequireDualStack' } : {};
  return { ...service, spec: { ...spec, ...headless, ...policy, ipFamilies } };
}

/** Rows that no server of today can be given, by what they begin with. */
const refusedByServers = [
  // Families are filled in, and addresses are of the server's own range.
  'SC-S-008',
  'SC-S-009',
  // An address type of old, a value of tomorrow, a text that is no address, a second namespace, an end without finalizer.
  'SC-S-006 (canonical)',
  'SC-S-022',
  'SC-T-030',
  'H22',
  'Q10',
  'S1 (pending deletion)',
];

const verbs = { create: 'POST', update: 'PUT', delete: 'DELETE' } as const;

const wantedOf = (writes: readonly string[]): string[] =>
  writes.map((write) => verbs[write.split(' ')[0] as keyof typeof verbs]);

describe.each(grounds)('the rows, played by the EndpointSlice controller on %s', (ground, makeCluster) => {
  const own = playable.filter(
    ({ id }) => ground === 'a plain store' || !refusedByServers.some((row) => id.startsWith(row)),
  );
  it.each(own)(
    '$id $says',
    async ({ given, expect: { writes } }) => {
      await using cluster = await makeCluster();
      await furnish(cluster, given);
      await cluster.start(startEndpointSliceController, {
        ...(given.max === undefined ? {} : { maxEndpointsPerSlice: given.max }),
        ...(given.preferSame === undefined ? {} : { preferSameTrafficDistribution: given.preferSame }),
      });
      await cluster.pass(500);
      expect(cluster.observed.takeWrites().map((write) => write.split(' ')[0])).toEqual(wantedOf(writes));
    },
    60_000,
  );
});
