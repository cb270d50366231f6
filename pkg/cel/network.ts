/** URLs, addresses and blocks of addresses in CEL. */
import type { Environment } from '@marcbachmann/cel-js';
import {
  cidrContains,
  formatIp,
  isLinkLocalMulticast,
  isLinkLocalUnicast,
  isLoopback,
  isMulticast,
  isUnspecified,
  maskPrefix,
  parseIp,
  sameIp,
  parsePrefix,
  type Ip,
  type Prefix,
} from '../ip/index.ts';

class Url {
  readonly url: URL;
  constructor(text: string) {
    this.url = text.startsWith('/') ? new URL(text, 'none://') : new URL(text);
  }
}

export function addUrls(environment: Environment): void {
  environment.registerType('net.URL', { ctor: Url });
  const isUrl = (text: string): boolean => text !== '' && (text.startsWith('/') || URL.canParse(text));
  environment.registerFunction('isURL(string): bool', isUrl);
  environment.registerFunction('url(string): net.URL', (text: string) => {
    if (!isUrl(text)) throw new Error(`URL parse error during conversion from string: parse "${text}"`);
    return new Url(text);
  });
  environment.registerFunction('net.URL.getScheme(): string', ({ url }: Url) =>
    url.protocol === 'none:' ? '' : url.protocol.slice(0, -1),
  );
  environment.registerFunction('net.URL.getHost(): string', ({ url }: Url) => url.host);
  environment.registerFunction('net.URL.getHostname(): string', ({ url }: Url) => url.hostname);
  environment.registerFunction('net.URL.getPort(): string', ({ url }: Url) => url.port);
  environment.registerFunction('net.URL.getQuery(): map<string, list<string>>', ({ url }: Url) => {
    const found = new Map<string, string[]>();
    for (const [key, value] of url.searchParams) found.set(key, [...(found.get(key) ?? []), value]);
    return found;
  });
  environment.registerFunction('net.URL.getEscapedPath(): string', ({ url }: Url) => url.pathname);
}

class Address {
  readonly ip: Ip;
  constructor(ip: Ip) {
    this.ip = ip;
  }
}

class Block {
  readonly prefix: Prefix;
  constructor(prefix: Prefix) {
    this.prefix = prefix;
  }
}

export function addAddresses(environment: Environment): void {
  environment.registerType('net.IP', { ctor: Address });
  environment.registerType('net.CIDR', { ctor: Block });
  const addressOf = (text: string): Address => {
    const ip = parseIp(text);
    if (ip === undefined) throw new Error(`IP Address "${text}" parse error during conversion from string`);
    return new Address(ip);
  };
  environment.registerFunction('isIP(string): bool', (text: string) => parseIp(text) !== undefined);
  environment.registerFunction('ip(string): net.IP', addressOf);
  environment.registerFunction('net.IP.family(): int', ({ ip }: Address) => (formatIp(ip).includes(':') ? 6n : 4n));
  environment.registerFunction('isCIDR(string): bool', (text: string) => parsePrefix(text) !== undefined);
  environment.registerFunction('cidr(string): net.CIDR', (text: string) => {
    const prefix = parsePrefix(text);
    if (prefix === undefined) throw new Error(`CIDR "${text}" parse error during conversion from string`);
    return new Block(prefix);
  });
  const kinds = { isLoopback, isUnspecified, isLinkLocalMulticast, isLinkLocalUnicast };
  for (const [name, test] of Object.entries(kinds)) {
    environment.registerFunction(`net.IP.${name}(): bool`, ({ ip }: Address) => test(ip));
  }
  environment.registerFunction(
    'net.IP.isGlobalUnicast(): bool',
    ({ ip }: Address) => !isMulticast(ip) && !Object.values(kinds).some((test) => test(ip)),
  );
  environment.registerFunction('string(net.IP): string', ({ ip }: Address) => formatIp(ip));
  environment.registerOperator('net.IP == net.IP', (a: Address, b: Address) => sameIp(a.ip, b.ip));
  environment.registerFunction('net.CIDR.ip(): net.IP', ({ prefix }: Block) => new Address(prefix.address));
  environment.registerFunction('net.CIDR.masked(): net.CIDR', ({ prefix }: Block) => {
    const { network, bits } = maskPrefix(prefix);
    return new Block({ address: network, bits });
  });
  const covers = ({ prefix }: Block, text: string): boolean => {
    const inner = parsePrefix(text);
    if (inner === undefined) throw new Error(`CIDR "${text}" parse error during conversion from string`);
    return inner.bits >= prefix.bits && cidrContains(maskPrefix(prefix), inner.address);
  };
  environment.registerFunction('net.CIDR.containsCIDR(string): bool', covers);
  environment.registerFunction('net.CIDR.prefixLength(): int', ({ prefix }: Block) => BigInt(prefix.bits));
  const contains = ({ prefix }: Block, { ip }: Address): boolean => cidrContains(maskPrefix(prefix), ip);
  environment.registerFunction('net.CIDR.containsIP(net.IP): bool', contains);
  environment.registerFunction('net.CIDR.containsIP(string): bool', (block: Block, text: string) =>
    contains(block, addressOf(text)),
  );
}
