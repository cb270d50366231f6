import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AccessRecord } from '../apiserver/index.ts';
import { AccessLog, accessLine } from './access-log.ts';

const record = (path: string, more: Partial<AccessRecord> = {}): AccessRecord => ({
  request: {
    method: 'GET',
    path,
    query: new URLSearchParams('limit=500'),
    headers: { 'user-agent': 'kubectl/v1.36.3', authorization: 'Bearer secret' },
    readBody: async () => new Uint8Array(),
    signal: new AbortController().signal,
  },
  info: { kind: 'path', verb: 'get', path },
  user: { username: 'kubernetes-admin', groups: ['system:masters'] },
  status: 200,
  durationMs: 1.23456,
  annotations: new Map(),
  auditId: 'an-id',
  ...more,
});

const unexpected = (error: Error): never => {
  throw error;
};

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'access-log-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const linesOf = (path: string): { uri: string; dropped?: number }[] =>
  readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { uri: string; dropped?: number });

describe('the access log', () => {
  it('says of a request what it asked, who asked and how it went, and nothing of its headers', () => {
    expect(JSON.parse(accessLine(record('/api/v1/pods'), 0, 0))).toEqual({
      time: '1970-01-01T00:00:00.000Z',
      method: 'GET',
      uri: '/api/v1/pods?limit=500',
      verb: 'get',
      code: 200,
      user: 'kubernetes-admin',
      userAgent: 'kubectl/v1.36.3',
      durationMs: 1.235,
      auditId: 'an-id',
    });
  });

  it('cuts what the client chooses, and keeps a line a line', () => {
    const line = accessLine(record(`/${'x\n'.repeat(5000)}`, { auditId: 'y'.repeat(5000) }), 0, 0);
    expect(line.length).toBeLessThan(6000);
    expect(line.indexOf('\n')).toBe(line.length - 1);
  });

  it('appends to what is there, readable by its owner only', async () => {
    const path = join(folder, 'access.log');
    for (const name of ['/a', '/b']) {
      await using log = new AccessLog(path, { onError: unexpected });
      log.write(record(name), 0);
    }
    expect(linesOf(path).map(({ uri }) => uri)).toEqual(['/a?limit=500', '/b?limit=500']);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('puts a full file aside and goes on in a new one', async () => {
    const path = join(folder, 'access.log');
    {
      await using log = new AccessLog(path, { maxFileBytes: 500, onError: unexpected });
      for (let at = 0; at < 7; at += 1) log.write(record(`/${at}`), 0);
    }
    const kept = [...linesOf(`${path}.1`), ...linesOf(path)].map(({ uri }) => uri);
    expect(kept).toEqual(['/3', '/4', '/5', '/6'].map((name) => `${name}?limit=500`));
    expect(statSync(`${path}.1`).size + statSync(path).size).toBeLessThan(2 * 500 + 500);
  });

  it('drops lines while the disk lags, and says how many', async () => {
    const path = join(folder, 'access.log');
    {
      await using log = new AccessLog(path, { maxPendingBytes: 1, onError: unexpected });
      for (const name of ['/kept', '/dropped', '/dropped']) log.write(record(name), 0);
      // The first line has to reach the disk before another one is taken.
      while (readFileSync(path, 'utf8') === '') await new Promise((resolve) => setImmediate(resolve));
      await new Promise((resolve) => setImmediate(resolve));
      log.write(record('/later'), 0);
    }
    expect(linesOf(path).map(({ uri, dropped }) => [uri.split('?')[0], dropped])).toEqual([
      ['/kept', undefined],
      ['/later', 2],
    ]);
  });

  it('cannot be opened where there is no folder', () => {
    expect(() => new AccessLog(join(folder, 'absent/access.log'), { onError: unexpected })).toThrow('ENOENT');
  });
});
