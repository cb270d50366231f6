import { describe, expect, it } from '@jest/globals';
import { testServer } from '../../testing/api-server.ts';
import { refuseForeignPages } from './origin.ts';

const policy = { names: new Set(['kubernetes.default.svc']), origins: new Set(['https://console.example.com']) };

describe('SV24 pages in browsers', () => {
  it.each([
    ['kubectl by address', { host: '127.0.0.1:6443' }],
    ['a client by a name we never heard of', { host: 'cluster.corp.example:6443' }],
    ['a client in this process', {}],
    ['our own page', { host: 'localhost:6443', origin: 'https://localhost:6443', 'sec-fetch-site': 'same-origin' }],
    ['our own page by IPv6', { host: '[::1]:6443', origin: 'https://[::1]:6443' }],
    ['our own page by a name of ours', { host: 'kubernetes.default.svc.', origin: 'https://kubernetes.default.svc.' }],
    ['an address typed by hand', { host: '10.0.0.7', 'sec-fetch-site': 'none' }],
    ['a page that was allowed', { host: 'anything', origin: 'https://console.example.com' }],
  ])('lets %s through', (_name, headers) => {
    expect(() => refuseForeignPages({ headers }, policy)).not.toThrow();
  });

  it.each([
    ['of another site', { host: '127.0.0.1:6443', origin: 'https://evil.example' }],
    ['of another port', { host: '127.0.0.1:6443', origin: 'https://127.0.0.1:8080' }],
    ['without TLS', { host: '127.0.0.1:6443', origin: 'http://127.0.0.1:6443' }],
    ['of a file', { host: '127.0.0.1:6443', origin: 'null' }],
    ['of another site, as an image', { host: '127.0.0.1:6443', 'sec-fetch-site': 'cross-site' }],
    ['whose name was rebound', { host: 'evil.example:6443', origin: 'https://evil.example:6443' }],
    ['whose name was rebound, reading', { host: 'evil.example:6443', 'sec-fetch-site': 'same-origin' }],
    ['called like an address', { host: '1.2.3.4.evil.example', origin: 'https://1.2.3.4.evil.example' }],
    ['called like a prototype', { host: '__proto__', origin: 'https://__proto__' }],
  ])('refuses a page %s', (_name, headers) => {
    expect(() => refuseForeignPages({ headers }, policy)).toThrow(/^browser pages of ".*" may not call this server$/);
  });

  it('answers with a Status before it asks who is there', async () => {
    await using api = await testServer({ lifecycle: false, allowedOrigins: ['https://Console.example.com'] });
    const ask = async (origin: string): Promise<unknown> => {
      const { status, body } = await api.get('/version', { headers: { host: 'localhost', origin } });
      return [status, body.reason];
    };
    expect(await ask('https://evil.example')).toEqual([403, 'Forbidden']);
    expect(await ask('https://console.example.com')).toEqual([200, undefined]);
  });
});
