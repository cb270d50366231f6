/** Flags that `up` and `apiserver` share, and the check of what they say. */
import { InvalidArgumentError, type Command } from 'commander';
import { parseDuration } from '../config/duration.ts';
import { cidrSize, formatCidr, parseCidr, parseIp, parsePortRange } from '../ip/index.ts';

export interface ServerFlags {
  readonly dataDir: string;
  readonly serviceClusterIpRange: readonly string[];
  readonly serviceNodePortRange: string;
  readonly reservedNodePorts?: string;
  /** Milliseconds. */
  readonly serviceIpQuarantine: number;
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
  const [first, second] = cidrs.map((cidr) => parseCidr(cidr));
  if (first !== undefined && first.family === second?.family) {
    throw new InvalidArgumentError(`expected ranges of different families, but both are ${first.family}.`);
  }
  for (const cidr of [first, second]) {
    if (cidr === undefined) continue;
    if (cidrSize(cidr) < 8n)
      throw new InvalidArgumentError(`${formatCidr(cidr)} has room for too few; expected 8 or more.`);
    if (cidr.family === 'IPv6' && cidr.bits < 64) {
      throw new InvalidArgumentError(`${formatCidr(cidr)} is too large; expected an IPv6 range of /64 or smaller.`);
    }
  }
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

/** A Go duration that is not negative. */
export function parseMilliseconds(text: string): number {
  const expected = 'expected a duration like 90s, 10m or 1h30m';
  let ms: number;
  try {
    ms = parseDuration(text);
  } catch (error) {
    throw new InvalidArgumentError(`${(error as Error).message}; ${expected}.`);
  }
  if (ms < 0) throw new InvalidArgumentError(`${expected}.`);
  return ms;
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
    .option(
      '--service-node-port-range <ranges>',
      'ports for NodePort Services: 30000-32767, 30000+2767, one port, or several of these with commas',
      parseNodePorts,
      defaultNodePortRange,
    )
    .option(
      '--reserved-node-ports <ranges>',
      'ports of that range that no Service gets, in the same form',
      parseNodePorts,
    )
    .option(
      '--service-ip-quarantine <duration>',
      'how long the address of a deleted Service is kept for one of the same name, for example 10m',
      parseMilliseconds,
      0,
    )
    .option('--ready-file <path>', 'written when ready: JSON with pid, url, kubeconfig, readyMs');
}
