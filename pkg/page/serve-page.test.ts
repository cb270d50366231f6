import { request } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { startPage } from './serve-page.ts';
import type { PageInputs } from './view.ts';

const nothing: PageInputs = { services: [], slices: [], pods: [], nodes: [], doors: [] };
const source = { inputs: () => nothing, subscribe: () => () => {}, port: 0 };

const statusFor = (url: string, host: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    request(url, { headers: { host } }, (response) => resolve(response.resume().statusCode))
      .on('error', reject)
      .end();
  });

/** The next event of the stream. */
async function eventsOf(url: string): Promise<AsyncIterator<string>> {
  const { body } = await fetch(`${url}events`);
  if (body === null) throw new Error('no stream');
  return body.pipeThrough(new TextDecoderStream())[Symbol.asyncIterator]();
}

describe('startPage', () => {
  it('serves one document that loads nothing from elsewhere', async () => {
    await using page = await startPage(source);
    const answer = await fetch(page.url);
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(await answer.text()).toContain('<title>Fairlead</title>');
  });

  it('streams the view at once and after each change that shows', async () => {
    let changed = (): void => {};
    let inputs = nothing;
    await using page = await startPage({
      ...source,
      inputs: () => inputs,
      subscribe: (listener) => {
        changed = listener;
        return () => {};
      },
    });
    const events = await eventsOf(page.url);
    expect((await events.next()).value).toBe('data: {"services":[],"more":0}\n\n');
    changed();
    inputs = { ...nothing, services: [{ metadata: { namespace: 'default', name: 'web' }, spec: {} }] };
    changed();
    expect((await events.next()).value).toContain('"name":"web"');
    await events.return?.();
  });

  it('refuses names that others may point at this machine', async () => {
    await using page = await startPage(source);
    expect(await statusFor(page.url, 'evil.example')).toBe(403);
    expect(await statusFor(page.url, 'localhost:1')).toBe(200);
    expect(await statusFor(`${page.url}other`, '127.0.0.1')).toBe(404);
  });

  it('takes another port when its own is taken', async () => {
    await using first = await startPage(source);
    await using second = await startPage({ ...source, port: Number(new URL(first.url).port) });
    expect(second.url).not.toBe(first.url);
  });
});
