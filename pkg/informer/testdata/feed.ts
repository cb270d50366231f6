import type { KubeObject } from '../../api/types.ts';
import { services } from '../../api/resources.ts';
import { RestClient } from '../../client/index.ts';
import { frame, OpenBody, ScriptedTransport } from '../../client/testdata/scripted-transport.ts';
import type { Answer, Script } from '../../client/testdata/scripted-transport.ts';
import { VirtualClock } from '../../clock/index.ts';
import { MetricRegistry } from '../../metrics/index.ts';
import { Informer } from '../informer.ts';
import type { InformerOptions, InformerSettings } from '../informer.ts';

/** A Service of version `rv`; its uid is its name unless said otherwise. */
export function svc(name: string, rv: number | string, more: { uid?: string; labels?: Record<string, string> } = {}) {
  const { uid = name, labels = {} } = more;
  const metadata = { name, namespace: 'default', uid, resourceVersion: String(rv), labels };
  return { apiVersion: 'v1', kind: 'Service', metadata } satisfies KubeObject;
}

export const list = (rv: number | string, items: readonly object[], next?: string): Answer => ({
  body: { kind: 'ServiceList', metadata: { resourceVersion: String(rv), ...(next ? { continue: next } : {}) }, items },
});

export const bookmark = (rv: number | string): string =>
  frame('BOOKMARK', { kind: 'Service', apiVersion: 'v1', metadata: { resourceVersion: String(rv) } });

export const initialEnd = (rv: number | string): string =>
  frame('BOOKMARK', {
    kind: 'Service',
    apiVersion: 'v1',
    metadata: { resourceVersion: String(rv), annotations: { 'k8s.io/initial-events-end': 'true' } },
  });

export const added = (object: object): string => frame('ADDED', object);
export const modified = (object: object): string => frame('MODIFIED', object);
export const deleted = (object: object): string => frame('DELETED', object);

/** A watch that stays open; send to it through `body`. */
export function openWatch(...pieces: readonly string[]): { body: OpenBody } {
  const body = new OpenBody();
  body.send(...pieces);
  return { body };
}

export interface Rig {
  readonly informer: Informer<KubeObject>;
  readonly transport: ScriptedTransport;
  readonly clock: VirtualClock;
  readonly metrics: MetricRegistry;
  /** What a handler was told: `add a@1 initial`, `update a@1 a@2`, `delete a@2`. */
  readonly told: string[];
  readonly stop: AbortController;
  /** `GET list 0`, `watch 7`, `stream`: what was asked, without what is always the same. */
  asked(): string[];
}

/** An informer on a script, with one handler that writes down what it is told. Not started. */
export function rig(
  script: Script | readonly (Answer | Error)[],
  options: InformerOptions<KubeObject> = {},
  settings: Partial<InformerSettings> = {},
): Rig {
  const clock = new VirtualClock();
  const transport = new ScriptedTransport(script);
  const client = new RestClient({ transport, clock });
  const metrics = new MetricRegistry();
  const full = { client, clock, random: () => 0, metrics, freeze: true, streamingLists: false, ...settings };
  const informer = new Informer<KubeObject>(services, options, full);
  const told: string[] = [];
  informer.addHandler(scribe(told));
  return { informer, transport, clock, metrics, told, stop: new AbortController(), asked: () => asked(transport) };
}

const text = ({ metadata }: KubeObject): string => `${metadata.name}@${metadata.resourceVersion}`;

export function scribe(told: string[]) {
  return {
    add: (object: KubeObject, isInitial: boolean) =>
      void told.push(`add ${text(object)}${isInitial ? ' initial' : ''}`),
    update: (old: KubeObject, current: KubeObject) => void told.push(`update ${text(old)} ${text(current)}`),
    delete: (last: KubeObject, unknown: boolean) => void told.push(`delete ${text(last)}${unknown ? ' unknown' : ''}`),
  };
}

function asked(transport: ScriptedTransport): string[] {
  return transport.requests.map(({ path }) => {
    const query = new URL(path, 'http://x').searchParams;
    const version = query.get('resourceVersion') ?? '-';
    if (query.has('sendInitialEvents')) return `stream ${version}`;
    if (query.has('watch')) return `watch ${version}`;
    const limit = query.has('limit') ? ` limit ${query.get('limit')}` : '';
    const next = query.has('continue') ? ` continue ${query.get('continue')}` : '';
    return `list ${version}${limit}${next}`;
  });
}
