/** `fairlead get`: the doors of a local cluster, as a table. */
import { join, resolve } from 'node:path';
import { jsonOf, linesOf, type CommandResult } from './command-result.ts';
import { ConfigError } from './config-error.ts';
import type { GetFlags } from './get.ts';
import { readRoutes, type KnownRoute } from './route-book.ts';

export function runGet(service: string | undefined, flags: GetFlags): CommandResult {
  const { namespace, allNamespaces, output } = flags;
  const routes = localRoutes(flags.dataDir).filter(
    (route) => (allNamespaces || route.namespace === namespace) && (service === undefined || route.name === service),
  );
  if (service !== undefined && routes.length === 0) throw new ConfigError(noRoute(namespace, service));
  if (output === 'json') return { output: jsonOf(routes), exitCode: 0 };
  if (routes.length === 0) return { output: `No Service is reached in namespace ${namespace}.\n`, exitCode: 0 };
  return { output: linesOf(table([heading, ...routes.map(row)])), exitCode: 0 };
}

/** Of the cluster that runs on this data directory. */
export function localRoutes(dataDir: string): readonly KnownRoute[] {
  const routes = readRoutes(join(resolve(dataDir), 'routes.json'));
  if (routes !== undefined) return routes;
  throw new ConfigError(
    `no local cluster runs on ${dataDir}; start one with \`fairlead up\`, or name it by --data-dir.`,
  );
}

export const noRoute = (namespace: string, name: string): string =>
  `no Service ${name} is reached in namespace ${namespace}; \`fairlead get -A\` lists all that are.`;

const heading = ['NAMESPACE', 'SERVICE', 'PORT', 'ADDRESS', 'REACHED AT'];

function row({ namespace, name, portName, protocol, kind, ip, port, listen }: KnownRoute): string[] {
  const named = `${portName === '' ? '' : `${portName}:`}${port}/${protocol}`;
  return [namespace, name, named, kind === 'node-port' ? '<node port>' : ip, `${listen.host}:${listen.port}`];
}

/** Columns as kubectl sets them: three spaces apart. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = heading.map((_, at) => Math.max(...rows.map((cells) => cells[at]?.length ?? 0)));
  return rows.map((cells) =>
    cells
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('   ')
      .trimEnd(),
  );
}
