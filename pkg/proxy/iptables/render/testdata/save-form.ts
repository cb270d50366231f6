/** What `iptables-save` (nf_tables variant, IPv4) prints after a restore of ours in an empty kernel (4.8, I42). */
import { canaryChain, canaryTables, jumps } from '../jumps.ts';
import { parseRestore, parseRule, type Match, type Rule } from './rules.ts';

const builtIn = {
  mangle: ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'],
  filter: ['INPUT', 'FORWARD', 'OUTPUT'],
  nat: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'],
} as const;

/** Tables in the order of the recording; comment lines left out. */
export function saveForm(restoreInput: string): string[] {
  const tables = parseRestore(restoreInput);
  const lines: string[] = [];
  for (const name of ['mangle', 'filter', 'nat'] as const) {
    const table = tables.get(name) ?? { chains: [], rules: [], deleted: [] };
    const canaries = (canaryTables as readonly string[]).includes(name) ? [canaryChain] : [];
    const own = [...table.chains, ...canaries].toSorted();
    // Each jump was inserted at position 1, so the last ensured stands first.
    const toOurs = jumps.filter((jump) => jump.table === name).toReversed();
    const rules = [...toOurs.map(({ from, rule }) => parseRule(`-A ${from} ${rule}`)), ...table.rules];
    lines.push(`*${name}`);
    lines.push(...builtIn[name].map((chain) => `:${chain} ACCEPT [0:0]`), ...own.map((chain) => `:${chain} - [0:0]`));
    for (const chain of [...builtIn[name], ...own]) {
      lines.push(...rules.filter((rule) => rule.chain === chain).map(printRule));
    }
    lines.push('COMMIT');
  }
  return lines;
}

function printRule(rule: Rule): string {
  const words = [`-A ${rule.chain}`];
  for (const flag of ['! -s', '-s', '! -d', '-d', '! -i', '-i', '-p']) {
    const value = rule.header.get(flag);
    if (value === undefined) continue;
    words.push(flag, /^(! )?-[sd]$/.test(flag) && !value.includes('/') ? `${value}/32` : value);
  }
  words.push(...rule.matches.map(printMatch));
  if (rule.target !== undefined) words.push(`-j ${rule.target}`, ...printTarget(rule.target, rule.targetOptions));
  return words.join(' ');
}

function printMatch({ name, options }: Match): string {
  const all = [...options];
  switch (name) {
    case 'comment':
      return `-m comment --comment "${options.get('--comment') ?? ''}"`;
    case 'nfacct':
      return `-m nfacct --nfacct-name  ${options.get('--nfacct-name') ?? ''}`;
    case 'statistic':
      return `-m statistic --mode random --probability ${kernelProbability(options.get('--probability') ?? '')}`;
    case 'recent': {
      const mode = all.filter(([option]) => option !== '--name').map(([option, value]) => `${option} ${value}`.trim());
      return `-m recent ${mode.join(' ')} --name ${options.get('--name') ?? ''} --mask 255.255.255.255 --rsource`;
    }
    case 'mark':
      return `-m mark ${all.map(([option, value]) => `${option} ${value.replaceAll('0x0000', '0x')}`).join(' ')}`;
    default:
      return [`-m ${name}`, ...all.map(([option, value]) => `${option} ${value}`)].join(' ');
  }
}

function printTarget(target: string, options: ReadonlyMap<string, string>): string[] {
  if (target === 'REJECT') return ['--reject-with icmp-port-unreachable'];
  return [...options].map(([option, value]) => {
    const mark = value.replace('0x0000', '0x');
    if (option === '--or-mark') return `--set-xmark ${mark}/${mark}`;
    if (option === '--xor-mark') return `--set-xmark ${mark}/0x0`;
    return `${option} ${value}`.trim();
  });
}

/** The kernel keeps 31 bits of a probability (I42). */
function kernelProbability(text: string): string {
  return (Math.round(Number(text) * 2 ** 31) / 2 ** 31).toFixed(11);
}
