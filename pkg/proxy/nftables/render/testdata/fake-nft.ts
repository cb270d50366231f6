/**
 * A table that runs our transactions the way the kernel does, refusals included (14.4): a transaction that breaks a rule
 * throws, and nothing of it has happened.
 */
export interface FakeChain {
  header: string;
  comment: string;
  rules: string[];
}

export interface FakeContainer {
  kind: string;
  type: string;
  flags: string;
  timeout: string;
  comment: string;
  /** Key → value, '' in a set; and the comment of an element. */
  elements: Map<string, { value: string; comment: string }>;
}

interface State {
  readonly chains: Map<string, FakeChain>;
  readonly containers: Map<string, FakeContainer>;
}

export class FakeNft {
  #state: State | undefined;
  readonly #table: string;

  constructor(ip: 'ip' | 'ip6') {
    this.#table = `${ip} kube-proxy`;
  }

  get exists(): boolean {
    return this.#state !== undefined;
  }

  get chains(): ReadonlyMap<string, FakeChain> {
    return this.#state?.chains ?? new Map();
  }

  get containers(): ReadonlyMap<string, FakeContainer> {
    return this.#state?.containers ?? new Map();
  }

  run(transaction: string): void {
    const before = this.#state;
    const copy = before && structuredClone({ chains: before.chains, containers: before.containers });
    try {
      for (const line of transaction.split('\n')) if (line !== '') this.#command(line);
      this.#checkReferences();
    } catch (error) {
      this.#state = copy;
      throw error;
    }
  }

  #command(line: string): void {
    const [, verb = '', object = '', table = '', rest = ''] = /^(\w+) (\w+) (ip6? \S+) ?(.*)$/.exec(line) ?? [];
    if (table !== this.#table) refuse(line, 'Not our table');
    if (object === 'table') {
      if (verb === 'add') this.#state ??= { chains: new Map(), containers: new Map() };
      else this.#state = undefined;
      return;
    }
    const state = this.#state ?? refuse(line, 'No such file or directory');
    const [name = '', ...tail] = rest.split(' ');
    const args = tail.join(' ');
    switch (`${verb} ${object}`) {
      case 'add chain':
        return addChain(state, name, args, line);
      case 'flush chain':
        (state.chains.get(name) ?? refuse(line, 'No such file or directory')).rules = [];
        return;
      case 'delete chain':
        if (!state.chains.delete(name)) refuse(line, 'No such file or directory');
        return;
      case 'add rule':
        (state.chains.get(name) ?? refuse(line, 'No such file or directory')).rules.push(args);
        checkRule(state, args, line);
        return;
      case 'add set':
      case 'add map':
        return addContainer(state, object, name, args);
      case 'flush set':
      case 'flush map':
        (state.containers.get(name) ?? refuse(line, 'No such file or directory')).elements.clear();
        return;
      case 'delete set':
      case 'delete map':
        if (!state.containers.delete(name)) refuse(line, 'No such file or directory');
        return;
      case 'add element':
        for (const each of elementsOf(args)) addElement(state, name, each, line);
        return;
      case 'delete element': {
        const container = state.containers.get(name) ?? refuse(line, 'No such file or directory');
        for (const key of elementsOf(args))
          if (!container.elements.delete(key)) refuse(line, `No such file or directory: ${key}`);
        return;
      }
      default:
        refuse(line, 'syntax error');
    }
  }

  /** What rules and elements lead to has to be there at the end; a name that is still led to cannot have gone. */
  #checkReferences(): void {
    for (const [name, { rules }] of this.chains) for (const rule of rules) this.#check(rule, `chain ${name}`);
    for (const [name, { elements }] of this.containers) {
      for (const { value } of elements.values()) this.#check(value, `map ${name}`);
    }
  }

  #check(text: string, where: string): void {
    for (const [, target = ''] of text.matchAll(/(?:goto|jump) ([^\s,]+)/g)) {
      if (!this.chains.has(target)) refuse(where, `Device or resource busy: ${target}`);
    }
    for (const [, target = ''] of text.matchAll(/@(\S+)/g)) {
      if (!this.containers.has(target)) refuse(where, `Device or resource busy: @${target}`);
    }
  }
}

/** What is there, as a process would find it at its start. */
export function namesIn({ chains, containers }: FakeNft): { chains: string[]; sets: string[]; maps: string[] } {
  const of = (kind: string): string[] => [...containers].flatMap(([name, each]) => (each.kind === kind ? [name] : []));
  return { chains: [...chains.keys()], sets: of('set'), maps: of('map') };
}

function addChain({ chains }: State, name: string, args: string, line: string): void {
  if (name.length > 256) refuse(line, 'name too long');
  const header = /^\{ (type .*) ; \}$/.exec(args)?.[1] ?? '';
  const comment = /comment "(.*)"/.exec(args)?.[1] ?? '';
  const known = chains.get(name);
  if (known === undefined) chains.set(name, { header, comment, rules: [] });
  else if (header !== '' && known.header !== header) refuse(line, 'Operation not supported');
}

function addContainer({ containers }: State, kind: string, name: string, args: string): void {
  const word = (key: string): string => new RegExp(`[{;] ${key} ([^;]*) ;`).exec(args)?.[1] ?? '';
  const known = containers.get(name);
  const fields = {
    kind,
    type: word('type') || word('typeof'),
    flags: word('flags'),
    timeout: word('timeout'),
    comment: word('comment'),
  };
  containers.set(name, { ...fields, elements: known?.elements ?? new Map() });
}

function addElement({ containers, chains }: State, name: string, args: string, line: string): void {
  const container = containers.get(name) ?? refuse(line, 'No such file or directory');
  const [, key = '', comment = '', value = ''] =
    /^(.*?)(?: comment "(.*?)")?(?: : (.*))?$/.exec(args) ?? refuse(line, 'syntax error');
  const target = /^goto (.*)$/.exec(value)?.[1];
  if (target !== undefined && !chains.has(target)) refuse(line, 'No such file or directory');
  if (value === 'reject') refuse(line, 'syntax error');
  const known = container.elements.get(key);
  if (known !== undefined && known.value !== value) refuse(line, 'File exists');
  container.elements.set(key, known ?? { value, comment });
}

const elementsOf = (args: string): string[] => args.replace(/^\{ | \}$/g, '').split(', ');

/** While a transaction is read, a rule may only mention what already exists. */
function checkRule({ chains, containers }: State, rule: string, line: string): void {
  for (const [, target = ''] of rule.matchAll(/(?:goto|jump) ([^\s,]+)/g)) {
    if (!chains.has(target)) refuse(line, `No such file or directory: ${target}`);
  }
  for (const [, target = ''] of rule.matchAll(/@(\S+)/g)) {
    if (!containers.has(target)) refuse(line, `No such file or directory: @${target}`);
  }
  if (/map \{ *\}/.test(rule)) refuse(line, 'syntax error');
}

function refuse(line: string, why: string): never {
  throw new Error(`${why}: ${line}`);
}
