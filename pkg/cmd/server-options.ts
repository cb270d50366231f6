/** Flags that `up` and `apiserver` share, and the check of what they say. */
import { InvalidArgumentError, type Command } from 'commander';
import { parseCidr, parseIp, parsePortRange } from '../ip/index.ts';

export interface ServerFlags {
  readonly dataDir: string;
  readonly serviceClusterIpRange: readonly string[];
  readonly serviceNodePortRange: string;
  readonly readyFile?: string;
}

export const defaultDataDir = '.fairlead';
export const defaultServiceCidr = '10.96.0.0/16';
export const defaultNodePortRange = '30000-32767';

export function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65535)
    throw new InvalidArgumentError('expected a port from 0 (any free one) to 65535.');
  return port;
}

/** One IPv4 or IPv6 range, or one of each, separated by a comma. */
export function parseCidrs(text: string): readonly string[] {
  const cidrs = text.split(',').map((part) => part.trim());
  for (const cidr of cidrs) {
    if (parseCidr(cidr) === undefined) {
      throw new InvalidArgumentError(`${JSON.stringify(cidr)} is no address range; expected a form like 10.96.0.0/16.`);
    }
  }
  if (cidrs.length > 2) throw new InvalidArgumentError('expected at most two ranges, one of each IP family.');
  return cidrs;
}

export function parseAddress(text: string): string {
  if (parseIp(text) === undefined) throw new InvalidArgumentError('expected an IP address.');
  return text;
}

/** Lower-case labels with dots between them. */
export function parseDomain(text: string): string {
  const label = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;
  if (text.length > 200 || !text.split('.').every((part) => label.test(part)))
    throw new InvalidArgumentError('expected a DNS name in lower case, such as cluster.local.');
  return text;
}

/** Checked here, used as text: the server parses it again. */
export function parseNodePorts(text: string): string {
  try {
    for (const range of text.split(',')) parsePortRange(range);
  } catch (error) {
    throw new InvalidArgumentError(`${(error as Error).message}.`);
  }
  return text;
}

export function addServerFlags(command: Command): Command {
  return command
    .option('--data-dir <path>', 'where everything is kept', defaultDataDir)
    .option('--service-cluster-ip-range <cidr[,cidr]>', 'addresses for Services', parseCidrs, [defaultServiceCidr])
    .option('--service-node-port-range <from-to>', 'ports for NodePort Services', parseNodePorts, defaultNodePortRange)
    .option('--ready-file <path>', 'written when ready: JSON with pid, url, kubeconfig, readyMs');
}
