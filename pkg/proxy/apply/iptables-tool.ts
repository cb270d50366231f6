/** iptables of one family: the four programs, their waiting flags and their error messages (4.7). */
import type { Jump } from '../iptables/render/index.ts';
import type { Family } from '../model/index.ts';
import { must, ToolError, type RunResult, type Runner } from './runner.ts';

/** Where a missing jump is put; default first. */
export type PlacedJump = Jump & { readonly position?: 'first' | 'last' };

export interface TableChain {
  readonly table: string;
  readonly chain: string;
}

/** Chains and jumps that belong to a mode in use; modes share some. */
export interface Kept {
  readonly jumps: readonly Jump[];
  readonly chains: readonly string[];
}

export const nothing: Kept = { jumps: [], chains: [] };

/** I61, I62: wait for the lock up to 5 s. Versions before 1.6.2, which lack this in restore, are not supported. */
const waiting = ['-w', '5', '-W', '100000'] as const;

/** The lock could not be had: nothing is known (I68). */
const statusLocked = 4;

export class IptablesTool {
  readonly #run: Runner;
  readonly #command: 'iptables' | 'ip6tables';

  constructor(run: Runner, family: Family) {
    this.#run = run;
    this.#command = family === 'IPv4' ? 'iptables' : 'ip6tables';
  }

  /**
   * Makes missing chains, then puts missing jumps first in theirs, or last, in the given order (I10). One look at what is there
   * and one restore do for all of them; a jump that is not seen word for word is asked for by itself, since versions
   * may print it differently.
   */
  async ensure(jumps: readonly PlacedJump[], chains: readonly TableChain[]): Promise<void> {
    const there = parseSave(await must(this.#run, `${this.#command}-save`, []));
    const hasChain = (table: string, chain: string): boolean => there.get(table)?.chains.has(chain) === true;
    const missing = [...chains, ...jumps.map(({ table, to }) => ({ table, chain: to }))].filter(
      ({ table, chain }) => !hasChain(table, chain),
    );
    const inserts: PlacedJump[] = [];
    for (const jump of jumps) {
      const seen = there.get(jump.table)?.rules.has(`-A ${jump.from} ${jump.rule}`) === true;
      const isNew = !hasChain(jump.table, jump.to);
      if (!seen && (isNew || !(await this.#hasRule(jump)))) inserts.push(jump);
    }
    const tables = new Set([...missing, ...inserts].map(({ table }) => table));
    const lines = [...tables].flatMap((table) => [
      `*${table}`,
      ...new Set(missing.filter((each) => each.table === table).map(({ chain }) => `:${chain} - [0:0]`)),
      ...inserts
        .filter((each) => each.table === table)
        .map(({ position, from, rule }) => `${position === 'last' ? '-A' : '-I'} ${from} ${rule}`),
      'COMMIT',
    ]);
    if (lines.length > 0) await this.restore([...lines, ''].join('\n'));
  }

  async deleteJumps(jumps: readonly Jump[], kept: Kept): Promise<void> {
    const same = (a: Jump, b: Jump): boolean => a.table === b.table && a.from === b.from && a.rule === b.rule;
    for (const jump of jumps) if (!kept.jumps.some((other) => same(jump, other))) await this.deleteJump(jump);
  }

  async deleteJump(jump: Jump): Promise<void> {
    if (!(await this.#hasRule(jump))) return;
    const { code } = await this.#call(jump.table, '-D', jump.from, ...wordsOf(jump.rule));
    // Somebody else may have been quicker; what matters is that it is gone.
    if (code !== 0 && (await this.#hasRule(jump))) throw new Error(`Could not remove the jump to ${jump.to}`);
  }

  /** Removes the ones that exist. All are emptied before any goes: a chain that another still jumps to is busy (I60). */
  async deleteChains(table: string, chains: readonly string[]): Promise<void> {
    const existing = new Set(await this.chains(table));
    const present = chains.filter((chain) => existing.has(chain));
    if (present.length === 0) return;
    const lines = [
      `*${table}`,
      ...present.map((chain) => `:${chain} - [0:0]`),
      ...present.map((chain) => `-X ${chain}`),
      'COMMIT',
      '',
    ];
    await this.restore(lines.join('\n'));
  }

  async hasChain(table: string, chain: string): Promise<boolean> {
    const { code } = await this.#call(table, '-S', chain);
    return code === 0 || code === statusLocked;
  }

  /** Names of all chains of a table; undefined when the tool cannot say (I60: then nothing is deleted). */
  async chains(table: string): Promise<string[] | undefined> {
    const { code, stdout } = await this.#run(`${this.#command}-save`, ['-t', table]);
    if (code !== 0) return undefined;
    return stdout.split('\n').flatMap((line) => (line.startsWith(':') ? [line.slice(1).split(' ', 1)[0] ?? ''] : []));
  }

  /** Applies a restore input to what is there; atomic per table (I63). */
  async restore(input: string): Promise<void> {
    const command = `${this.#command}-restore`;
    const args = [...waiting, '--noflush', '--counters'];
    const result = await this.#run(command, args, input);
    if (result.code !== 0) throw new ToolError(command, args, result, failingLines(result, input));
  }

  #call(table: string, verb: string, ...args: readonly string[]): Promise<RunResult> {
    return this.#run(this.#command, [...waiting, '-t', table, verb, ...args]);
  }

  async #hasRule({ table, from, rule }: Jump): Promise<boolean> {
    const { code } = await this.#call(table, '-C', from, ...wordsOf(rule));
    return code === 0;
  }
}

function parseSave(text: string): Map<string, { chains: Set<string>; rules: Set<string> }> {
  const tables = new Map<string, { chains: Set<string>; rules: Set<string> }>();
  let table = { chains: new Set<string>(), rules: new Set<string>() };
  for (const line of text.split('\n')) {
    if (line.startsWith('*')) tables.set(line.slice(1), (table = { chains: new Set(), rules: new Set() }));
    else if (line.startsWith(':')) table.chains.add(line.slice(1).split(' ', 1)[0] ?? '');
    else if (line.startsWith('-A ')) table.rules.add(line);
  }
  return tables;
}

/** A rule as arguments: a quoted comment is one of them. */
function wordsOf(rule: string): string[] {
  return (rule.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replaceAll('"', ''));
}

/** I64: the two variants name the line differently; three lines around it tell more than its number. */
function failingLines({ stderr }: RunResult, input: string): string {
  const number = Number(/line (\d+) failed|Error occurred at line: (\d+)/.exec(stderr)?.slice(1).find(Boolean) ?? 0);
  if (number === 0) return '';
  const lines = input.split('\n').slice(Math.max(0, number - 4), number + 3);
  return `\n${lines.join('\n')}`;
}
