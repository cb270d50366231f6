import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { VirtualClock } from '../clock/index.ts';
import type { Route } from '../proxy/userspace/index.ts';
import { RouteBook } from './route-book.ts';
import { runCurl } from './run-curl.ts';
import { runGet } from './run-get.ts';

const route = (name: string, more: Partial<Route> = {}): Route => ({
  namespace: 'default',
  name,
  portName: '',
  protocol: 'TCP',
  family: 'IPv4',
  destination: { kind: 'cluster-ip', ip: '10.96.0.9', port: 80 },
  listen: { host: '127.96.0.9', port: 80 },
  problem: undefined,
  ...more,
});

let folder = '';
let said: string[] = [];
let book: RouteBook;
let clock: VirtualClock;
/** Longer than a burst is gathered. */
const moment = (): Promise<void> => clock.advance(100);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fairlead-'));
  said = [];
  clock = new VirtualClock();
  book = new RouteBook(join(folder, 'routes.json'), (line) => said.push(line), clock);
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('RouteBook', () => {
  it('tells each door once, after it was opened, and again when it comes back', async () => {
    book.update([route('web')]);
    expect(said).toEqual([]);
    book.open();
    book.update([route('web'), route('shut', { listen: undefined })]);
    expect(said).toEqual(['default/web  10.96.0.9:80 → 127.96.0.9:80']);
    await moment();
    book.update([]);
    await moment();
    book.update([route('web')]);
    expect(said).toHaveLength(2);
  });

  it('takes what comes in a burst together, the last word last', async () => {
    book.open();
    book.update([route('a')]);
    book.update([route('b')]);
    book.update([route('c')]);
    expect(book.routes.map(({ name }) => name)).toEqual(['a']);
    await moment();
    expect(book.routes.map(({ name }) => name)).toEqual(['c']);
    expect(said).toHaveLength(2);
  });

  it('takes its file along', () => {
    book.update([route('web')]);
    book[Symbol.dispose]();
    expect(existsSync(join(folder, 'routes.json'))).toBe(false);
  });

  it('finds a door that opens later', async () => {
    const found = book.find('default', 'web');
    book.update([]);
    book.update([route('web')]);
    await moment();
    expect(await found).toMatchObject({ name: 'web', listen: { host: '127.96.0.9' } });
  });
});

describe('fairlead get', () => {
  const flags = { namespace: 'default' };

  it('prints doors as a table, node ports too', () => {
    const nodePort = { kind: 'node-port', ip: '', port: 30_080 } as const;
    const listen = { host: '127.0.0.1', port: 30_080 };
    book.update([route('web'), route('web', { portName: 'http', destination: nodePort, listen })]);
    expect(runGet(undefined, { ...flags, dataDir: folder }).output).toBe(
      'NAMESPACE   SERVICE   PORT             ADDRESS       REACHED AT\n' +
        'default     web       80/TCP           10.96.0.9     127.96.0.9:80\n' +
        'default     web       http:30080/TCP   <node port>   127.0.0.1:30080\n',
    );
  });

  it('says what to do where no cluster runs', () => {
    expect(() => runGet(undefined, { ...flags, dataDir: join(folder, 'none') })).toThrow(
      'start one with `fairlead up`',
    );
  });

  it('says where to look for a Service that is not reached', () => {
    book.update([]);
    expect(() => runGet('web', { ...flags, dataDir: folder })).toThrow('`fairlead get -A` lists all');
  });
});

describe('fairlead curl', () => {
  const flags = (times = 1) => ({ namespace: 'default', dataDir: folder, path: '/', times });

  it('asks through the door, as often as wanted', async () => {
    const server = createServer((_, response) => response.end('hello\n')).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const listen = { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
    book.update([route('web', { portName: 'http', listen })]);
    expect(await runCurl('web:http', flags(2))).toEqual({ output: 'hello\nhello\n', exitCode: 0 });
    await new Promise((resolve) => server.close(resolve));
    expect(await runCurl('web', flags())).toMatchObject({ output: '', exitCode: 7 });
  });

  it('names the ports that there are', async () => {
    book.update([route('web', { portName: 'http' })]);
    await expect(runCurl('web:99', flags())).rejects.toThrow('Service web has no port 99; it has http (80).');
    await expect(runCurl('nope', flags())).rejects.toThrow('no Service nope is reached in namespace default');
    await expect(runCurl('web', flags(0))).rejects.toThrow('--times expects a number from 1 on.');
  });
});
