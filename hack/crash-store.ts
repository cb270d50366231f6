/**
 * Kills a process that writes to the SQLite store, again and again at random moments, and looks at what is left (F40):
 * no acknowledged write is lost or half there, no revision is used twice, the floor never goes back, the files pass
 * their check, and the dead process' lock is taken over (F46).
 *
 *   node hack/crash-store.ts --kills=2000
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { crc32 } from 'node:zlib';
import type { Store, StoreEvent } from '../pkg/storage/index.ts';
import { openSqliteStore } from '../pkg/storage/sqlite/index.ts';
import { DATABASE_FILE } from '../pkg/storage/sqlite/schema.ts';

/** What a run of kills came to. */
export interface CrashReport {
  readonly kills: number;
  /** Kills that hit a store before it was open. */
  readonly killedWhileOpening: number;
  readonly acknowledged: number;
  /** Writes found after a kill that had not been acknowledged, which is allowed. */
  readonly unacknowledged: number;
  /** One sentence for each broken promise. */
  readonly failures: readonly string[];
}

/** What is known to have happened at a revision. */
interface Fact {
  readonly type: string;
  readonly key: string;
  readonly checksum: number;
}

/** All that was promised or seen over the generations of one directory. */
class Ledger {
  readonly failures: string[] = [];
  acknowledged = 0;
  unacknowledged = 0;
  readonly #facts = new Map<number, Fact>();
  /** Last revision with a fact about the key. */
  readonly #latest = new Map<string, number>();
  #revision = 1;
  #floor = 0;

  /** Takes in a line that a writer got out before it died. */
  hear(line: string): void {
    const [word = '', a = '', b, c] = line.split(' ');
    if (word === 'compacted') this.#floor = Math.max(this.#floor, Number(a));
    if (word === 'opened') this.#expect(Number(a) === this.#revision, `opened at ${a}, not at ${this.#revision}`);
    if (word !== 'put' && word !== 'delete') return;
    const revision = Number(b);
    this.acknowledged += 1;
    this.#expect(!this.#facts.has(revision), `revision ${revision} was given out twice`);
    this.#learn(revision, { type: word, key: a, checksum: Number(c) });
  }

  /** Compares a store with the facts, and learns what it holds beyond what was acknowledged. */
  async audit(store: Store): Promise<void> {
    const { revision, compactRevision } = await store.status();
    this.#expect(revision >= this.#revision, `stands at ${revision}, but ${this.#revision} was acknowledged`);
    this.#expect(compactRevision >= this.#floor, `floor is ${compactRevision}, but ${this.#floor} was acknowledged`);
    this.#revision = revision;
    this.#floor = compactRevision;

    const first = Math.max(2, compactRevision);
    const events = await replay(store, first, revision - first + 1);
    for (const [i, event] of events.entries()) this.#compare(first + i, event);

    const { items } = await store.range('');
    const standing = new Map(items.map((kv) => [kv.key, `${kv.modRevision} ${crc32(kv.value)}`]));
    for (const [key, at] of this.#latest) {
      const fact = this.#facts.get(at);
      const due = fact?.type === 'put' ? `${at} ${fact.checksum}` : undefined;
      this.#expect(standing.get(key) === due, `${key} is ${standing.get(key)}, not ${due}`);
    }
  }

  #compare(revision: number, event: StoreEvent): void {
    const at = event.type === 'put' ? event.kv.modRevision : event.revision;
    this.#expect(at === revision, `the history has ${at} where ${revision} belongs`);
    const { key } = event.type === 'put' ? event.kv : event;
    const found = { type: event.type, key, checksum: event.type === 'put' ? crc32(event.kv.value) : 0 };
    const fact = this.#facts.get(revision);
    if (fact === undefined) {
      this.unacknowledged += 1;
      this.#learn(revision, found);
    } else {
      this.#expect(isDeepStrictEqual(found, fact), `revision ${revision} is not what was acknowledged`);
    }
  }

  #learn(revision: number, fact: Fact): void {
    this.#facts.set(revision, fact);
    this.#latest.set(fact.key, Math.max(revision, this.#latest.get(fact.key) ?? 0));
    this.#revision = Math.max(this.#revision, revision);
  }

  #expect(holds: boolean, otherwise: string): void {
    if (!holds) this.failures.push(otherwise);
  }
}

/** Runs the loop in a directory of its own, which stays if a promise was broken. */
export async function crashStore(kills: number, log: (line: string) => void = () => {}): Promise<CrashReport> {
  const scratch = mkdtempSync(join(tmpdir(), 'fairlead-crash-'));
  const directory = join(scratch, 'store');
  const ledger = new Ledger();
  let killedWhileOpening = 0;
  let kill = 0;
  while (kill < kills && ledger.failures.length === 0) {
    kill += 1;
    const { lines, code } = await writeUntilKilled(directory, kill);
    if (code !== null) ledger.failures.push(`the writer ended by itself with code ${code}`);
    for (const line of lines) ledger.hear(line);
    if (!lines.some((line) => line.startsWith('opened'))) killedWhileOpening += 1;
    if (existsSync(join(directory, DATABASE_FILE))) await auditCopy(directory, join(scratch, 'copy'), ledger);
    if (kill % 100 === 0) log(`${kill} kills, ${ledger.acknowledged} acknowledged writes`);
  }
  if (ledger.failures.length === 0) rmSync(scratch, { recursive: true });
  else log(`the files are in ${scratch}`);
  const { acknowledged, unacknowledged, failures } = ledger;
  return { kills: kill, killedWhileOpening, acknowledged, unacknowledged, failures };
}

/** Looks at a copy, so that the next writer finds what the dead one left, and has to recover it itself. */
async function auditCopy(directory: string, copy: string, ledger: Ledger): Promise<void> {
  rmSync(copy, { recursive: true, force: true });
  cpSync(directory, copy, { recursive: true });
  chmodSync(copy, 0o700);
  try {
    await using store = await openSqliteStore({ directory: copy });
    await ledger.audit(store);
  } catch (error) {
    ledger.failures.push(String(error));
  }
}

async function writeUntilKilled(
  directory: string,
  generation: number,
): Promise<{ lines: string[]; code: number | null }> {
  const script = join(import.meta.dirname, 'crash-store-writer.ts');
  const child = spawn(process.execPath, [script, directory, String(generation)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  let armed = false;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    // One in eight is killed while it opens the store.
    const start = generation % 8 === 0 ? 'starting' : 'opened';
    if (armed || !output.includes(start)) return;
    armed = true;
    setTimeout(() => child.kill('SIGKILL'), Math.random() * (generation % 8 === 0 ? 15 : 100));
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { lines: output.slice(0, output.lastIndexOf('\n') + 1).split('\n'), code };
}

function replay(store: Store, fromRevision: number, count: number): Promise<StoreEvent[]> {
  const { promise, resolve, reject } = Promise.withResolvers<StoreEvent[]>();
  const controller = new AbortController();
  const events: StoreEvent[] = [];
  const sink = {
    events: (some: readonly StoreEvent[]) => void events.push(...some),
    progress: () => {
      controller.abort();
      if (events.length === count) resolve(events);
      else reject(new Error(`${events.length} events from ${fromRevision} on instead of ${count}`));
    },
    error: reject,
  };
  store.watch('', sink, { fromRevision, signal: controller.signal });
  return promise;
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { kills: { type: 'string', default: '100' } } });
  const report = await crashStore(Number(values.kills), console.log);
  console.log(JSON.stringify(report, undefined, 2));
  process.exitCode = report.failures.length === 0 ? 0 : 1;
}
