/**
 * `node hack/render-chart.ts`: writes the Helm chart's templates from what the kustomize overlays give, so that there is
 * one source. `npm run e2e -- manifests` fails when they are out of date or render otherwise.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseAllDocuments, stringify } from 'yaml';

const root = resolve(import.meta.dirname, '..');
export const templates = join(root, 'manifests/chart/fairlead/templates');

interface Shipped {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec?: { readonly template?: { readonly spec?: { affinity?: object } } };
}

function overlay(name: string): Map<string, Shipped> {
  const kubectl = join(root, '.peers/bin/kubectl-1.36');
  const folder = join(root, 'manifests/overlays', name);
  const { status, stdout, stderr } = spawnSync(kubectl, ['kustomize', folder], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`kubectl kustomize ${folder}: ${stderr}`);
  const objects = parseAllDocuments(stdout).map((document) => document.toJS() as Shipped);
  return new Map(objects.map((object) => [`${object.kind} ${object.metadata.name}`, object]));
}

/** File name to content. */
export function chartTemplates(): Map<string, string> {
  const [observe, adopt, ha] = ['observe', 'adopt', 'ha'].map(overlay) as [
    Map<string, Shipped>,
    Map<string, Shipped>,
    Map<string, Shipped>,
  ];
  const files = new Map<string, string>();
  for (const [key, object] of ha) {
    const name = `${object.kind}-${object.metadata.name}.yaml`.toLowerCase();
    if (object.kind === 'Deployment') files.set(name, deployment(object));
    else if (observe.has(key)) files.set(name, inNamespace(object));
    else if (adopt.has(key)) files.set(name, only('ne .Values.mode "observe"', object));
    else files.set(name, only('gt (int .Values.replicas) 1', object));
  }
  return files;
}

const inNamespace = (object: Shipped): string =>
  stringify(object, { lineWidth: 0 }).replaceAll('namespace: kube-system', 'namespace: {{ .Release.Namespace }}');

const only = (condition: string, object: Shipped): string =>
  `{{- if ${condition} }}\n${inNamespace(object)}{{- end }}\n`;

function deployment(object: Shipped): string {
  const { affinity } = object.spec?.template?.spec ?? {};
  if (affinity === undefined) throw new Error('the ha overlay was expected to give the Deployment an affinity');
  const block = stringify({ affinity }, { lineWidth: 0 }).replaceAll(/^/gm, '      ').trimEnd();
  const text = inNamespace(object);
  const replaced: readonly (readonly [string | RegExp, string])[] = [
    [block, `{{- if gt (int .Values.replicas) 1 }}\n${block}\n      {{- end }}`],
    [/replicas: 2\n/, 'replicas: {{ .Values.replicas }}\n'],
    [/image: \S+\n/, 'image: {{ .Values.image }}\n'],
    ['--mode=adopt', '--mode={{ .Values.mode }}'],
    ['--logging-format=json', '--logging-format={{ .Values.loggingFormat }}'],
    [/ resources:\n(?: {12,}.*\n)+/, ' resources: {{- toYaml .Values.resources | nindent 12 }}\n'],
  ];
  return replaced.reduce((before, [what, by]) => {
    const after = before.replace(what, () => by);
    if (after === before) throw new Error(`the Deployment has no ${String(what)}`);
    return after;
  }, text);
}

if (import.meta.main) for (const [name, text] of chartTemplates()) writeFileSync(join(templates, name), text);
