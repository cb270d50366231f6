/**
 * `node hack/image/root-tree.ts FOLDER [--without-libraries]`: the file tree of the image. With libraries it runs in a
 * chroot as it is; without, it lies on top of a distroless base that has them.
 */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { bundleCommand } from '../bundle.ts';

const root = resolve(import.meta.dirname, '../..');
/** What the bundle loads by name; the same list as in hack/bundle.ts. */
const loadedByName = ['@kubernetes/client-node', 'p-queue', 'pino', 'prom-client', 'undici', 'yaml'];
/** How the image starts; the Dockerfile says the same. */
export const entryPoint = [
  '/usr/local/bin/node',
  '--max-old-space-size-percentage=75',
  '--disable-proto=throw',
  '--disallow-code-generation-from-strings',
  '/app/entry.mjs',
] as const;

export async function buildRootTree(folder: string, withLibraries: boolean): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  const app = join(folder, 'app');
  mkdirSync(join(folder, 'usr/local/bin'), { recursive: true });
  mkdirSync(join(folder, 'tmp'), { recursive: true });
  chmodSync(join(folder, 'tmp'), 0o1777);
  await bundleCommand(app);
  copyFileSync(join(root, 'hack/image/entry.mjs'), join(app, 'entry.mjs'));
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  writeFileSync(join(app, 'package.json'), `${JSON.stringify({ name: 'fairlead', version, type: 'module' })}\n`);
  copyFileSync(join(root, 'LICENSE'), join(app, 'LICENSE'));
  for (const name of closure(loadedByName)) copyPackage(name, app);
  const node = realpathSync(process.execPath);
  copyFileSync(node, join(folder, 'usr/local/bin/node'));
  chmodSync(join(folder, 'usr/local/bin/node'), 0o755);
  if (withLibraries) for (const library of librariesOf(node)) copyLibrary(library, folder);
}

/** The packages and all that they depend on. */
function closure(names: readonly string[]): Set<string> {
  const found = new Set<string>();
  const add = (name: string): void => {
    const manifest = join(root, 'node_modules', name, 'package.json');
    if (found.has(name) || !existsSync(manifest)) return;
    found.add(name);
    const { dependencies = {} } = JSON.parse(readFileSync(manifest, 'utf8')) as { dependencies?: object };
    Object.keys(dependencies).forEach(add);
  };
  names.forEach(add);
  return found;
}

/** Without what only people and compilers read. */
function copyPackage(name: string, app: string): void {
  cpSync(join(root, 'node_modules', name), join(app, 'node_modules', name), {
    recursive: true,
    dereference: true,
    filter: (path) => !/\.(d\.[cm]?ts|map|md)$/.test(path),
  });
}

function librariesOf(program: string): string[] {
  const text = execFileSync('ldd', [program], { encoding: 'utf8' });
  return [...text.matchAll(/(\/\S+) \(0x/g)].flatMap(([, path]) => path ?? []);
}

function copyLibrary(path: string, folder: string): void {
  const target = join(folder, path);
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(realpathSync(path), target);
}

if (import.meta.main) {
  const [folder, flag] = process.argv.slice(2);
  if (folder === undefined || (flag !== undefined && flag !== '--without-libraries')) {
    console.error('Usage: node hack/image/root-tree.ts FOLDER [--without-libraries]');
    process.exit(1);
  }
  await buildRootTree(resolve(folder), flag === undefined);
}
