/** `nft list ruleset` as data, and our own rules in the words it prints (nft 1.0.6). */
import type { FakeNft } from './fake-nft.ts';

export interface Listing {
  readonly chains: Record<string, { header: string; comment: string; rules: string[] }>;
  readonly containers: Record<string, { head: string; type: string; comment: string; elements: string[] }>;
}

/** One table of a recorded ruleset. Elements are sorted, because the kernel has no order of its own. */
export function parseListing(text: string, table: string): Listing {
  const start = text.indexOf(`table ${table} {\n`);
  const body = text.slice(start, text.indexOf('\n}', start));
  const listing: Listing = { chains: {}, containers: {} };
  for (const [, kind = '', name = '', inner = ''] of body.matchAll(/^\t(\w+) (\S+) \{\n([^]*?)\n\t\}/gm)) {
    const lines = inner.split('\n').map((line) => line.trim());
    const comment = /^comment "(.*)"$/m.exec(lines.join('\n'))?.[1] ?? '';
    if (kind === 'chain') {
      const header = lines.find((line) => line.startsWith('type '))?.replace(' policy accept;', '') ?? '';
      const rules = lines.filter((line) => line !== '' && !line.startsWith('type ') && !line.startsWith('comment '));
      listing.chains[name] = { header: header.replace(';', ''), comment, rules };
    } else {
      const elements = /elements = \{ ([^]*?) \}/.exec(inner)?.[1] ?? '';
      listing.containers[name] = {
        head: [kind, ...lines.filter((line) => /^(flags|timeout) /.test(line))].join(' '),
        type: /^type (.*)$/m.exec(lines.join('\n'))?.[1] ?? '',
        comment,
        elements: elements
          .split(',')
          .map((element) => element.trim())
          .filter((element) => element !== '')
          .sort(),
      };
    }
  }
  return listing;
}

/** The same of a table that our transactions made. */
export function listFake(nft: FakeNft): Listing {
  const listing: Listing = { chains: {}, containers: {} };
  for (const [name, { header, comment, rules }] of nft.chains) {
    listing.chains[name] = { header: printHeader(header), comment, rules: rules.map(printRule) };
  }
  for (const [name, { kind, type, flags, timeout, comment, elements }] of nft.containers) {
    const printed = [...elements].map(([key, { value, comment: note }]) =>
      [key, note === '' ? '' : ` comment "${note}"`, value === '' ? '' : ` : ${value}`].join(''),
    );
    const extra = [flags === '' ? '' : ` flags ${flags}`, timeout === '' ? '' : ` timeout ${printTimeout(timeout)}`];
    listing.containers[name] = {
      head: [kind, ...extra].join(''),
      type,
      comment: comment.replaceAll('"', ''),
      elements: printed.sort(),
    };
  }
  return listing;
}

/** Priorities have names where the hook has a standard one for them. */
function printHeader(header: string): string {
  return header
    .replace('prerouting priority -110', 'prerouting priority dstnat - 10')
    .replace('prerouting priority -100', 'prerouting priority dstnat')
    .replace('postrouting priority 100', 'postrouting priority srcnat')
    .replace(/priority 0$/, 'priority filter');
}

export function printRule(rule: string): string {
  return rule
    .replace(/\bmark and (\S+) != 0 /, 'meta mark & $1 != 0x00000000 ')
    .replace(/\bmark and (\S+) == 0 /, 'meta mark & $1 == 0x00000000 ')
    .replace(/(?<!meta )\bmark set mark or /, 'meta mark set meta mark | ')
    .replace(/(?<!meta )\bmark set mark xor /, 'meta mark set meta mark ^ ')
    .replace(/ addr \. port to /, ' to ')
    .replaceAll(' , ', ', ')
    .replace(/daddr \{ ([^,]*) \}/, 'daddr $1');
}

function printTimeout(text: string): string {
  const seconds = Number.parseInt(text, 10);
  const parts: [number, string][] = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'm'],
    [seconds % 60, 's'],
  ];
  return parts.flatMap(([count, unit]) => (count === 0 ? [] : [`${count}${unit}`])).join('');
}
