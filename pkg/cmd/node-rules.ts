/** The rules of one node's proxy, for commands that explain and plan. */
import { Option, type Command } from 'commander';
import { planEndpointSlices } from '../../controllers/endpointslice/index.ts';
import type { EndpointSlice, Node } from '../api/types.ts';
import type { ExplainInputs } from '../explain/index.ts';
import { ruleDifference, traceRules, type TracedDestination } from '../plan/index.ts';
import type { Family, NodeView } from '../proxy/model/index.ts';
import { layoutNames, type LayoutName } from '../proxy/nftables/render/index.ts';
import { applyToObjects } from '../steps/index.ts';
import { ConfigError } from './config-error.ts';
import { families } from './proxy-node.ts';
import { proxyModes, type ProxyMode } from './proxy.ts';
import type { World } from './world.ts';

export interface RuleFlags {
  readonly proxyMode?: ProxyMode;
  /** Default: the first of the Nodes by name. */
  readonly node?: string;
  readonly nftablesLayout?: LayoutName;
}

export function addRuleFlags(command: Command, what: string): Command {
  return command
    .addOption(new Option('--proxy-mode <mode>', `also ${what} with a proxy of this mode`).choices(proxyModes))
    .option('--node <name>', 'whose rules (default: the first Node by name)')
    .addOption(new Option('--nftables-layout <layout>', 'of nftables mode (default: flat)').choices(layoutNames));
}

export interface RulesOnNode {
  readonly node: string;
  readonly mode: ProxyMode;
  readonly destinations: readonly TracedDestination[];
}

/** Without any slice, those that should be are taken. */
export function rulesOnNode(mode: ProxyMode, inputs: ExplainInputs, flags: RuleFlags): RulesOnNode {
  const { service, nodes } = inputs;
  const { namespace = '', name = '' } = service.metadata;
  const node = nodeMeant(nodes, flags.node);
  const slices = inputs.slices ?? slicesMeant(inputs);
  const destinations = families.flatMap((family) =>
    traceRules({ ...common(node, flags), mode, family, services: [service], slices, namespace, name }),
  );
  return { node: node.view.name, mode, destinations };
}

export function rulesInWords({ node, mode, destinations }: RulesOnNode): string[] {
  const nothing = destinations.length === 0 ? ['  nothing: a proxy does not handle this Service'] : [];
  return [
    `Rules on node ${node}, mode ${mode}`,
    ...nothing,
    ...destinations.flatMap(({ kind, address, protocol, port, list, endpoints, rules }) => [
      `  ${kind.replace('-', ' ')} ${address}/${protocol}${port === '' ? '' : ` (${port})`}  ${list}`,
      ...(endpoints.length === 0 ? [] : [`    → ${endpoints.join(', ')}`]),
      ...rules.map((rule) => `    ${rule}`),
    ]),
  ];
}

export interface RulesWritten {
  readonly node: string;
  readonly mode: ProxyMode;
  readonly lines: readonly string[];
}

export function rulesWritten(mode: ProxyMode, before: World, after: World, flags: RuleFlags): RulesWritten {
  if (mode === 'userspace') throw new ConfigError('--proxy-mode: userspace has no rules to plan; its sockets follow.');
  const node = nodeMeant(after.nodes, flags.node);
  const lines = families.flatMap((family: Family) =>
    ruleDifference({ ...common(node, flags), mode, family, before, after }),
  );
  return { node: node.view.name, mode, lines };
}

export function writtenInWords({ node, mode, lines }: RulesWritten): string[] {
  const shown = lines.length === 0 ? ['  nothing'] : lines.map((line) => `  ${line}`);
  return [`Rules on node ${node}, mode ${mode}; addresses that the server would choose are examples`, ...shown];
}

interface NodeMeant {
  readonly view: NodeView;
  readonly addresses: readonly string[];
}

function nodeMeant(nodes: readonly Node[], wanted: string | undefined): NodeMeant {
  const sorted = nodes.toSorted((a, b) => ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1));
  const node = wanted === undefined ? sorted[0] : sorted.find(({ metadata }) => metadata.name === wanted);
  if (wanted !== undefined && node === undefined) throw new ConfigError(`there is no Node ${wanted}.`);
  const addresses = (node?.status?.addresses ?? []).flatMap(({ type, address }) =>
    type === 'InternalIP' || type === 'ExternalIP' ? [address] : [],
  );
  return { view: { name: node?.metadata.name ?? 'node', labels: node?.metadata.labels ?? {} }, addresses };
}

const common = ({ view, addresses }: NodeMeant, { nftablesLayout }: RuleFlags) => ({
  node: view,
  nodeAddresses: addresses,
  ...(nftablesLayout === undefined ? {} : { layout: nftablesLayout }),
});

function slicesMeant({ service, pods, nodes }: ExplainInputs): EndpointSlice[] {
  return applyToObjects<EndpointSlice>([], planEndpointSlices({ service, pods, nodes, slices: [] }).steps);
}
