/** `fairlead apiserver`: open, serve, say so, stop cleanly. */
import { join, resolve } from 'node:path';
import {
  adminKubeconfig,
  checkIdentity,
  identityOptions,
  IdentityError,
  loadIdentity,
  parseTokenFile,
  startApiServer,
  writePrivateFile,
  type ApiServer,
  type KeyPair,
} from '../apiserver/index.ts';
import { systemClock } from '../clock/index.ts';
import type { Store } from '../storage/store.ts';
import { AccessLog } from './access-log.ts';
import type { ApiserverFlags } from './apiserver.ts';
import { ConfigError } from './config-error.ts';
import { fairleadVersion } from './fairlead-version.ts';
import { makeDataDir, orSay, readClientCa, readGiven, readServing } from './given-files.ts';
import { openStore } from './open-store.ts';
import { fetchIdentity, publishIdentity } from './share-identity.ts';
import { untilStopped } from './until-stopped.ts';

export async function serveApiserver(flags: ApiserverFlags): Promise<void> {
  const given = {
    serving: readServing(flags.tlsCertFile, flags.tlsPrivateKeyFile),
    clientCa: readClientCa(flags.clientCaFile),
    tokens: readTokens(flags.tokenAuthFile),
  };
  const dataDir = makeDataDir(flags.dataDir);
  const pki = join(dataDir, 'pki');
  refuseDamagedIdentity(pki);
  await using store = await openStore(flags.storage, dataDir, flags);
  if (store.shared === true) await joinCluster(store, pki, flags);
  await using accessLog = openAccessLog(flags.accessLog);
  const server = await start(flags, given, pki, store, accessLog);
  try {
    const kubeconfig = resolve(flags.writeKubeconfig ?? join(dataDir, 'kubeconfig'));
    announce(server, kubeconfig, { readyFile: flags.readyFile, trusted: given.serving?.cert });
    await untilStopped();
  } finally {
    await server.stop();
  }
}

interface GivenFiles {
  readonly serving: KeyPair | undefined;
  readonly clientCa: string | undefined;
  readonly tokens: ReturnType<typeof parseTokenFile>;
}

function readTokens(path: string | undefined): GivenFiles['tokens'] {
  const text = readGiven('--token-auth-file', path);
  return text === undefined ? [] : orSay(`--token-auth-file ${path}`, () => parseTokenFile(text));
}

/** Before anything else is opened: what is refused stays as it was. */
export function refuseDamagedIdentity(pki: string): void {
  try {
    checkIdentity(pki);
  } catch (error) {
    throw error instanceof IdentityError ? new ConfigError(error.message) : error;
  }
}

/** Of several servers that start together on an empty store one gives the keys. */
async function joinCluster(store: Store, identityDirectory: string, flags: ApiserverFlags): Promise<void> {
  const { clusterDomain, bindAddress: host, securePort: port } = flags;
  await fetchIdentity(store, identityDirectory);
  // With the names that the server is about to ask for, so that its certificate is made once.
  loadIdentity(identityOptions({ identityDirectory, clusterDomain, clock: systemClock, listen: { host, port } }));
  if (!(await publishIdentity(store, identityDirectory))) await fetchIdentity(store, identityDirectory);
}

/** Milliseconds since the process began. */
export const sinceStart = (): number => Math.round(performance.now());

export interface Announcement {
  readonly readyFile?: string | undefined;
  readonly readyMs?: number;
  /** PEM of the authority that clients are to trust, if it is not the server's own. */
  readonly trusted?: string | undefined;
}

/** Writes the files that were asked for, then says what can be done next. */
export function announce(
  server: ApiServer,
  kubeconfig: string,
  { readyFile, readyMs = sinceStart(), trusted }: Announcement,
): void {
  orSay(`the kubeconfig ${kubeconfig} cannot be written`, () =>
    writePrivateFile(kubeconfig, adminKubeconfig(server.url, server.identity, trusted)),
  );
  console.log(`fairlead ${fairleadVersion()} ready in ${readyMs} ms`);
  console.log(`  API server  ${server.url}`);
  console.log(`  export KUBECONFIG=${kubeconfig}`);
  if (readyFile === undefined) return;
  const report = { pid: process.pid, url: server.url, kubeconfig, readyMs };
  orSay(`--ready-file ${readyFile} cannot be written`, () =>
    writePrivateFile(readyFile, `${JSON.stringify(report)}\n`),
  );
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
  { serving, clientCa, tokens }: GivenFiles,
  pki: string,
  store: Awaited<ReturnType<typeof openStore>>,
  accessLog: AccessLog | undefined,
): Promise<ApiServer> {
  try {
    return await startApiServer({
      store,
      clock: systemClock,
      identityDirectory: pki,
      ...(serving === undefined ? {} : { serving }),
      ...(clientCa === undefined ? {} : { clientCa }),
      listen: { host: flags.bindAddress, port: flags.securePort },
      ...(flags.advertiseAddress === undefined ? {} : { advertiseAddress: flags.advertiseAddress }),
      serviceCidrs: flags.serviceClusterIpRange,
      nodePortRange: flags.serviceNodePortRange,
      ...(flags.reservedNodePorts === undefined ? {} : { reservedNodePorts: flags.reservedNodePorts }),
      quarantineMs: flags.serviceIpQuarantine,
      clusterDomain: flags.clusterDomain,
      tokens,
      endpointSliceV1beta1: flags.enableEndpointsliceV1beta1,
      topologyKeys: flags.enableTopologyKeys,
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
  if (code === 'EACCES') return new ConfigError(`port ${port} on ${address} may not be listened on by this user.`);
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return new ConfigError(`${address} is no address and no known name.`);
  if (code === 'EADDRNOTAVAIL') return new ConfigError(`${address} is no address of this machine.`);
  return error;
}
