/**
 * `fairlead dns` when things go wrong around it. `FAIRLEAD_CHURN_SECONDS` (20; 600 for the long run) says how long load
 * and changes go on together.
 */
import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { residentMb } from '../../hack/bench/processes.ts';
import { endpoint, ports } from '../../pkg/dns/records/testdata/build.ts';
import { freePort } from '../peers.ts';
import { eventually, RestClient } from '../rest.ts';
import { findProgram, startServer, type RunningServer } from '../server.ts';
import type { Check, Skip, Suite } from '../suite.ts';
import { Asker } from '../upstream-dns/asker.ts';
import { replyOf, type Reply } from '../upstream-dns/reply.ts';
import { startOwnDns, type DnsProcess } from '../upstream-dns/servers.ts';
import { churn } from './churn.ts';
import { floodWithBroken, openMany, slowReaders } from './floods.ts';

const churnSeconds = Number(process.env['FAIRLEAD_CHURN_SECONDS'] ?? 20);
const web = 'web.default.svc.cluster.local.';
const big = 'big.default.svc.cluster.local.';

export const suite: Suite = {
  about: `fairlead dns and its faults: no API server, floods, slow readers, no upstream, no descriptors; ${churnSeconds} s of churn`,
  missing: () => undefined,
  async run(check, skip) {
    await using api = await startServer('apiserver');
    const rest = RestClient.fromKubeconfig(api.kubeconfig);
    await fill(rest);
    // Nobody listens there.
    await using dns = await startOwnDns(api.kubeconfig, [`--forward=127.0.0.1:${await freePort()}`]);
    await floods(check, dns);
    await withoutUpstream(check, dns);
    await withoutDescriptors(check, skip, api);
    await check(`${churnSeconds} s of load and changes without a wrong answer`, async () => {
      const { queries, writes } = await churn(rest, dns.port, churnSeconds);
      console.log(
        `      ${queries.toLocaleString('en-US')} answers checked, ${writes.toLocaleString('en-US')} changes`,
      );
      assert.ok(queries > 1000 && writes > 50);
    });
    await withoutApiServer(check, api, rest, dns);
    await rest.close();
  },
};

async function fill(rest: RestClient): Promise<void> {
  const spec = { clusterIP: '10.96.7.7', ports: [{ name: 'http', port: 80 }] };
  await rest.post('/api/v1/namespaces/default/services', { metadata: { name: 'web' }, spec });
  await rest.post('/api/v1/namespaces/default/services', {
    metadata: { name: 'big' },
    spec: { ...spec, clusterIP: 'None' },
  });
  const { code } = await rest.post('/apis/discovery.k8s.io/v1/namespaces/default/endpointslices', {
    metadata: { name: 'big', labels: { 'kubernetes.io/service-name': 'big' } },
    addressType: 'IPv4',
    endpoints: Array.from({ length: 1000 }, (_, at) => endpoint(`10.60.${at >> 8}.${at & 255}`)),
    ports: ports('http 80/TCP'),
  });
  assert.equal(code, 201);
}

async function ask(port: number, name: string, protocol: 'udp' | 'tcp' = 'udp'): Promise<Reply> {
  await using asker = await Asker[protocol](port);
  return replyOf(await asker.ask({ name, type: 'A' }));
}

async function serves(port: number, protocol: 'udp' | 'tcp' = 'udp'): Promise<void> {
  assert.deepEqual((await ask(port, web, protocol)).answer, [`${web} a 5 10.96.7.7`]);
}

async function floods(check: Check, { port, pid }: DnsProcess): Promise<void> {
  await check('S5: 100,000 broken packets neither stop it nor swell it', async () => {
    await floodWithBroken(port, 20_000);
    const before = residentMb([pid]);
    await floodWithBroken(port, 80_000);
    await serves(port);
    await serves(port, 'tcp');
    assert.ok(residentMb([pid]) - before < 50, `from ${before} to ${residentMb([pid])} MB`);
  });
  await check('S28: twenty clients that do not read hold nobody up and are let go', async () => {
    assert.equal((await ask(port, big, 'tcp')).answer.length, 1000);
    const before = residentMb([pid]);
    const sockets = await slowReaders(port, 20, big);
    const started = performance.now();
    await serves(port);
    await serves(port, 'tcp');
    assert.ok(performance.now() - started < 5000);
    const grown = residentMb([pid]) - before;
    assert.ok(grown < 300, `grown by ${grown} MB`);
    // Reset: their end comes without a byte having been read.
    await eventually('the server to have let them go', () =>
      sockets.every((socket) => isGone(socket)) ? true : undefined,
    );
  });
}

/** A paused socket does not hear of its end; writing tells. */
function isGone(socket: Socket): boolean {
  if (socket.destroyed || socket.readyState !== 'open') return true;
  socket.write('');
  return socket.errored !== null;
}

async function withoutUpstream(check: Check, { port }: DnsProcess): Promise<void> {
  await check('S43: without upstream, outside names fail in time and names of the cluster do not wait', async () => {
    const started = performance.now();
    const outside = ask(port, 'www.example.com.');
    await serves(port);
    assert.equal((await outside).rcode, 2);
    assert.ok(performance.now() - started < 6000);
  });
}

async function withoutDescriptors(check: Check, skip: Skip, api: RunningServer): Promise<void> {
  if (findProgram('prlimit') === undefined) {
    skip('prlimit is not installed; apt-get install util-linux');
    return;
  }
  await check('EMFILE: out of descriptors UDP goes on, and with some free again TCP too', async () => {
    await using dns = await startOwnDns(api.kubeconfig, ['--forward=none'], ['prlimit', '--nofile=64:64']);
    const sockets = await openMany(dns.port, 200);
    await serves(dns.port);
    for (const socket of sockets) socket.destroy();
    await eventually('TCP to be served again', () =>
      serves(dns.port, 'tcp').then(
        () => true as const,
        () => undefined,
      ),
    );
  });
}

async function withoutApiServer(check: Check, api: RunningServer, rest: RestClient, dns: DnsProcess): Promise<void> {
  await check(
    'S36: with the API server away it answers and stays ready; S37: what changes afterwards is seen',
    async () => {
      process.kill(api.pid);
      await eventually('the API server to be gone', () =>
        fetch(api.url).then(
          () => undefined,
          ({ cause }) => cause?.code === 'ECONNREFUSED' || undefined,
        ),
      );
      await serves(dns.port);
      assert.equal((await fetch(dns.readyUrl)).status, 200);
      await api.restart();
      await serves(dns.port);
      await rest.delete('/api/v1/namespaces/default/services/web');
      await eventually(
        'the Service to be gone from DNS',
        async () => ((await ask(dns.port, web)).rcode === 3 ? true : undefined),
        60,
      );
    },
  );
}
