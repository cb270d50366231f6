import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { EndpointSlice, KubeObject, Node, Service } from '../../api/types.ts';
import { buildModel, type Family, type NodeModel } from '../model/index.ts';

/** The node `node-a` of the cluster whose real rules were recorded. */
export function recordedModel(family: Family): NodeModel {
  const text = readFileSync(join(import.meta.dirname, 'recorded-cluster.yaml'), 'utf8');
  const objects = parseAllDocuments(text).map((document) => document.toJS() as KubeObject);
  const ofKind = <T>(kind: string): T[] => objects.filter((object) => object.kind === kind) as T[];
  const [node] = ofKind<Node>('Node');
  return buildModel(ofKind<Service>('Service'), ofKind<EndpointSlice>('EndpointSlice'), {
    family,
    node: { name: node?.metadata.name ?? '', labels: node?.metadata.labels ?? {} },
  });
}
