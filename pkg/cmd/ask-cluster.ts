/** Asks a cluster; what went wrong there becomes one sentence (E1). */
import { isStatusError } from '../api/status.ts';
import { connect, isTransportError, type Connection, type ConnectOptions } from '../client/index.ts';
import type { ConnectionFlags } from './cluster-options.ts';
import { ConfigError } from './config-error.ts';
import { fairleadVersion } from './fairlead-version.ts';

/** The cluster that the flags name; a sentence when there is none. */
export async function openConnection(flags: ConnectionFlags, options: ConnectOptions = {}): Promise<Connection> {
  const { kubeconfig, context } = flags;
  const source = {
    ...(kubeconfig === undefined ? {} : { path: kubeconfig }),
    ...(context === undefined ? {} : { context }),
  };
  try {
    return await connect(source, { version: fairleadVersion(), ...options });
  } catch (error) {
    throw new ConfigError(`no cluster to ask: ${(error as Error).message}`, { cause: error });
  }
}

/** Sockets are closed afterwards, whatever happened. */
export async function askCluster<T>(flags: ConnectionFlags, ask: (cluster: Connection) => Promise<T>): Promise<T> {
  await using cluster = await openConnection(flags);
  try {
    return await ask(cluster);
  } catch (error) {
    throw inWords(error, cluster.server);
  }
}

function inWords(error: unknown, server: string): unknown {
  if (isStatusError(error)) return new ConfigError(error.message, { cause: error });
  if (isTransportError(error)) return new ConfigError(`${server}: ${error.message}`, { cause: error });
  return error;
}
