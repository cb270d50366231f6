/** Reading what we write: rules as data, for the simulated kernel and for the form `iptables-save` prints (4.8). */
export interface Match {
  readonly name: string;
  /** Options with their values, `!` kept in front: `['! --mark', '0x4000/0x4000']` pairs flattened. */
  readonly options: ReadonlyMap<string, string>;
}

export interface Rule {
  readonly chain: string;
  /** `-s`, `-d`, `-i`, `-p`, each perhaps with `! ` before it. */
  readonly header: ReadonlyMap<string, string>;
  readonly matches: readonly Match[];
  readonly target: string | undefined;
  readonly targetOptions: ReadonlyMap<string, string>;
}

export interface Table {
  readonly chains: string[];
  readonly rules: Rule[];
  readonly deleted: string[];
}

const headerFlags = new Set(['-s', '-d', '-i', '-p']);
const bareFlags = new Set(['--set', '--rcheck', '--reap', '--random-fully']);

export function parseRestore(text: string): Map<string, Table> {
  const tables = new Map<string, Table>();
  let table: Table | undefined;
  for (const line of text.split('\n')) {
    if (line.startsWith('*')) {
      table = { chains: [], rules: [], deleted: [] };
      tables.set(line.slice(1), table);
    } else if (line.startsWith(':')) {
      table?.chains.push(line.slice(1).split(' ')[0] ?? '');
    } else if (line.startsWith('-A ')) {
      table?.rules.push(parseRule(line));
    } else if (line.startsWith('-X ')) {
      table?.deleted.push(line.slice(3));
    } else if (line !== 'COMMIT' && line !== '') {
      throw new Error(`Not a line of a restore input: ${line}`);
    }
  }
  return tables;
}

export function parseRule(line: string): Rule {
  const words = line.match(/"[^"]*"|\S+/g) ?? [];
  const rule = {
    chain: words[1] ?? '',
    header: new Map<string, string>(),
    matches: [] as { name: string; options: Map<string, string> }[],
    target: undefined as string | undefined,
    targetOptions: new Map<string, string>(),
  };
  let not = '';
  for (let index = 2; index < words.length; index++) {
    const word = words[index] ?? '';
    const next = words[index + 1] ?? '';
    if (word === '!') {
      not = '! ';
      continue;
    }
    if (word === '-m') rule.matches.push({ name: next, options: new Map() });
    else if (word === '-j') rule.target = next;
    else if (headerFlags.has(word)) rule.header.set(not + word, next);
    else if (bareFlags.has(word)) optionsFor(rule, word).set(word, '');
    else if (word === '--match-set') {
      optionsFor(rule, word).set(word, `${next} ${words[index + 2] ?? ''}`);
      index++;
    } else optionsFor(rule, word).set(not + word, next.replaceAll('"', ''));
    if (!bareFlags.has(word)) index++;
    not = '';
  }
  return rule;
}

/** `--dport` belongs to the protocol's match wherever it stands; else to the target if there is one, or the last match. */
function optionsFor(
  rule: {
    matches: { name: string; options: Map<string, string> }[];
    target: string | undefined;
    targetOptions: Map<string, string>;
  },
  word: string,
): Map<string, string> {
  if (rule.target !== undefined) return rule.targetOptions;
  const owner =
    word === '--dport' ? rule.matches.find(({ name }) => /^(tcp|udp|sctp)$/.test(name)) : rule.matches.at(-1);
  if (owner === undefined) throw new Error(`${word} belongs to no match`);
  return owner.options;
}
