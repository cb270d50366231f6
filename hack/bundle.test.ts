import { expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fairleadVersion } from '../pkg/cmd/fairlead-version.ts';
import { bundleCommand } from './bundle.ts';

const root = resolve(import.meta.dirname, '..');

it('the bundle is the command, and remembers which sources it was made of', async () => {
  const parent = mkdtempSync(join(root, 'node_modules/.cache/bundle-test-'));
  try {
    const folder = join(parent, 'bundle');
    await bundleCommand(folder);
    const { stdout } = spawnSync(process.execPath, [join(folder, 'main.js'), 'version'], { encoding: 'utf8' });
    expect(stdout).toContain(fairleadVersion());
    const sources = new Map(JSON.parse(readFileSync(join(folder, 'sources.json'), 'utf8')) as [string, number][]);
    const late = 'pkg/apiserver/server.ts';
    expect(sources.get(late)).toBe(statSync(join(root, late)).mtimeMs);
  } finally {
    rmSync(parent, { recursive: true, force: true });
  }
});
