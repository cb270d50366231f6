/** `fairlead up`: starts a local cluster, says what can be done next, tells what changes, listens to keys. */
import { join, resolve } from 'node:path';
import { startPage } from '../page/index.ts';
import { keyHints, keyTable, listenToKeys, openInBrowser, type Key } from './keys.ts';
import { lastChangeOf } from './last-change.ts';
import { startLocalCluster } from './local-cluster.ts';
import { RouteBook } from './route-book.ts';
import { announce } from './serve-apiserver.ts';
import { untilStopped } from './until-stopped.ts';
import type { UpFlags } from './up.ts';

type Wish = 'restart' | 'stop';

interface Life {
  readonly wish: Wish;
  /** Clients hold kubeconfigs: what comes next listens there too. */
  readonly port: number;
}

export async function runUp(flags: UpFlags): Promise<void> {
  const signalled = untilStopped().then((): Wish => 'stop');
  let startedAt = 0;
  let life = await runOnce(flags, startedAt, signalled);
  while (life.wish === 'restart') {
    console.log('Restarting …');
    startedAt = performance.now();
    life = await runOnce({ ...flags, port: life.port }, startedAt, signalled);
  }
}

/** One life of the cluster; everything is closed when it resolves. */
async function runOnce(flags: UpFlags, startedAt: number, signalled: Promise<Wish>): Promise<Life> {
  const dataDir = resolve(flags.dataDir);
  using book = new RouteBook(join(dataDir, 'routes.json'), (line) => console.log(`  ${line}`));
  await using cluster = await startLocalCluster({ ...flags, onRoutes: (routes) => book.update(routes) });
  const { source, dnsPort } = cluster;
  await using page = flags.page
    ? await startPage({
        inputs: () => ({ ...source.view(), doors: book.routes }),
        subscribe: (changed) => source.subscribe(changed),
        port: flags.pagePort,
      })
    : undefined;
  announce(cluster.server, join(dataDir, 'kubeconfig'), {
    readyFile: flags.readyFile,
    readyMs: Math.round(performance.now() - startedAt),
  });
  if (page !== undefined) console.log(`  Live page   ${page.url}`);
  if (dnsPort !== undefined) {
    console.log(`  DNS         dig @127.0.0.1 -p ${dnsPort} kubernetes.default.svc.${flags.clusterDomain}`);
  }
  using lastChange = lastChangeOf(source);
  const { promise: typed, resolve: wish } = Promise.withResolvers<Wish>();
  const act: Readonly<Record<Key, () => void>> = {
    h: () => console.log(keyTable),
    o: () => (page === undefined ? console.log('The page is off (--no-page).') : openInBrowser(page.url)),
    r: () => wish('restart'),
    p: () => console.log(lastChange.inWords()),
    q: () => wish('stop'),
  };
  using keys = listenToKeys((key) => act[key]());
  if (keys !== undefined) console.log(`  ${keyHints}`);
  book.open();
  return { wish: await Promise.race([signalled, typed]), port: Number(new URL(cluster.server.url).port) };
}
