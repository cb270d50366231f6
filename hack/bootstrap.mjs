// First stop of `npm start`, `npm test` and friends. Plain JavaScript for any Node from 20 on: installs what is
// missing, then runs the wanted script under the Node 24 of this clone.
//   node hack/bootstrap.mjs SCRIPT [ARGUMENT…]
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, lstatSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [script, ...args] = process.argv.slice(2);
const parent = process.ppid;

const installed = installDependencies();
const node = pickNode();
// A convenience: without it the command runs from its sources, a little later.
if (installed) spawnSync(node, [join(root, 'hack/bundle.ts')], { stdio: 'ignore' });
const target = join(root, script);
if (node === process.execPath) {
  process.argv = [process.execPath, target, ...args];
  whenOrphaned(() => process.kill(process.pid, 'SIGTERM'));
  await import(pathToFileURL(target).href);
} else {
  runUnder(node);
}

/** Runs `npm ci` when node_modules is absent or was made from another lockfile; true if it did. */
function installDependencies() {
  const lock = readFileSync(join(root, 'package-lock.json'), 'utf8');
  const stamp = join(root, 'node_modules/.fairlead-lock');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return false;
  // A second work tree that borrows the modules of the first must not have npm empty them.
  if (lstatSync(join(root, 'node_modules'), { throwIfNoEntry: false })?.isSymbolicLink()) return false;
  process.stderr.write('Installing dependencies (once per lockfile) …\n');
  const npm = process.env.npm_execpath;
  const options = { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] };
  const arguments_ = ['ci', '--no-fund', '--no-audit', '--loglevel=error'];
  const { status } = npm
    ? spawnSync(process.execPath, [npm, ...arguments_], options)
    : spawnSync('npm', arguments_, options);
  if (status !== 0) {
    process.stderr.write('npm ci did not finish. Check that the npm registry can be reached, then try again.\n');
    process.exit(1);
  }
  writeFileSync(stamp, lock);
  return true;
}

/** The Node that came with the install, else this one if it is new enough. */
function pickNode() {
  const own = join(root, 'node_modules/.bin/node');
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  if (existsSync(own)) return own;
  process.stderr.write(
    `Fairlead needs Node 24, this is ${process.version}, and the bundled one is missing.\n` +
      'Run `npm ci` without --ignore-scripts (or `npm rebuild node`), or install Node 24.\n',
  );
  process.exit(1);
}

function runUnder(binary) {
  const child = spawn(binary, [target, ...args], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  whenOrphaned(() => child.kill('SIGTERM'));
  child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
}

/** npm passes a signal to its shell alone, which dies without a word; what it started would stay. */
function whenOrphaned(stop) {
  if (process.env.npm_lifecycle_event === undefined || process.platform === 'win32') return;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    stop();
  }, 500).unref();
}
