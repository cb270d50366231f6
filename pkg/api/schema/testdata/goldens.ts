/** Test aid: the recorded files of this folder. README.md says where they come from. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { schemaOf } from '../index.ts';
import type { StructType } from '../types.ts';

export interface ObjectGolden {
  /** `discovery.k8s.io/v1 EndpointSlice`. */
  readonly kind: string;
  readonly json: string;
  /** Base64 of the body; kinds without protobuf have none. */
  readonly proto?: string;
  /** The JSON of the decoded body, where it differs: protobuf has no empty lists, and holds some zeros as null. */
  readonly twin?: string;
}

export function golden(file: string): unknown {
  return JSON.parse(readFileSync(join(import.meta.dirname, file), 'utf8'));
}

export function kindNamed(kind: string): StructType {
  const [groupVersion = '', name = ''] = kind.split(' ');
  const [group = '', version = ''] = groupVersion.includes('/') ? groupVersion.split('/') : ['', groupVersion];
  const type = schemaOf(group, version, name);
  if (type === undefined) throw new Error(`no kind ${kind}`);
  return type;
}
