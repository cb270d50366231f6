/** Everything that one kubectl is asked to do. */
import type { Check } from '../../suite.ts';
import { runScripts } from '../run-scripts.ts';
import type { Target } from '../target.ts';
import { Tool } from '../tool.ts';
import { applying } from './applying.ts';
import { changing } from './changing.ts';
import { imperative } from './imperative.ts';
import { nodes } from './nodes.ts';
import { reading } from './reading.ts';
import { watching } from './watching.ts';

const scripts = [...reading, ...applying, ...changing, ...imperative, ...watching, ...nodes];

export async function runKubectl(check: Check, target: Target, program: string, minor: number): Promise<void> {
  using kubectl = new Tool({
    ...target,
    program,
    title: `kubectl 1.${minor}`,
    version: minor,
    agent: `kubectl-1.${minor}/`,
    namespace: `kubectl-1-${minor}`,
  });
  await kubectl.ok(`create namespace ${kubectl.namespace}`);
  await runScripts(check, target, kubectl, scripts);
  await kubectl.ok(`delete namespace ${kubectl.namespace} --wait=false`);
}
