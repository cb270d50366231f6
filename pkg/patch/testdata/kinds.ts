/** The types the goldens were made with: the published kinds, one custom resource with a schema, one without. */
import { schemaOf } from '../../api/schema/index.ts';
import type { Field, ListType, StructType, Type } from '../../api/schema/types.ts';

/** `v1/Service`, `apps/v1/Deployment`, `example.com/v1/Widget`, `example.com/v1/Untyped`. */
export function typeOf(path: string): Type {
  const [version, kind] = [apiVersionOf(path), kindOf(path)];
  if (version === 'example.com/v1') return kind === 'Widget' ? widget : { kind: 'json' };
  const slash = version.lastIndexOf('/');
  const type = schemaOf(version.slice(0, Math.max(slash, 0)), version.slice(slash + 1), kind);
  if (type === undefined) throw new Error(`no schema for ${path}`);
  return type;
}

export const apiVersionOf = (path: string): string => path.slice(0, path.lastIndexOf('/'));
export const kindOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

export function struct(
  name: string,
  types: Readonly<Record<string, Type>>,
  more: Partial<StructType> = {},
): StructType {
  const fields = Object.entries(types).map(([json, type]) => field(json, type));
  return {
    kind: 'struct',
    name: `com.example.v1.${name}`,
    description: '',
    fields,
    byJson: new Map(fields.map((each) => [each.json, each])),
    byProto: new Map(),
    ...more,
  };
}

const field = (json: string, type: Type): Field => ({
  json,
  proto: 0,
  type,
  pointer: false,
  omitEmpty: true,
  required: false,
  description: '',
  ...(json === 'protocol' ? { default: 'TCP' } : {}),
});

export const list = (item: Type, kind: ListType['list'], ...keys: string[]): ListType => ({
  kind: 'list',
  item,
  list: kind,
  keys,
});

const string: Type = { kind: 'string' };
const int: Type = { kind: 'int64' };
const map = (value: Type, atomic = false): Type => ({ kind: 'map', value, atomic });

function objectMeta(): Type {
  const service = schemaOf('', 'v1', 'Service');
  return service?.byJson.get('metadata')?.type ?? { kind: 'json' };
}

const port = struct('Port', { port: int, protocol: string, name: string, tags: list(string, 'set') });
const sub = struct('Sub', { a: string, b: string }, { atomic: true });
const part = struct('Part', { id: string, sub }, { preserveUnknown: true });

const widgetSpec = struct('WidgetSpec', {
  replicas: int,
  tags: list(string, 'set'),
  nums: list(int, 'set'),
  ports: list(port, 'map', 'port', 'protocol'),
  parts: list(part, 'map', 'id'),
  list: list(string, 'atomic'),
  atomicMap: map(string, true),
  map: map(string),
  mapOfObjects: map(struct('Entry', { a: string, c: { kind: 'bool' } })),
  free: struct('Free', {}, { preserveUnknown: true }),
  any: { kind: 'json' },
  iors: { kind: 'intOrString' },
});

const widget = struct('Widget', {
  apiVersion: string,
  kind: string,
  metadata: objectMeta(),
  spec: widgetSpec,
  status: struct('WidgetStatus', { phase: string }, { preserveUnknown: true }),
});
