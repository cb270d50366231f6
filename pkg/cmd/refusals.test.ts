/** What cannot be used is refused in a sentence with exit code 1, and left byte for byte as it was. */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { openSqliteStore } from '../storage/sqlite/index.ts';

/** Each case starts a process; how long that takes is up to the machine. */
const patience = 60_000;
const command = join(import.meta.dirname, 'fairlead.mjs');
const ports = { apiserver: '--secure-port', up: '--port' } as const;
const commands = Object.keys(ports) as (keyof typeof ports)[];
jest.setTimeout(patience);
let scratch: string;
/** As a server leaves it that was killed. */
let used: string;

/** Runs a server until it is ready, and kills it. */
async function runServer(dataDir: string): Promise<void> {
  const args = [command, 'apiserver', '--secure-port', '0', '--data-dir', dataDir];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
}

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'fairlead-refusals-'));
  used = join(scratch, 'used');
  await runServer(used);
}, patience);

afterAll(() => rmSync(scratch, { recursive: true }));

function copyOfUsed(): string {
  const dataDir = mkdtempSync(join(scratch, 'copy-'));
  cpSync(used, dataDir, { recursive: true });
  for (const folder of ['store', 'pki']) chmodSync(join(dataDir, folder), 0o700);
  return dataDir;
}

function run(...args: string[]): { code: number | null; said: string } {
  const { status, stderr } = spawnSync(process.execPath, [command, ...args], { encoding: 'utf8', timeout: patience });
  return { code: status, said: stderr };
}

const runOn = (name: keyof typeof ports, dataDir: string): ReturnType<typeof run> =>
  run(name, ports[name], '0', '--data-dir', dataDir);

/** Every file with its mode and bytes. */
function picture(directory: string): unknown {
  const paths = readdirSync(directory, { recursive: true, encoding: 'utf8' }).sort();
  return paths.map((path) => {
    const stat = statSync(join(directory, path));
    const bytes = stat.isFile() ? readFileSync(join(directory, path)) : '';
    return [path, stat.mode, createHash('sha256').update(bytes).digest('hex')];
  });
}

const database = (dataDir: string): string => join(dataDir, 'store/store.db');

/** Brings what the log holds into the file, as a clean end does. */
function settled(dataDir: string, sql: string): void {
  const db = new DatabaseSync(database(dataDir));
  db.exec(`PRAGMA wal_checkpoint(TRUNCATE); ${sql}`);
  db.close();
}

function spoilMiddle(path: string): void {
  const bytes = readFileSync(path);
  bytes.fill(0xa5, bytes.length / 2, bytes.length / 2 + 64);
  writeFileSync(path, bytes);
}

const spoils: readonly [string, (dataDir: string) => void, RegExp][] = [
  ['is from a newer version', (dir) => settled(dir, 'PRAGMA user_version = 99'), /format 99, .*Run the newer program/],
  [
    'has a page damaged in the middle',
    (dir) => {
      settled(dir, '');
      spoilMiddle(database(dir));
    },
    /is damaged: .*Restore the directory from a backup/,
  ],
  ['has a log damaged in the middle', (dir) => spoilMiddle(`${database(dir)}-wal`), /is damaged: the frame at byte/],
  ['has an empty database', (dir) => truncateSync(database(dir)), /is damaged/],
  ['holds something else', (dir) => writeFileSync(database(dir), 'a letter\n'.repeat(999)), /is damaged/],
  ['has lost the key of its CA', (dir) => rmSync(join(dir, 'pki/ca.key')), /only one is there.*Restore .*pki from/],
  ['has a spoilt CA key', (dir) => writeFileSync(join(dir, 'pki/ca.key'), 'x'), /ca.key is damaged: .*Restore/],
  ['has a spoilt token key', (dir) => writeFileSync(join(dir, 'pki/sa.key'), 'x'), /sa.key is damaged: .*Restore/],
];

describe.each(commands)('K12 F42 fairlead %s refuses a data directory that', (name) => {
  it.each(spoils)('%s', (_what, spoil, sentence) => {
    const dataDir = copyOfUsed();
    spoil(dataDir);
    const before = picture(dataDir);
    const { code, said } = runOn(name, dataDir);
    expect(said).toMatch(/^fairlead: [^\n]+\n$/);
    expect(said).toMatch(sentence);
    expect([code, picture(dataDir)]).toEqual([1, before]);
  });
});

describe('K12 a data directory in use', () => {
  it('is refused with the pid of who has it', async () => {
    const dataDir = copyOfUsed();
    await using _store = await openSqliteStore({ directory: join(dataDir, 'store') });
    const before = picture(dataDir);
    for (const name of commands) {
      const { code, said } = runOn(name, dataDir);
      expect(said).toMatch(/^fairlead: The data directory \S+ is in use by the process with pid \d+\. Stop [^\n]+\n$/);
      expect([code, picture(dataDir)]).toEqual([1, before]);
    }
  });
});

describe('flags', () => {
  it.each([
    [['apiserver', '--bogus'], "error: unknown option '--bogus'"],
    [['apiserver', '--secure-port', '70000'], 'expected a port from 0'],
    [['apiserver', '--storage', 'paper'], 'Allowed choices are sqlite, memory, etcd'],
    [['apiserver', '--cluster-domain', 'A_B'], 'expected a DNS name in lower case'],
    [['apiserver', '--service-cluster-ip-range', '10.0.0.0'], 'is no address range'],
    [['apiserver', '--bind-address', 'no.such.name.invalid', '--secure-port', '0'], 'is no address and no known name'],
    [['apiserver', '--token-auth-file', '/none'], '--token-auth-file /none cannot be read'],
    [['apiserver', '--client-ca-file', '/none'], '--client-ca-file /none cannot be read'],
    [['apiserver', '--tls-cert-file', command], 'go together; only one of them is given'],
    [['apiserver', '--tls-cert-file', command, '--tls-private-key-file', command], 'is not PEM'],
    [['apiserver', '--secure-port', '0', '--ready-file', '/none/x'], '--ready-file /none/x cannot be written'],
    [['up', '--port', '0', '--no-dns', '--ready-file', '/none/x'], '--ready-file /none/x cannot be written'],
    [['up', '--nodes', 'many'], 'expected a number from 0 to 1024'],
    [['apiserver', '--data-dir', command], 'cannot be used'],
  ])('%j is one sentence and exit 1', (args, sentence) => {
    const place = args.includes('--data-dir') ? [] : ['--data-dir', join(scratch, 'flags')];
    const { code, said } = run(...args, ...place);
    expect(said).toContain(sentence);
    expect(said.trim().split('\n')).toHaveLength(1 + Number(/\(Did you mean|\(--help/.test(said)));
    expect(code).toBe(1);
  });
});
