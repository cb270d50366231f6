/** Under which names a server is known, to whom, and by whose word. */
import type { Identity, loadIdentity } from './authn/certificates.ts';
import type { PagePolicy } from './http/origin.ts';
import type { ApiServerOptions } from './server-options.ts';

/** Our own stay: the kubeconfig that we write is one of theirs. */
export const clientAuthorities = ({ clientCa }: ApiServerOptions, { ca }: Identity): string =>
  clientCa === undefined ? ca.cert : `${ca.cert}${clientCa}`;

/** What stands in the certificate that clients are shown. */
export function identityOptions({
  identityDirectory,
  clusterDomain,
  clock,
  listen: port,
}: Pick<ApiServerOptions, 'identityDirectory' | 'clusterDomain' | 'clock' | 'listen'>): Parameters<
  typeof loadIdentity
>[0] {
  const own = ['kubernetes', 'kubernetes.default', 'kubernetes.default.svc', `kubernetes.default.svc.${clusterDomain}`];
  const addresses = new Set(['127.0.0.1', '::1']);
  const host = port?.host ?? '';
  if (/^[\d.]+$|:/.test(host) && host !== '0.0.0.0' && host !== '::') addresses.add(host);
  return {
    ...(identityDirectory === undefined ? {} : { directory: identityDirectory }),
    names: ['localhost', ...own],
    addresses: [...addresses],
    now: clock.now(),
  };
}

/** Whose browser pages may call. */
export function pagePolicy(options: ApiServerOptions): PagePolicy {
  const host = options.listen?.host ?? '';
  return {
    names: new Set([...identityOptions(options).names, host.toLowerCase()]),
    origins: new Set(options.allowedOrigins?.map((origin) => origin.toLowerCase())),
  };
}
