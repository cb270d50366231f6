#!/usr/bin/env node
// The `fairlead` command. Plain JavaScript, so that any Node can say what is missing: Fairlead needs Node 24, and a
// clone brings its own. Compiled code is cached inside node_modules, which makes every start after the first quicker;
// so does the bundle that hack/bundle.ts puts there, as long as it was made of the sources that are here now.
import { existsSync, readFileSync, statSync } from 'node:fs';
import module from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(dirname(here));

if (Number(process.versions.node.split('.')[0]) >= 24) {
  if (process.argv[2] === 'proxy') keepNurserySmall();
  const modules = join(root, 'node_modules');
  if (existsSync(modules)) module.enableCompileCache(join(modules, '.cache/compile'));
  await import(pathToFileURL(pickMain(modules)).href);
} else {
  const own = join(root, 'node_modules/.bin/node');
  if (!existsSync(own)) {
    process.stderr.write(
      `fairlead needs Node 24 or newer, this is ${process.version}.\n` +
        'Install it, or run `npm start` in a clone, which brings its own.\n',
    );
    process.exit(1);
  }
  const { spawn } = await import('node:child_process');
  const child = spawn(own, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
}

/**
 * A node proxy runs on every node: with a small nursery it needs 200 MB for 5,000 Services instead of 310, and no more
 * time. V8 takes the size at its start only, so the process is replaced by one that has it; the pid stays.
 */
function keepNurserySmall() {
  const flag = '--max-semi-space-size';
  const given = [process.env.NODE_OPTIONS ?? '', ...process.execArgv];
  if (process.platform === 'win32' || process.execve === undefined || given.some((each) => each.includes(flag))) return;
  process.execve(process.execPath, [process.execPath, `${flag}=2`, ...process.execArgv, ...process.argv.slice(1)]);
}

/** The bundle if it is fresh, else the sources; in an installed package, what was compiled of them. */
function pickMain(modules) {
  const source = join(here, 'main.ts');
  if (!existsSync(source)) return join(root, 'dist/pkg/cmd/main.js');
  const bundle = join(modules, '.cache/bundle');
  try {
    const sources = JSON.parse(readFileSync(join(bundle, 'sources.json'), 'utf8'));
    const fresh = sources.every(([path, writtenMs]) => statSync(join(root, path)).mtimeMs === writtenMs);
    return fresh ? join(bundle, 'main.js') : source;
  } catch {
    return source;
  }
}
