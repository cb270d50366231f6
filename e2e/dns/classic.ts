/** The examples everybody knows, with `nslookup` and `dig`, through a whole `fairlead up`. */
import assert from 'node:assert/strict';
import { eventually, RestClient } from '../rest.ts';
import { runProgram, startServer } from '../server.ts';
import type { Check } from '../suite.ts';
import { dig } from './dig.ts';

/** Ready Pods with addresses, and the four kinds of Services that names are about. */
const objects: readonly (readonly [path: string, object: object])[] = [
  ['/api/v1/namespaces', { metadata: { name: 'my-ns' } }],
  ['/api/v1/namespaces/default/services', service('zookeeper', { selector: { app: 'zookeeper' } })],
  [
    '/api/v1/namespaces/default/services',
    service('zookeeper-server', { clusterIP: 'None', selector: { app: 'zookeeper' } }),
  ],
  [
    '/api/v1/namespaces/default/services',
    service('default-subdomain', { clusterIP: 'None', selector: { name: 'busybox' } }),
  ],
  ['/api/v1/namespaces/my-ns/services', service('my-service', { selector: { app: 'mine' } })],
  [
    '/api/v1/namespaces/default/services',
    { metadata: { name: 'my-db' }, spec: { type: 'ExternalName', externalName: 'my.database.example.com' } },
  ],
  ...['zookeeper-1', 'zookeeper-2', 'zookeeper-3'].map((name) => pod(name, { app: 'zookeeper' }, 'zookeeper-server')),
  ...['busybox-1', 'busybox-2'].map((name) => pod(name, { name: 'busybox' }, 'default-subdomain')),
];

export async function classicExamples(check: Check): Promise<void> {
  await using server = await startServer('up', '--dns-port', '0', '--nodes', '1');
  const rest = RestClient.fromKubeconfig(server.kubeconfig);
  const port = Number(/dig @127\.0\.0\.1 -p (\d+)/.exec(server.output())?.[1]);
  for (const [path, object] of objects) {
    const { code, body } = await rest.post(path, object);
    assert.equal(code, 201, JSON.stringify(body));
  }
  const addressOf = async (path: string): Promise<string> => String((await rest.get(path)).body['spec']?.['clusterIP']);
  const podAddress = async (name: string): Promise<string> =>
    String((await rest.get(`/api/v1/namespaces/default/pods/${name}`)).body['status']?.['podIP']);
  await eventually('all Pods to be in DNS', async () => {
    const [headless, busyboxes] = await Promise.all(
      ['zookeeper-server', 'default-subdomain'].map((name) =>
        dig(port, `${name}.default.svc.cluster.local.`, 'A', 'udp'),
      ),
    );
    return headless?.answer.length === 3 && busyboxes?.answer.length === 2 ? true : undefined;
  });
  const addresses = (dug: Awaited<ReturnType<typeof dig>>): string[] => dug.answer.map(({ data }) => data).sort();
  const ask = (name: string, type: string): ReturnType<typeof dig> => dig(port, `${name}.`, type, 'udp');

  await check('nslookup zookeeper gives the address of the Service', async () => {
    const said = nslookup(port, 'default', 'zookeeper');
    assert.ok(said.includes(await addressOf('/api/v1/namespaces/default/services/zookeeper')), said);
    assert.match(said, /Name:\s+zookeeper\.default\.svc\.cluster\.local/);
  });
  await check('nslookup of the headless Service gives the addresses of all Pods', async () => {
    const said = nslookup(port, 'default', 'zookeeper-server');
    for (const name of ['zookeeper-1', 'zookeeper-2', 'zookeeper-3']) {
      assert.ok(said.includes(`Address: ${await podAddress(name)}`), said);
    }
  });
  await check('zookeeper-1.zookeeper-server resolves through the search path', async () => {
    const said = nslookup(port, 'default', 'zookeeper-1.zookeeper-server');
    assert.ok(said.includes(`Address: ${await podAddress('zookeeper-1')}`), said);
  });
  await check('_http._tcp.my-service.my-ns SRV gives the port and the name', async () => {
    const { answer } = await ask('_http._tcp.my-service.my-ns.svc.cluster.local', 'SRV');
    assert.deepEqual(
      answer.map(({ data }) => data),
      ['0 100 80 my-service.my-ns.svc.cluster.local.'],
    );
  });
  await check('busybox-1.default-subdomain.default.svc.cluster.local resolves to its Pod', async () => {
    const dug = await ask('busybox-1.default-subdomain.default.svc.cluster.local', 'A');
    assert.deepEqual(addresses(dug), [await podAddress('busybox-1')]);
  });
  await check('an ExternalName answers with the alias', async () => {
    const { answer } = await ask('my-db.default.svc.cluster.local', 'CNAME');
    assert.deepEqual(
      answer.map(({ type, data }) => `${type} ${data}`),
      ['CNAME my.database.example.com.'],
    );
  });
  await check('other namespaces need the namespace', () => {
    assert.match(nslookup(port, 'my-ns', 'zookeeper'), /can't find zookeeper/);
    assert.match(nslookup(port, 'my-ns', 'zookeeper.default'), /Name:\s+zookeeper\.default\.svc\.cluster\.local/);
  });
  await check('a Pod that goes takes its name along at once', async () => {
    await rest.delete('/api/v1/namespaces/default/pods/zookeeper-3');
    await eventually('zookeeper-3 to be gone', async () => {
      const { rcode } = await ask('zookeeper-3.zookeeper-server.default.svc.cluster.local', 'A');
      return rcode === 'NXDOMAIN' ? true : undefined;
    });
  });
  await rest.close();
}

/**
 * As in a Pod of the namespace. The search path is walked here, since nslookup takes one domain from its command and the
 * rest from /etc/resolv.conf alone.
 */
function nslookup(port: number, namespace: string, name: string): string {
  const search = [`${namespace}.svc.cluster.local`, 'svc.cluster.local', 'cluster.local'];
  let said = '';
  for (const domain of search) {
    const { stdout } = runProgram('nslookup', [`-port=${port}`, '-ndots=5', `-domain=${domain}`, name, '127.0.0.1']);
    said = stdout;
    if (stdout.includes('Name:')) break;
  }
  return said;
}

function service(name: string, spec: object): object {
  return { metadata: { name }, spec: { ...spec, ports: [{ name: 'http', port: 80 }] } };
}

function pod(name: string, labels: object, subdomain: string): readonly [string, object] {
  const spec = { hostname: name, subdomain, containers: [{ name: 'c', image: 'serve_hostname' }] };
  return ['/api/v1/namespaces/default/pods', { metadata: { name, labels }, spec }];
}
