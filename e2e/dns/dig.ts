/** Asks with `dig`, and reads what it prints. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { RecordText } from '../../pkg/dns/records/index.ts';

const run = promisify(execFile);

export interface Dug {
  readonly rcode: string;
  readonly flags: readonly string[];
  readonly answer: readonly RecordText[];
  readonly authority: readonly RecordText[];
  readonly additional: readonly RecordText[];
}

export async function dig(port: number, name: string, type: string, protocol: 'udp' | 'tcp'): Promise<Dug> {
  const how = ['+tries=2', '+time=3', '+nocookie', '+noall', '+comments', '+answer', '+authority', '+additional'];
  const transport = protocol === 'tcp' ? ['+tcp'] : ['+notcp', '+bufsize=1232'];
  // ANY goes over TCP unless it is told not to; IXFR-like words do not occur.
  const words = ['@127.0.0.1', '-p', String(port), ...how, ...transport, '-q', name, '-t', type];
  const { stdout } = await run('dig', words);
  return parseDug(stdout);
}

function parseDug(text: string): Dug {
  const sections: Record<string, RecordText[]> = { ANSWER: [], AUTHORITY: [], ADDITIONAL: [] };
  let current: RecordText[] | undefined;
  for (const line of text.split('\n')) {
    const head = /^;; (\w+) SECTION:/.exec(line)?.[1];
    if (head !== undefined) current = sections[head];
    else if (line.startsWith(';') || line.trim() === '') continue;
    else current?.push(parseRecord(line));
  }
  return {
    rcode: /status: (\w+)/.exec(text)?.[1] ?? 'none',
    flags: /flags: ([^;]*);/.exec(text)?.[1]?.trim().split(' ') ?? [],
    answer: sections['ANSWER'] ?? [],
    authority: sections['AUTHORITY'] ?? [],
    additional: sections['ADDITIONAL'] ?? [],
  };
}

function parseRecord(line: string): RecordText {
  const [name = '', ttl = '', , type = '', ...data] = line.split(/\s+/);
  return { name, type, ttl: Number(ttl), data: data.join(' ') };
}
