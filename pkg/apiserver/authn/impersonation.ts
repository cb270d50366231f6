/** S8, SV3: acting as somebody else needs the `impersonate` verb for each thing taken on; headers are never ignored. */
import { badRequest } from '../../api/status.ts';
import type { Authorizer } from '../authz/authorizer.ts';
import type { ApiRequest, UserInfo } from '../http/exchange.ts';
import { withGroup } from './authenticator.ts';

const extraPrefix = 'impersonate-extra-';

export function impersonate(request: ApiRequest, user: UserInfo, authorizer: Authorizer): UserInfo {
  const { headers } = request;
  const names = Object.keys(headers).filter((name) => name.startsWith('impersonate-'));
  if (names.length === 0) return user;
  const username = headers['impersonate-user'] ?? '';
  if (username === '') throw badRequest('requested impersonation without impersonating a user');
  const groups = (headers['impersonate-group'] ?? '').split(', ').filter((group) => group !== '');
  const account = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(username);
  const ask = (resource: string, name: string, namespace = '', subresource = '', group = ''): void =>
    authorizer.require(
      { kind: 'resource', verb: 'impersonate', group, version: 'v1', resource, subresource, namespace, name },
      user,
    );
  if (account === null) ask('users', username);
  else ask('serviceaccounts', account[2] ?? '', account[1] ?? '');
  for (const group of groups) ask('groups', group);
  for (const name of names) {
    if (!name.startsWith(extraPrefix)) continue;
    ask(
      'userextras',
      headers[name] ?? '',
      '',
      decodeURIComponent(name.slice(extraPrefix.length)),
      'authentication.k8s.io',
    );
  }
  const own = account === null ? [] : ['system:serviceaccounts', `system:serviceaccounts:${account[1]}`];
  return withGroup({ username, groups: groups.length > 0 ? groups : own });
}
