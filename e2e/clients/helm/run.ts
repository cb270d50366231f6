/** Everything that one Helm is asked to do. */
import type { Check } from '../../suite.ts';
import { runScripts } from '../run-scripts.ts';
import type { Target } from '../target.ts';
import { Tool } from '../tool.ts';
import { release } from './scripts.ts';
import { StandIn } from './stand-in.ts';

export async function runHelm(check: Check, target: Target, program: string, name: string): Promise<void> {
  const namespace = name.replace('.', '-');
  const options = { ...target, program, namespace, agent: 'none' };
  using asked = new Tool({ ...options, title: name, version: 0 });
  const [, version = '', major = ''] = /^v((\d+)\.\S+?)\+/.exec(await asked.ok('version --short')) ?? [];
  using helm = new Tool({ ...options, title: `helm ${version}`, version: Number(major), agent: `Helm/${version}` });
  await target.rest.post('/api/v1/namespaces', { metadata: { name: namespace } });
  {
    await using _standIn = new StandIn(target.rest, namespace);
    await runScripts(check, target, helm, release);
  }
  await target.rest.delete(`/api/v1/namespaces/${namespace}`);
}
