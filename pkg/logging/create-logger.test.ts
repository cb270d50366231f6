import { describe, expect, it } from '@jest/globals';
import { createLogger } from './create-logger.ts';
import type { LoggerOptions } from './create-logger.ts';
import type { Logger } from './logger.ts';
import { silentLogger } from './logger.ts';

function written(options: LoggerOptions, say: (log: Logger) => void): string[] {
  const lines: string[] = [];
  say(
    createLogger({
      now: () => Date.UTC(2026, 0, 1, 15, 4, 5, 250),
      write: (line) => void lines.push(line),
      ...options,
    }),
  );
  return lines;
}

const everything = (log: Logger): void => {
  for (const level of ['error', 'warn', 'info', 'change', 'debug', 'trace'] as const) log[level]({}, level);
};

describe('createLogger', () => {
  it('E7 writes the keys of upstream', () => {
    const err = new Error('outer', { cause: new Error('inner') });
    const lines = written({ format: 'json' }, (log) => {
      log
        .child({ controller: 'endpointslice' })
        .change({ service: { namespace: 'default', name: 'web' } }, 'Updated EndpointSlice');
      log.error({ err, key: 'default/web' }, 'Work failed');
    });
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      {
        v: 2,
        ts: 1767279845250,
        controller: 'endpointslice',
        service: { namespace: 'default', name: 'web' },
        msg: 'Updated EndpointSlice',
      },
      { ts: 1767279845250, err: 'outer: inner', key: 'default/web', msg: 'Work failed' },
    ]);
  });

  it.each([
    [0, ['error', 'warn', 'info']],
    [1, ['error', 'warn', 'info']],
    [2, ['error', 'warn', 'info', 'change']],
    [3, ['error', 'warn', 'info', 'change']],
    [4, ['error', 'warn', 'info', 'change', 'debug']],
    [5, ['error', 'warn', 'info', 'change', 'debug', 'trace']],
    [10, ['error', 'warn', 'info', 'change', 'debug', 'trace']],
  ])('E7 --v=%i shows %j', (verbosity, shown) => {
    const lines = written({ format: 'json', verbosity }, everything);
    expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual(shown);
  });

  it('E7 writes text for people, in colour only when asked', () => {
    const say = (log: Logger): void => {
      log.warn(
        {
          service: { namespace: 'default', name: 'web' },
          node: { name: 'n1' },
          err: new Error('no room'),
          ms: 5,
          text: 'a b',
        },
        'Work failed',
      );
    };
    expect(written({ color: false }, say)).toEqual([
      '15:04:05.250 WARN  Work failed service=default/web node=n1 err="no room" ms=5 text="a b"\n',
    ]);
    expect(written({ color: true }, say)[0]).toContain('\u001B[33mWARN');
  });

  it('CL19, DL3 keeps secrets to itself', () => {
    const say = (log: Logger): void => {
      log.info(
        { token: 's3cret', headers: { authorization: 'Bearer s3cret' }, secret: { data: { a: 's3cret' } } },
        'x',
      );
    };
    for (const format of ['json', 'text'] as const) {
      const [line = ''] = written({ format, color: false }, say);
      expect(line).not.toContain('s3cret');
      expect(line.match(/\[redacted\]/g)).toHaveLength(3);
    }
  });

  it('writes down an error that is none', () => {
    const [line = ''] = written({ format: 'json' }, (log) => log.error({ err: 'just text' }, 'x'));
    expect(JSON.parse(line)).toMatchObject({ err: 'just text' });
  });

  it('says nothing through the silent logger', () => {
    everything(silentLogger.child({}));
    expect(silentLogger.child({})).toBe(silentLogger);
  });
});
