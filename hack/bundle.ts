/**
 * Puts the command and all it loads at start into a few files, which start in two thirds of the time that hundreds of
 * modules take. `pkg/cmd/fairlead.mjs` uses them for as long as no source has changed since: `sources.json` says which
 * files went in and when they were last written.
 */
import { build } from 'esbuild';
import { mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
/** Where `pkg/cmd/fairlead.mjs` looks. */
const usual = join(root, 'node_modules/.cache/bundle');

export async function bundleCommand(folder: string = usual): Promise<void> {
  const draft = `${folder}-${process.pid}`;
  mkdirSync(dirname(folder), { recursive: true });
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['pkg/cmd/main.ts'],
    outdir: draft,
    bundle: true,
    splitting: true,
    packages: 'bundle',
    // Loaded late or not at all, and not all of them can be bundled.
    external: ['@kubernetes/client-node', 'p-queue', 'pino', 'prom-client', 'undici', 'yaml'],
    platform: 'node',
    format: 'esm',
    target: 'node24',
    metafile: true,
    logLevel: 'error',
    // Packages written for `require`.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  const sources = Object.keys(metafile.inputs).map((path) => [path, statSync(join(root, path)).mtimeMs]);
  writeFileSync(join(draft, 'sources.json'), JSON.stringify(sources));
  rmSync(folder, { recursive: true, force: true });
  renameSync(draft, folder);
}

if (import.meta.main) await bundleCommand();
