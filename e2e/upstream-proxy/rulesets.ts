/** What two kernels hold, in a form in which equal means equal: what has no order is sorted, what counts is left out. */
import type { Network } from '../../pkg/proxy/apply/testdata/namespaces.ts';
import type { Mode } from './node.ts';

/** Lines; the same in both when the rules are. */
export async function rulesetOf({ onNode }: Network, mode: Mode): Promise<string[]> {
  if (mode === 'nftables') return nftLines((await onNode('nft', ['-j', 'list', 'ruleset'])).stdout);
  const texts = await Promise.all(['iptables-save', 'ip6tables-save'].map((command) => onNode(command, [])));
  return texts.flatMap(({ stdout }) => saveLines(stdout));
}

/** Chains to which every Service adds, in no order of its own. */
const gathering = new Set(['KUBE-SERVICES', 'KUBE-EXTERNAL-SERVICES', 'KUBE-NODEPORTS', 'KUBE-PROXY-FIREWALL']);

/** Accounting objects need a tool to make, which not every machine has: what counts packets is left out. */
const withoutAccounting = (line: string): string => line.replace(/-m nfacct --nfacct-name +\S+ /, '');

function saveLines(text: string): string[] {
  const lines = text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#') && !line.includes('localhost_nps_accepted_pkts'))
    .map((line) => withoutAccounting(line).replace(/\[\d+:\d+\]/, ''));
  let table = '';
  const chainOf = (line: string): string => {
    if (line.startsWith('*')) table = line;
    const chain = /^-A (\S+)/.exec(line)?.[1];
    return chain === undefined ? table : `${table} ${chain}`;
  };
  const sorted: string[] = [];
  // Rules of a chain stand together, and what is no rule has no order to lose.
  for (const [chain, run] of Map.groupBy(lines, chainOf)) {
    // Node ports come last whatever the order of Services.
    const isLast = (line: string): boolean => line.includes('this must be the last rule');
    sorted.push(
      ...(gathering.has(chain.split(' ')[1] ?? '')
        ? [...run.filter((line) => !isLast(line)).sort(), ...run.filter(isLast)]
        : run),
    );
  }
  return sorted;
}

interface NftValue {
  readonly handle?: number;
  readonly family: string;
  readonly name: string;
  readonly chain: string;
  readonly elem?: readonly unknown[];
}

type NftObject = Readonly<Record<string, NftValue | undefined>>;

function nftLines(json: string): string[] {
  const { nftables } = JSON.parse(json) as { nftables: NftObject[] };
  const rules = new Map<string, string[]>();
  const lines: string[] = [];
  for (const { rule, ...object } of nftables) {
    if (rule === undefined) {
      const [entry] = Object.entries(object);
      if (entry === undefined) continue;
      const [kind, value] = entry;
      if (kind === 'metainfo' || value === undefined) continue;
      const { handle: _handle, elem, ...rest } = value;
      if (kind === 'chain') rules.set(`${value.family} ${value.name}`, []);
      lines.push(`${kind} ${JSON.stringify(rest)}`);
      for (const text of (elem ?? []).map(elementText).sort())
        lines.push(`${kind} ${value.family} ${value.name} ${text}`);
    } else {
      const { handle: _handle, family, chain, ...rest } = rule;
      rules.get(`${family} ${chain}`)?.push(JSON.stringify(rest));
    }
  }
  for (const [chain, own] of rules) lines.push(...own.map((rule, index) => `rule ${chain} ${index} ${rule}`));
  return lines.filter((line) => !isEmptied(line, rules)).sort();
}

/**
 * Without its comment: kube-proxy keeps the old one when a port is renamed and all else stays, ours follows the name.
 */
const elementText = (element: unknown): string =>
  JSON.stringify(element, (key, value: unknown) => (key === 'comment' ? undefined : value));

/** Chains that are out of use are emptied at once and deleted later, each side in its own time (N42). */
function isEmptied(line: string, rules: ReadonlyMap<string, readonly string[]>): boolean {
  if (!line.startsWith('chain ')) return false;
  const { family, name } = JSON.parse(line.slice('chain '.length)) as { family: string; name: string };
  return name.includes('/') && rules.get(`${family} ${name}`)?.length === 0;
}

/** The lines that only one of them has, for a message. */
export function difference(theirs: readonly string[], ours: readonly string[]): string {
  const [a, b] = [new Set(theirs), new Set(ours)];
  const lines = [
    ...theirs.filter((line) => !b.has(line)).map((line) => `only theirs: ${line}`),
    ...ours.filter((line) => !a.has(line)).map((line) => `only ours:   ${line}`),
  ];
  if (lines.length === 0 && theirs.join('\n') !== ours.join('\n')) lines.push('the same lines in another order');
  return lines.slice(0, 30).join('\n');
}
