/** `fairlead curl`: one Service, over HTTP, through its door on this machine. */
import type { CommandResult } from './command-result.ts';
import { ConfigError } from './config-error.ts';
import type { CurlFlags } from './curl.ts';
import type { KnownRoute } from './route-book.ts';
import { localRoutes, noRoute } from './run-get.ts';

/** As curl's for a connection that was refused or cut. */
const couldNotReach = 7;

export async function runCurl(wanted: string, flags: CurlFlags): Promise<CommandResult> {
  if (!Number.isInteger(flags.times) || flags.times < 1) throw new ConfigError('--times expects a number from 1 on.');
  const { listen, name, port } = doorOf(wanted, flags);
  const host = listen.host.includes(':') ? `[${listen.host}]` : listen.host;
  const url = new URL(flags.path, `http://${host}:${listen.port}/`);
  let output = '';
  for (let sent = 0; sent < flags.times; sent++) {
    try {
      const answer = await fetch(url, { headers: { connection: 'close' } });
      output += await answer.text();
    } catch (error) {
      const why = causeOf(error);
      return { output, remarks: [`${name}:${port} at ${url.host}: ${why}`], exitCode: couldNotReach };
    }
  }
  return { output, exitCode: 0 };
}

function doorOf(wanted: string, { dataDir, namespace }: CurlFlags): KnownRoute {
  const [name = '', port] = wanted.split(':');
  const doors = localRoutes(dataDir).filter(
    (route) => route.namespace === namespace && route.name === name && route.protocol === 'TCP',
  );
  if (doors.length === 0) throw new ConfigError(noRoute(namespace, name));
  const door = doors.find((one) => port === undefined || String(one.port) === port || one.portName === port);
  if (door !== undefined) return door;
  const offered = doors.map((one) => (one.portName === '' ? one.port : `${one.portName} (${one.port})`)).join(', ');
  throw new ConfigError(`Service ${name} has no port ${port}; it has ${offered}.`);
}

/** The proxy closes a connection for which nobody serves. */
function causeOf(error: unknown): string {
  const cause = (error as { cause?: { code?: string; message?: string } }).cause;
  if (cause?.code === 'ECONNRESET' || cause?.code === 'UND_ERR_SOCKET') {
    return 'the connection was closed without an answer; `fairlead explain` says whether a Pod serves.';
  }
  return cause?.message ?? (error as Error).message;
}
