/** S3: a kubeconfig of its own, with everything embedded. */
import { chmodSync, renameSync, writeFileSync } from 'node:fs';
import type { Identity } from './certificates.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/**
 * Full rights: user kubernetes-admin of system:masters. `trusted` is what the server is known by, where its certificate
 * is not from our own authority.
 */
export function adminKubeconfig(url: string, { ca, admin }: Identity, trusted: string = ca.cert): string {
  return `apiVersion: v1
kind: Config
current-context: fairlead
clusters:
  - name: fairlead
    cluster:
      server: ${url}
      certificate-authority-data: ${base64(trusted)}
users:
  - name: kubernetes-admin
    user:
      client-certificate-data: ${base64(admin.cert)}
      client-key-data: ${base64(admin.key)}
contexts:
  - name: fairlead
    context:
      cluster: fairlead
      user: kubernetes-admin
      namespace: default
`;
}

export function writePrivateFile(path: string, content: string): void {
  const temporary = `${path}.new`;
  writeFileSync(temporary, content, { mode: 0o600 });
  chmodSync(temporary, 0o600);
  renameSync(temporary, path);
}
