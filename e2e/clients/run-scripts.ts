/** Runs scripts with one tool, and after each asks the server what it refused. */
import assert from 'node:assert/strict';
import type { Check } from '../suite.ts';
import { expectedRefusals, type Script } from './script.ts';
import type { Target } from './target.ts';
import type { Tool } from './tool.ts';

export async function runScripts(check: Check, target: Target, tool: Tool, scripts: readonly Script[]): Promise<void> {
  for (const script of scripts) {
    if ((script.since ?? 0) > tool.version) continue;
    await check(`${tool.title}: ${script.name}`, async () => {
      try {
        await script.run(tool);
      } catch (error) {
        await target.refusals(tool.agent);
        throw error;
      }
      const expected = expectedRefusals(script, tool.version, target.complete);
      assert.deepEqual(await target.refusals(tool.agent), expected, 'refused requests');
    });
  }
}
