/**
 * The server that the clients talk to, with a log of what it was asked: `fairlead apiserver`, or for comparison the real
 * kube-apiserver (`FAIRLEAD_CLIENTS_AGAINST=kube-apiserver`), which shows whether an expectation is upstream's.
 */
import { closeSync, existsSync, mkdtempSync, openSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startControllerManager } from '../controller-manager.ts';
import { missingPeers, startRealControlPlane } from '../peers.ts';
import { eventually, RestClient } from '../rest.ts';
import { startServer } from '../server.ts';
import { parseAccess, parseAudit, refusalOf, type Access } from './access.ts';

export interface Target extends AsyncDisposable {
  readonly url: string;
  readonly kubeconfig: string;
  readonly rest: RestClient;
  /** Serves every kind that upstream serves. */
  readonly complete: boolean;
  /** Ends the server and starts it again on the same port; absent where that cannot be done. */
  readonly restart?: () => Promise<void>;
  /**
   * What a client whose User-Agent begins so was answered with 4xx or 5xx since the last call for it: each pattern once,
   * in order of the alphabet.
   */
  refusals(agent: string): Promise<readonly string[]>;
  /** Everything that such a client asked for since the last call for it, in order; not to be mixed with `refusals`. */
  accesses(agent: RegExp): Promise<readonly Access[]>;
}

const against = process.env['FAIRLEAD_CLIENTS_AGAINST'] ?? 'fairlead';

/** Tells what a suite says it runs against. */
export const targetName = against === 'fairlead' ? 'fairlead apiserver' : 'kube-apiserver 1.36';

export const missingTarget = (): string | undefined =>
  against === 'fairlead' ? undefined : missingPeers('kube-apiserver', 'kube-controller-manager', 'etcd');

export interface TargetOptions {
  /** False: namespaces and garbage are left to a kube-controller-manager that the suite brings. */
  readonly manager?: boolean;
  /** That both servers understand. */
  readonly flags?: readonly string[];
}

export function startTarget({ manager = true, flags = [] }: TargetOptions = {}): Promise<Target> {
  return against === 'fairlead' ? startFairlead(manager, flags) : startReal(manager, flags);
}

async function startFairlead(lifecycle: boolean, flags: readonly string[]): Promise<Target> {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-clients-'));
  const path = join(folder, 'access.log');
  const server = await startServer(
    'apiserver',
    '--access-log',
    path,
    ...(lifecycle ? [] : ['--no-lifecycle']),
    ...flags,
  );
  const rest = RestClient.fromKubeconfig(server.kubeconfig);
  return {
    url: server.url,
    kubeconfig: server.kubeconfig,
    rest,
    complete: false,
    restart: () => server.restart(),
    ...readerOf(rest, path, parseAccess),
    [Symbol.asyncDispose]: async () => {
      await rest.close();
      await server[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const auditPolicy = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived, ResponseStarted]
rules: [{level: Metadata}]
`;

async function startReal(withManager: boolean, more: readonly string[]): Promise<Target> {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-clients-'));
  const [policy, path] = [join(folder, 'policy.yaml'), join(folder, 'audit.log')];
  writeFileSync(policy, auditPolicy);
  const audit = [`--audit-policy-file=${policy}`, `--audit-log-path=${path}`, '--audit-log-mode=blocking-strict'];
  const server = await startRealControlPlane({ flags: [...audit, ...more] });
  const manager = withManager
    ? await startControllerManager({
        kubeconfig: server.kubeconfig,
        folder,
        controllers: ['namespace', 'garbage-collector', 'serviceaccount', 'root-ca-certificate-publisher'],
        flags: [`--root-ca-file=${join(server.folder, 'ca.crt')}`],
      })
    : undefined;
  const rest = RestClient.fromKubeconfig(server.kubeconfig);
  return {
    url: server.url,
    kubeconfig: server.kubeconfig,
    rest,
    complete: true,
    ...readerOf(rest, path, parseAudit),
    [Symbol.asyncDispose]: async () => {
      await rest.close();
      await manager?.[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function readerOf(
  rest: RestClient,
  path: string,
  parse: (line: string) => Access,
): Pick<Target, 'refusals' | 'accesses'> {
  let offset = 0;
  let round = 0;
  let seen: Access[] = [];
  const marks = new Set<string>();
  const read = (): void => {
    const text = readFrom(path, offset);
    const end = text.lastIndexOf('\n') + 1;
    offset += Buffer.byteLength(text.slice(0, end));
    for (const access of text.slice(0, end).split('\n').filter(Boolean).map(parse)) {
      if (access.uri.startsWith('/version?round=')) marks.add(access.uri);
      else if (wanted(access)) seen.push(access);
    }
  };
  const take = async (agent: (userAgent: string) => boolean): Promise<Access[]> => {
    // Lines are written in the order of the answers: once this one is there, so are those before it.
    const mark = `/version?round=${(round += 1)}`;
    await rest.get(mark);
    await eventually(`${path} to tell of ${mark}`, () => {
      read();
      return marks.delete(mark) ? true : undefined;
    });
    const { own = [], others = [] } = Object.groupBy(seen, ({ userAgent }) => (agent(userAgent) ? 'own' : 'others'));
    seen = others;
    return own;
  };
  return {
    refusals: async (agent) => {
      const own = await take((userAgent) => userAgent.startsWith(agent));
      return [...new Set(own.filter(({ code }) => code >= 400).map(refusalOf))].sort();
    },
    accesses: (agent) => take((userAgent) => agent.test(userAgent)),
  };
}

/** Reading is not remembered unless it was refused: there is a lot of it. */
const wanted = ({ code, method }: Access): boolean => code >= 400 || method !== 'GET';

function readFrom(path: string, offset: number): string {
  if (!existsSync(path)) return '';
  const descriptor = openSync(path, 'r');
  try {
    const chunks: Buffer[] = [];
    for (let at = offset; ;) {
      const chunk = Buffer.alloc(1 << 20);
      const length = readSync(descriptor, chunk, 0, chunk.length, at);
      if (length === 0) return Buffer.concat(chunks).toString('utf8');
      chunks.push(chunk.subarray(0, length));
      at += length;
    }
  } finally {
    closeSync(descriptor);
  }
}
