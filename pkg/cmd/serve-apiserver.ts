/** `fairlead apiserver`: open, serve, say so, stop cleanly. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  adminKubeconfig,
  loadIdentity,
  parseTokenFile,
  startApiServer,
  writePrivateFile,
  type ApiServer,
} from '../apiserver/index.ts';
import { systemClock } from '../clock/index.ts';
import type { Store } from '../storage/store.ts';
import { AccessLog } from './access-log.ts';
import type { ApiserverFlags } from './apiserver.ts';
import { ConfigError } from './config-error.ts';
import { fairleadVersion } from './fairlead-version.ts';
import { openStore } from './open-store.ts';
import { fetchIdentity, publishIdentity } from './share-identity.ts';
import { untilStopped } from './until-stopped.ts';

export async function serveApiserver(flags: ApiserverFlags): Promise<void> {
  const dataDir = resolve(flags.dataDir);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  await using store = await openStore(flags.storage, dataDir, flags);
  if (store.shared === true) await joinCluster(store, join(dataDir, 'pki'), flags);
  await using accessLog = openAccessLog(flags.accessLog);
  const server = await start(flags, dataDir, store, accessLog);
  const kubeconfig = resolve(flags.writeKubeconfig ?? join(dataDir, 'kubeconfig'));
  announce(server, kubeconfig, flags.readyFile);
  await untilStopped();
  await server.stop();
}

/** Of several servers that start together on an empty store one gives the keys. */
async function joinCluster(store: Store, directory: string, { clusterDomain }: ApiserverFlags): Promise<void> {
  await fetchIdentity(store, directory);
  loadIdentity({
    directory,
    names: ['localhost', `kubernetes.default.svc.${clusterDomain}`],
    addresses: [],
    now: systemClock.now(),
  });
  if (!(await publishIdentity(store, directory))) await fetchIdentity(store, directory);
}

/** Milliseconds since the process began. */
export const sinceStart = (): number => Math.round(performance.now());

export function announce(
  server: ApiServer,
  kubeconfig: string,
  readyFile: string | undefined,
  readyMs = sinceStart(),
): void {
  writePrivateFile(kubeconfig, adminKubeconfig(server.url, server.identity));
  console.log(`fairlead ${fairleadVersion()} ready in ${readyMs} ms`);
  console.log(`  API server  ${server.url}`);
  console.log(`  export KUBECONFIG=${kubeconfig}`);
  if (readyFile === undefined) return;
  const report = { pid: process.pid, url: server.url, kubeconfig, readyMs };
  writePrivateFile(readyFile, `${JSON.stringify(report)}\n`);
}

function openAccessLog(path: string | undefined): AccessLog | undefined {
  if (path === undefined) return undefined;
  try {
    return new AccessLog(path, { onError: (error) => console.error('no more lines for the access log:', error) });
  } catch (error) {
    throw new ConfigError(`the access log cannot be opened: ${(error as Error).message}`);
  }
}

async function start(
  flags: ApiserverFlags,
  dataDir: string,
  store: Awaited<ReturnType<typeof openStore>>,
  accessLog: AccessLog | undefined,
): Promise<ApiServer> {
  try {
    return await startApiServer({
      store,
      clock: systemClock,
      identityDirectory: join(dataDir, 'pki'),
      listen: { host: flags.bindAddress, port: flags.securePort },
      serviceCidrs: flags.serviceClusterIpRange,
      nodePortRange: flags.serviceNodePortRange,
      clusterDomain: flags.clusterDomain,
      tokens: flags.tokenAuthFile === undefined ? [] : parseTokenFile(readFileSync(flags.tokenAuthFile, 'utf8')),
      endpointSliceV1beta1: flags.enableEndpointsliceV1beta1,
      lifecycle: flags.lifecycle,
      ...(accessLog === undefined ? {} : { observe: (record) => accessLog.write(record, systemClock.now()) }),
      onPanic: (error, auditId) => console.error(`audit id ${auditId}:`, error),
      onError: (error) => console.error(error),
    });
  } catch (error) {
    throw explainStartProblem(error, { address: flags.bindAddress, port: flags.securePort });
  }
}

/** What a user can mend, as a sentence. */
export function explainStartProblem(error: unknown, { address, port }: { address: string; port: number }): unknown {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (code === 'EADDRINUSE') {
    return new ConfigError(
      `port ${port} on ${address} is in use; stop what listens there, or choose another (0 takes any free one).`,
    );
  }
  if (code === 'EADDRNOTAVAIL') return new ConfigError(`${address} is no address of this machine.`);
  if (code === 'ENOENT') return new ConfigError((error as Error).message);
  return error;
}
