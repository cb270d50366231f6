/** Asks a server in this process what the others are asked over HTTP. */
import { admin, type TestServer } from '../../pkg/testing/api-server.ts';
import { keptHeaders, parse, type Ask } from './send.ts';

const nobody = { username: 'nobody', uid: 'nobody-uid', groups: [] };

/** Steps that watch are not for this. */
export const askInProcess =
  (api: TestServer): Ask =>
  async ({ id, method, path, body, accept = 'application/json', contentType, user }) => {
    const { status, headers, text } = await api.request(method, path, {
      headers: {
        accept,
        'user-agent': 'script/1',
        ...(body === undefined ? {} : { 'content-type': contentType ?? 'application/json' }),
      },
      user: user === 'nobody' ? nobody : { ...admin, username: 'admin', uid: 'admin-uid' },
      ...(body === undefined ? {} : { body }),
    });
    const kept = keptHeaders.flatMap((name) => {
      const value = headers[name];
      return value === undefined ? [] : [[name, typeof value === 'string' ? value : value.join(' | ')] as const];
    });
    return { id, code: status, headers: Object.fromEntries(kept), body: parse(text) };
  };
