/** A backup: compressed lines of JSON, the first says what it is, the last is the sum of what lies between. */
import { createReadStream, createWriteStream, renameSync } from 'node:fs';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { createGunzip, createGzip } from 'node:zlib';
import { ConfigError } from '../config-error.ts';
import { Digest, type Contents, type Entry } from './contents.ts';
import { Progress } from './progress.ts';

interface Head {
  readonly format: 'fairlead backup';
  readonly version: 1;
  readonly revision: number;
  readonly count: number;
}

/** Whole or not at all: written under another name first. Only its owner may read it, as it holds Secrets. */
export async function writeBackup(path: string, contents: Contents): Promise<{ count: number; sha256: string }> {
  const progress = new Progress('saving', contents.count);
  const gzip = createGzip({ level: 4 });
  const file = createWriteStream(`${path}.part`, { mode: 0o600 });
  const written = once(file, 'close');
  gzip.pipe(file);
  const line = async (value: unknown): Promise<void> => {
    if (!gzip.write(`${JSON.stringify(value)}\n`)) await once(gzip, 'drain');
  };
  const { revision, count } = contents;
  await line({ format: 'fairlead backup', version: 1, revision, count } satisfies Head);
  const digest = new Digest();
  for await (const entries of contents.pages()) {
    digest.add(entries);
    for (const { key, value } of entries) await line([key, value]);
    progress.add(entries.length);
  }
  const sum = { count: digest.count, sha256: digest.hex() };
  await line(sum);
  gzip.end();
  await written;
  renameSync(`${path}.part`, path);
  progress.end();
  return sum;
}

/** Throws a sentence when the file is not whole. */
export async function readBackup(path: string, after = ''): Promise<Contents> {
  let head: Head | undefined;
  for await (const line of linesOf(path)) {
    head = line as Head;
    break;
  }
  if (head?.format !== 'fairlead backup') throw new ConfigError(`${path} is no backup of fairlead.`);
  if (head.version !== 1) throw new ConfigError(`${path} was written by a newer fairlead.`);
  return { revision: head.revision, count: head.count, pages: () => pagesOf(path, after) };
}

async function* pagesOf(path: string, after: string): AsyncGenerator<readonly Entry[]> {
  const digest = new Digest();
  let page: Entry[] = [];
  let sum: { readonly count: number; readonly sha256: string } | undefined;
  let first = true;
  for await (const line of linesOf(path)) {
    if (first) {
      first = false;
      continue;
    }
    if (!Array.isArray(line)) {
      sum = line as typeof sum;
      continue;
    }
    const [key, value] = line as [string, string];
    digest.add([{ key, value }]);
    if (key > after) page.push({ key, value });
    if (page.length < 2_000) continue;
    yield page;
    page = [];
  }
  if (sum?.count !== digest.count || sum.sha256 !== digest.hex()) {
    throw new ConfigError(`${path} is damaged: what it holds does not come to the sum at its end.`);
  }
  if (page.length > 0) yield page;
}

async function* linesOf(path: string): AsyncGenerator {
  const file = createReadStream(path);
  const gunzip = createGunzip();
  let failure: Error | undefined;
  file.on('error', (error) => gunzip.destroy(error));
  gunzip.on('error', (error) => (failure = error));
  file.pipe(gunzip);
  try {
    for await (const line of createInterface({ input: gunzip, crlfDelay: Infinity })) yield JSON.parse(line);
  } catch (error) {
    throw new ConfigError(`${path} cannot be read: ${(error as Error).message}`);
  } finally {
    file.destroy();
    gunzip.destroy();
  }
  if (failure !== undefined) throw new ConfigError(`${path} cannot be read: ${failure.message}`);
}
