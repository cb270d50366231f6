import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';

export interface UpstreamAddress {
  readonly host: string;
  readonly port: number;
  /** `10.0.0.2:53` or `[fd00::2]:53`, the label in metrics. */
  readonly text: string;
}

export const MAX_UPSTREAMS = 15; // S42

/**
 * Reads `10.0.0.2`, `10.0.0.2:5353`, `fd00::2`, `[fd00::2]:5353`, or the path of a resolv.conf, which stands for its
 * name servers. Throws a RangeError for anything else, for none, and for more than 15.
 */
export function parseUpstreams(texts: readonly string[], readFile = readText): UpstreamAddress[] {
  const addresses = texts.flatMap((text) =>
    text.startsWith('/') ? nameServersOf(readFile(text)).map(parseUpstream) : [parseUpstream(text)],
  );
  if (addresses.length === 0) throw new RangeError(`forward: ${texts.join(', ') || 'an empty list'} names no server`);
  if (addresses.length > MAX_UPSTREAMS) {
    throw new RangeError(`forward: at most ${MAX_UPSTREAMS} servers, got ${addresses.length}`);
  }
  return addresses;
}

function parseUpstream(text: string): UpstreamAddress {
  const [, bracketed, bare, portText] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const host = isIP(text) > 0 ? text : (bracketed ?? bare ?? '');
  const port = isIP(text) > 0 || portText === undefined ? 53 : Number(portText);
  if (isIP(host) === 0 || port < 1 || port > 65_535) {
    throw new RangeError(`forward: expected an address with an optional port, got ${JSON.stringify(text)}`);
  }
  return { host, port, text: host.includes(':') ? `[${host}]:${port}` : `${host}:${port}` };
}

/** The addresses on `nameserver` lines; a zone such as `%eth0` is cut off. */
export function nameServersOf(resolvConf: string): string[] {
  return resolvConf
    .split('\n')
    .map((line) => /^nameserver\s+(\S+)/.exec(line)?.[1]?.replace(/%.*/, ''))
    .filter((address) => address !== undefined && isIP(address) > 0) as string[];
}

function readText(path: string): string {
  return readFileSync(path, 'utf8');
}
