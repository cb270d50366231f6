/**
 * Writes pkg/api/schema/tables from the published Go types of one Kubernetes release. Needs `go`, which downloads the
 * modules. Run it by hand when the release below changes, and read the diff as a change of behaviour.
 */
import { execFileSync } from 'node:child_process';
import { join, resolve } from 'node:path';

const release = 'v0.36.3';
const modules = {
  api: 'k8s.io/api',
  machinery: 'k8s.io/apimachinery',
  extensions: 'k8s.io/apiextensions-apiserver',
};
const root = resolve(import.meta.dirname, '..');

function moduleFolder(module: string): string {
  const answer = execFileSync('go', ['mod', 'download', '-json', `${module}@${release}`], {
    cwd: join(root, 'hack/gen/schema'),
    env: { ...process.env, GOFLAGS: '-mod=mod' },
    encoding: 'utf8',
  });
  return (JSON.parse(answer) as { Dir: string }).Dir;
}

const tables = join(root, 'pkg/api/schema/tables');
execFileSync(
  'go',
  ['run', '.', `-out=${tables}`, ...Object.entries(modules).map(([flag, name]) => `-${flag}=${moduleFolder(name)}`)],
  { cwd: join(root, 'hack/gen/schema'), env: { ...process.env, GO111MODULE: 'off' }, stdio: 'inherit' },
);
console.log(`Wrote ${tables} from ${release}`);
