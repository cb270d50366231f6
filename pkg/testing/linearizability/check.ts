/**
 * Whether what clients saw of one key can have happened in one order. Every write of ours has a version, so the order is
 * known: it is that of the versions. What remains is to see that nobody's clock contradicts it, that nobody read what
 * nobody wrote, and that no conditional write went through over another one.
 */

/** What one client asked and what it was told. Times are of one clock. */
export interface Operation {
  readonly client: string;
  readonly asked: number;
  readonly told: number;
  readonly what:
    | { readonly kind: 'read'; readonly version: number; readonly value: string }
    /** `expected`: the version it was to replace; absent: any. */
    | { readonly kind: 'write'; readonly version: number; readonly value: string; readonly expected?: number }
    /** A conditional write that heard that the version is another one. */
    | { readonly kind: 'refused'; readonly expected: number }
    /** Nobody knows whether it was done, now or later. */
    | { readonly kind: 'lost'; readonly value: string };
}

/** Sentences about what is wrong; none: the history is linearizable. */
export function checkRegister(history: readonly Operation[]): string[] {
  return [
    ...checkVersions(history),
    ...checkValues(history),
    ...checkRealTime(history),
    ...checkConditions(history),
    ...checkRefusals(history),
  ];
}

type Versioned = Operation & {
  readonly what: { readonly kind: 'read' | 'write'; readonly version: number; readonly value: string };
};

const isVersioned = (operation: Operation): operation is Versioned =>
  operation.what.kind === 'read' || operation.what.kind === 'write';

function checkVersions(history: readonly Operation[]): string[] {
  const writers = new Map<number, string>();
  return history.flatMap(({ client, what }) => {
    if (what.kind !== 'write') return [];
    const other = writers.get(what.version);
    writers.set(what.version, client);
    return other === undefined ? [] : [`version ${what.version} was given to ${other} and to ${client}`];
  });
}

function checkValues(history: readonly Operation[]): string[] {
  const values = new Map<number, string>();
  for (const { what } of history) if (what.kind === 'write') values.set(what.version, what.value);
  const lost = new Set(history.flatMap(({ what }) => (what.kind === 'lost' ? [what.value] : [])));
  return history.flatMap(({ client, what }) => {
    if (what.kind !== 'read') return [];
    const known = values.get(what.version);
    if (known === undefined && lost.has(what.value)) {
      // The write that nobody was told of did happen, once.
      values.set(what.version, what.value);
      lost.delete(what.value);
      return [];
    }
    if (known === what.value) return [];
    return [`${client} read ${what.value} at version ${what.version}, where ${known ?? 'nothing'} was written`];
  });
}

/** Whoever asks after somebody was told sees at least as much; a write gets a version of its own behind it. */
function checkRealTime(history: readonly Operation[]): string[] {
  const all = history.filter(isVersioned);
  const byAsked = all.toSorted((a, b) => a.asked - b.asked);
  const byTold = all.toSorted((a, b) => a.told - b.told);
  const problems: string[] = [];
  let newest: Versioned | undefined;
  let next = 0;
  for (const operation of byAsked) {
    for (let told = byTold[next]; told !== undefined && told.told < operation.asked; told = byTold[next]) {
      if (newest === undefined || told.what.version > newest.what.version) newest = told;
      next += 1;
    }
    if (newest === undefined) continue;
    const { what, client } = operation;
    const behind = what.kind === 'write' ? what.version <= newest.what.version : what.version < newest.what.version;
    if (behind) {
      problems.push(
        `${client} was told version ${what.version} of a ${what.kind}, after ${newest.client} had been told ${newest.what.version}`,
      );
    }
  }
  return problems;
}

/** A conditional write replaces exactly what it expected. */
function checkConditions(history: readonly Operation[]): string[] {
  const versions = [...new Set(history.filter(isVersioned).map(({ what }) => what.version))].sort((a, b) => a - b);
  return history.flatMap(({ client, what }) => {
    if (what.kind !== 'write' || what.expected === undefined) return [];
    const { expected, version } = what;
    const between = versions.find((other) => other > expected && other < version);
    return between === undefined
      ? []
      : [`${client} replaced ${expected} by ${version} although ${between} stood there`];
  });
}

/** A refusal is right only if the expected version was not the newest all the time. */
function checkRefusals(history: readonly Operation[]): string[] {
  return history.flatMap(({ client, what, told }) => {
    if (what.kind !== 'refused') return [];
    const excuse = history.some(
      (other) =>
        other.asked < told &&
        ((isVersioned(other) && other.what.version > what.expected) || other.what.kind === 'lost'),
    );
    return excuse ? [] : [`${client} was refused although ${what.expected} was the newest version`];
  });
}
