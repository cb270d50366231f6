/** The user that a ServiceAccount is. */
import type { UserInfo } from '../http/exchange.ts';

/** `account`: `namespace/name`. */
export function serviceAccountUser(account: string): UserInfo {
  const [namespace = '', name = ''] = account.split('/', 2);
  return {
    username: `system:serviceaccount:${namespace}:${name}`,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
  };
}
