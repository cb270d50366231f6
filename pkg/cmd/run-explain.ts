/** `fairlead explain`: asks pkg/explain about objects from a cluster or from manifests, and puts the answer in words. */
import {
  explainService,
  type ExplainInputs,
  type PodExplanation,
  type Sentence,
  type ServiceExplanation,
} from '../explain/index.ts';
import { askCluster } from './ask-cluster.ts';
import { jsonOf, linesOf, type CommandResult } from './command-result.ts';
import { ConfigError } from './config-error.ts';
import type { ExplainFlags } from './explain.ts';
import { loadManifests } from './load-manifests.ts';
import { rulesInWords, rulesOnNode, type RulesOnNode } from './node-rules.ts';
import { nodesMeant, worldFrom, worldOf, type World } from './world.ts';

/** I7: what the exit code says of the named Pod. */
const doesNotServe = 3;

export async function runExplain(
  service: string,
  pod: string | undefined,
  flags: ExplainFlags,
): Promise<CommandResult> {
  const inputs = flags.filename === undefined ? await live(service, flags) : fromFiles(service, flags);
  const explanation = explainService(inputs);
  const { namespace = '' } = inputs.service.metadata;
  const rules = flags.proxyMode === undefined ? undefined : rulesOnNode(flags.proxyMode, inputs, flags);
  if (pod === undefined) return told(explanation, namespace, explanation.pods, flags, 0, rules);
  if (!inputs.pods.some(({ metadata }) => metadata.name === pod)) {
    throw new ConfigError(`there is no Pod ${pod} in namespace ${namespace}.`);
  }
  const named = explanation.pods.filter((one) => one.pod === pod);
  const serves = named.some((one) => one.serves);
  return told(explanation, namespace, named, flags, serves ? 0 : doesNotServe, rules);
}

function live(name: string, flags: ExplainFlags): Promise<ExplainInputs> {
  return askCluster(flags, async (cluster) => {
    const namespace = flags.namespace ?? cluster.namespace;
    const world = await worldFrom(cluster.client({ component: 'explain' }), namespace);
    return inputsFor(name, namespace, world, world.slices);
  });
}

/** Without any slice in the manifests, what should be published is explained. */
function fromFiles(name: string, { filename = [], namespace = 'default' }: ExplainFlags): ExplainInputs {
  const world = worldOf(loadManifests(filename, namespace));
  const slices = world.slices.length === 0 ? undefined : world.slices;
  return inputsFor(name, namespace, { ...world, nodes: nodesMeant(world) }, slices);
}

function inputsFor(name: string, namespace: string, world: World, slices: World['slices'] | undefined): ExplainInputs {
  const here = ({ metadata }: World['services' | 'pods' | 'endpoints'][number]): boolean =>
    metadata.namespace === namespace;
  const service = world.services.find((one) => here(one) && one.metadata.name === name);
  if (service === undefined) throw new ConfigError(`there is no Service ${name} in namespace ${namespace}.`);
  const endpoints = world.endpoints.find((one) => here(one) && one.metadata.name === name);
  return {
    service,
    pods: world.pods.filter(here),
    nodes: world.nodes,
    ...(slices === undefined ? {} : { slices }),
    ...(endpoints === undefined ? {} : { endpoints }),
  };
}

/** The whole answer for a person. */
export function explainInWords(inputs: ExplainInputs): string {
  const explanation = explainService(inputs);
  return told(explanation, inputs.service.metadata.namespace ?? '', explanation.pods, {}, 0).output.trimEnd();
}

function told(
  explanation: ServiceExplanation,
  namespace: string,
  pods: readonly PodExplanation[],
  { output }: ExplainFlags,
  exitCode: number,
  rules?: RulesOnNode,
): CommandResult {
  const node = rules === undefined ? {} : { rules };
  if (output === 'json') return { output: jsonOf({ namespace, ...explanation, pods, ...node }), exitCode };
  const shown = pods.length === 1 ? pods : pods.filter(({ related, serves }) => related || serves);
  const left = pods.length - shown.length;
  const lines = [
    `Service ${namespace}/${explanation.service}`,
    ...explanation.sentences.flatMap((sentence) => sentenceLines('  ', sentence)),
    ...shown.flatMap(podLines),
    ...(rules === undefined ? [] : ['', ...rulesInWords(rules)]),
    ...(left === 0 ? [] : ['', `${left} more ${left === 1 ? 'Pod' : 'Pods'} with other labels; -o json has all.`]),
  ];
  return { output: linesOf(lines), exitCode };
}

function podLines({ pod, serves, sentences }: PodExplanation): string[] {
  return [
    '',
    `Pod ${pod}  ${serves ? 'serves' : 'does not serve'}`,
    ...sentences.flatMap((one) => sentenceLines('  ', one)),
  ];
}

function sentenceLines(indent: string, { text, fix }: Sentence): string[] {
  return fix === undefined ? [`${indent}${text}`] : [`${indent}${text}`, `${indent}  → ${fix}`];
}
