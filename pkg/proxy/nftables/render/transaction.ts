/** Words of `nft -f`: one command a line, all on our table. */
import type { AffinitySet, BaseChain, Chain, Container, Element } from './ruleset.ts';

export const tableName = 'kube-proxy';

const elementsPerCommand = 1000;

export class Transaction {
  readonly #lines: string[] = [];
  readonly #table: string;
  readonly #addressType: string;
  /** The element command that is being written, not yet among the lines. */
  #command = '';
  #elements: string[] = [];

  constructor(ip: 'ip' | 'ip6') {
    this.#table = `${ip} ${tableName}`;
    this.#addressType = ip === 'ip' ? 'ipv4_addr' : 'ipv6_addr';
  }

  get text(): string {
    this.#endCommand();
    return this.#lines.length === 0 ? '' : `${this.#lines.join('\n')}\n`;
  }

  addTable(): void {
    this.#lines.push(`add table ${this.#table} { comment "rules for kube-proxy" ; }`);
  }

  deleteTable(): void {
    this.#lines.push(`delete table ${this.#table}`);
  }

  addBaseChain({ name, type, hook, priority }: BaseChain): void {
    this.#on('add chain', `${name} { type ${type} hook ${hook} priority ${priority} ; }`);
    this.#on('flush chain', name);
  }

  /** Makes the chain exist and be empty. */
  addChain({ name, comment }: Pick<Chain, 'name' | 'comment'>): void {
    this.#on('add chain', comment === undefined ? name : `${name} { comment "${comment}" ; }`);
    this.#on('flush chain', name);
  }

  addBareChain(name: string): void {
    this.#on('add chain', name);
  }

  flushChain(name: string): void {
    this.#on('flush chain', name);
  }

  deleteChain(name: string): void {
    this.#on('delete chain', name);
  }

  addRules({ name, rules }: Pick<Chain, 'name' | 'rules'>): void {
    for (const text of rules) this.#on('add rule', `${name} ${text}`);
  }

  addContainer({ kind, name, type, isTypeOf = false, flags, comment }: Container): void {
    const words = `${isTypeOf ? 'typeof' : 'type'} ${type} ;${flags === undefined ? '' : ` flags ${flags} ;`}`;
    this.#on(`add ${kind}`, `${name} { ${words} comment "${comment}" ; }`);
  }

  flushContainer({ kind, name }: Pick<Container, 'kind' | 'name'>): void {
    this.#on(`flush ${kind}`, name);
  }

  deleteSet(name: string): void {
    this.#on('delete set', name);
  }

  deleteMap(name: string): void {
    this.#on('delete map', name);
  }

  /** N37: without `dynamic` the set gains that flag with the first client, and the next add of it fails. */
  addAffinitySet({ name, timeoutSeconds }: AffinitySet): void {
    const timeout = `timeout ${timeoutSeconds}s`;
    this.#on('add set', `${name} { type ${this.#addressType} ; flags dynamic,timeout ; ${timeout} ; }`);
  }

  addElement({ container, key, value, comment }: Element): void {
    const note = comment === undefined ? '' : ` comment "${comment}"`;
    this.#ofElements(
      `add element ${this.#table} ${container}`,
      `${key}${note}${value === undefined ? '' : ` : ${value}`}`,
    );
  }

  deleteElement({ container, key }: Element): void {
    this.#ofElements(`delete element ${this.#table} ${container}`, key);
  }

  /** Neighbours share a command: nft reads a long one twice as fast as many short ones. */
  #ofElements(command: string, element: string): void {
    if (command !== this.#command || this.#elements.length >= elementsPerCommand) {
      this.#endCommand();
      this.#command = command;
    }
    this.#elements.push(element);
  }

  #endCommand(): void {
    if (this.#elements.length > 0) this.#lines.push(`${this.#command} { ${this.#elements.join(', ')} }`);
    this.#elements = [];
  }

  #on(verb: string, rest: string): void {
    const space = rest.indexOf(' ');
    const [name, tail] = space < 0 ? [rest, ''] : [rest.slice(0, space), rest.slice(space)];
    this.#endCommand();
    this.#lines.push(`${verb} ${this.#table} ${name}${tail}`);
  }
}
