/** What a server has promised over its lives, and what it is found to have kept. One writer a name, one write at a time. */
import type { RestAnswer, Tree } from '../rest.ts';

export interface Attempt {
  readonly name: string;
  readonly verb: 'create' | 'update' | 'delete';
  /** undefined: to be gone. */
  readonly value: string | undefined;
}

interface Promised {
  readonly value: string;
  readonly version: string;
}

const wantedCode = { create: 201, update: 200, delete: 200 };

export class WriteLedger {
  readonly failures: string[] = [];
  acknowledged = 0;
  unacknowledged = 0;
  /** Each name's last acknowledged state. */
  readonly #promised = new Map<string, Promised>();
  /** Cut off: may be done or not. */
  readonly #open = new Map<string, Attempt>();
  /** Versions given to writes. */
  readonly #versions = new Set<string>();
  #highest = 0;

  begin(name: string, value: string, mayDelete: boolean): Attempt {
    const known = this.#promised.has(name);
    const verb = !known ? 'create' : mayDelete ? 'delete' : 'update';
    const attempt: Attempt = { name, verb, value: verb === 'delete' ? undefined : value };
    this.#open.set(name, attempt);
    return attempt;
  }

  acknowledge({ name, verb, value }: Attempt, { code, body }: RestAnswer): void {
    this.#open.delete(name);
    this.acknowledged += 1;
    if (code !== wantedCode[verb]) {
      this.failures.push(`${verb} of ${name} was answered ${code} ${JSON.stringify(body)}`);
      return;
    }
    if (value === undefined) {
      this.#promised.delete(name);
      return;
    }
    const version = String(body['metadata']?.['resourceVersion']);
    if (this.#versions.has(version)) this.failures.push(`version ${version} was given out twice`);
    this.#versions.add(version);
    this.#highest = Math.max(this.#highest, Number(version));
    this.#promised.set(name, { value, version });
  }

  /** Compares a list of the next server, and takes over what it shows of writes that were cut off. */
  compare(list: Tree): void {
    const items = list['items'] as unknown as readonly Tree[];
    const found = new Map(items.map((item) => [String(item['metadata']?.['name']), stateOf(item)]));
    const at = Number(list['metadata']?.['resourceVersion']);
    if (at < this.#highest) this.failures.push(`stands at ${at}, but ${this.#highest} was acknowledged`);
    this.#highest = at;
    for (const name of new Set([...this.#promised.keys(), ...this.#open.keys(), ...found.keys()])) {
      if (name.startsWith('w')) this.#compareOne(name, found.get(name));
    }
    this.#open.clear();
  }

  #compareOne(name: string, now: Promised | undefined): void {
    const due = this.#promised.get(name);
    const open = this.#open.get(name);
    if (now?.value === due?.value && now?.version === due?.version) return;
    if (open !== undefined && now?.value === open.value) {
      this.unacknowledged += 1;
      if (now === undefined) this.#promised.delete(name);
      else this.#promised.set(name, now);
      return;
    }
    this.failures.push(`${name} is at ${now?.version ?? 'nothing'}, not at ${due?.version ?? 'nothing'}`);
  }
}

const stateOf = (item: Tree): Promised => ({
  value: String(item['data']?.['value']),
  version: String(item['metadata']?.['resourceVersion']),
});
