/**
 * Objects that are changed after all others: once the controllers have written what follows from them, they have heard
 * of everything that was changed before, as each kind comes in one order.
 */
import { eventually } from '../rest.ts';
import { nodeOperations } from './node-life.ts';
import type { Send } from './send.ts';

const namespace = 'sentinel';
const core = `/api/v1/namespaces/${namespace}`;
const slices = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`;

/** Makes them; the answer changes them and waits for what follows. */
export async function sentinel(send: Send): Promise<() => Promise<void>> {
  await makeNamespace(send, namespace);
  const node = nodeOperations({ name: 'sentinel', zone: 'a', inReckoning: false });
  for (const { method, path, body } of node) {
    await send(method, path, body);
  }
  const ports = [{ port: 80 }];
  await send('POST', `${core}/services`, {
    metadata: { name: 'pods' },
    spec: { selector: { app: 'sentinel' }, ports },
  });
  await send('POST', `${core}/services`, { metadata: { name: 'hand' }, spec: { ports } });
  await send('POST', `${core}/endpoints`, { metadata: { name: 'hand' } });
  await send('POST', `${core}/pods`, {
    metadata: { name: 'sentinel', labels: { app: 'sentinel' } },
    spec: { nodeName: 'sentinel', containers: [{ name: 'main', image: 'example.com/image' }] },
  });
  let round = 0;
  return async () => {
    round += 1;
    const label = `round-${round}`;
    const ip = `198.18.${Math.floor(round / 250)}.${round % 250}`;
    await send('PATCH', `${core}/services/pods`, { metadata: { labels: { label } } });
    await send('PATCH', `${core}/endpoints/hand`, { subsets: [{ addresses: [{ ip }], ports }] });
    await send('PATCH', `${core}/pods/sentinel/status`, {
      status: { phase: 'Running', podIP: ip, podIPs: [{ ip }], conditions: [{ type: 'Ready', status: 'True' }] },
    });
    await eventually(
      `the controllers to follow the sentinels of ${label}`,
      async () => {
        const told = JSON.stringify((await send('GET', slices)).body);
        const object = JSON.stringify((await send('GET', `${core}/endpoints/pods`)).body);
        const count = told.split(`"${ip}"`).length - 1;
        return count === 2 && told.includes(`"${label}"`) && object.includes(`"${ip}"`) && object.includes(`"${label}"`)
          ? true
          : undefined;
      },
      180,
    );
  };
}

/** With the account that Pods need. */
export async function makeNamespace(send: Send, name: string): Promise<void> {
  await send('POST', '/api/v1/namespaces', { metadata: { name } });
  await send('POST', `/api/v1/namespaces/${name}/serviceaccounts`, { metadata: { name: 'default' } });
}
