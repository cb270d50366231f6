/** What a node proxy would write when objects change: in nftables the transaction, elsewhere the lines that differ. */
import type { EndpointSlice, Service } from '../api/types.ts';
import { ProxyTracker } from '../proxy/model/index.ts';
import { NftablesProgram } from '../proxy/nftables/render/index.ts';
import { renderRules, type RulesRequest } from './render-rules.ts';

export interface RuleDifferenceRequest extends Omit<RulesRequest, 'services' | 'slices'> {
  readonly before: Pick<RulesRequest, 'services' | 'slices'>;
  readonly after: Pick<RulesRequest, 'services' | 'slices'>;
}

/** Lines with `+ ` or `- ` before them; of nftables, the commands as they are. Empty: nothing to write. */
export function ruleDifference(request: RuleDifferenceRequest): string[] {
  const { before, after, ...rest } = request;
  if (rest.mode === 'nftables') return transaction(request);
  const lines = (side: RuleDifferenceRequest['before']): string[] =>
    renderRules({ ...rest, ...side })
      .split('\n')
      .filter((line) => line !== '');
  const [old, next] = [lines(before), lines(after)];
  const [oldSet, nextSet] = [new Set(old), new Set(next)];
  return [
    ...old.filter((line) => !nextSet.has(line)).map((line) => `- ${line}`),
    ...next.filter((line) => !oldSet.has(line)).map((line) => `+ ${line}`),
  ];
}

/** By the same program that a running proxy keeps (N41). */
function transaction({ before, after, node, family = 'IPv4', layout }: RuleDifferenceRequest): string[] {
  const tracker = new ProxyTracker({ family, node });
  const program = new NftablesProgram(family, layout === undefined ? {} : { layout });
  for (const service of before.services) tracker.applyService(service);
  for (const slice of before.slices) tracker.applySlice(slice);
  tracker.checkout();
  program.full(tracker.model());
  const kept = { services: keysOf(after.services), slices: keysOf(after.slices) };
  for (const service of before.services) if (!kept.services.has(keyOf(service))) tracker.removeService(nameOf(service));
  for (const slice of before.slices) if (!kept.slices.has(keyOf(slice))) tracker.removeSlice(nameOf(slice));
  for (const service of after.services) tracker.applyService(service);
  for (const slice of after.slices) tracker.applySlice(slice);
  return program
    .partial(tracker.checkout())
    .split('\n')
    .filter((line) => line !== '');
}

const nameOf = ({ metadata }: Service | EndpointSlice): { namespace: string; name: string } => ({
  namespace: metadata.namespace ?? '',
  name: metadata.name ?? '',
});

function keyOf(object: Service | EndpointSlice): string {
  const { namespace, name } = nameOf(object);
  return `${namespace}/${name}`;
}

const keysOf = (objects: readonly (Service | EndpointSlice)[]): Set<string> => new Set(objects.map(keyOf));
