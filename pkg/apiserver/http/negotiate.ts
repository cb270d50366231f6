/** M1–M3: which form of an answer the client wants. */
import { failure } from '../../api/status.ts';

export type Transform = 'none' | 'table' | 'partial' | 'partialList';

export interface Representation {
  readonly mediaType: 'application/json' | 'application/yaml' | 'application/vnd.kubernetes.protobuf';
  readonly transform: Transform;
  /** Version of the transformed kind: v1 or v1beta1. */
  readonly transformVersion: string;
}

export const plainJson: Representation = { mediaType: 'application/json', transform: 'none', transformVersion: '' };

interface Member {
  readonly type: string;
  readonly params: ReadonlyMap<string, string>;
  readonly quality: number;
}

/** The members of an Accept header, best first: by q, wildcards last, then by position. */
export function parseAccept(header: string): Member[] {
  const members = header
    .split(',')
    .slice(0, 64)
    .map((text): Member => {
      const [type = '', ...rest] = text.split(';').map((part) => part.trim());
      const params = new Map<string, string>();
      for (const parameter of rest) {
        const [key = '', value = ''] = parameter.split('=', 2);
        params.set(key.trim().toLowerCase(), value.trim());
      }
      const quality = params.has('q') ? Number(params.get('q')) : 1;
      return { type: type.toLowerCase(), params, quality: Number.isNaN(quality) ? 0 : quality };
    })
    .filter((member) => member.type !== '');
  const wild = (member: Member): number => (member.type === '*/*' ? 2 : member.type.endsWith('/*') ? 1 : 0);
  return members
    .map((member, position) => ({ member, position }))
    .sort((a, b) => b.member.quality - a.member.quality || wild(a.member) - wild(b.member) || a.position - b.position)
    .map(({ member }) => member);
}

/** What this endpoint can produce beside plain JSON. */
export interface Offer {
  readonly transforms: readonly Transform[];
  readonly yaml?: boolean;
  readonly protobuf?: boolean;
  /** A collection, which may be read as a stream of events as well. */
  readonly watches?: boolean;
  /** Custom kinds know one refusal only. */
  readonly custom?: boolean;
}

const available = 'application/json, application/yaml, application/vnd.kubernetes.protobuf';

const streams = ', application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch';

/** Picks the first member we can serve; throws the 406 of M2 when there is none. */
export function negotiate(accept: string | undefined, offer: Offer): Representation {
  if (accept === undefined || accept === 'application/json' || accept.trim() === '') return plainJson;
  let knownType = false;
  for (const { type, params } of parseAccept(accept)) {
    const mediaType = concreteType(type, offer);
    if (mediaType === undefined) continue;
    knownType = true;
    const transform = transformOf(params);
    if (transform === undefined || (transform !== 'none' && !offer.transforms.includes(transform))) continue;
    return { mediaType, transform, transformVersion: params.get('v') ?? '' };
  }
  throw knownType || offer.custom === true
    ? failure(406, 'NotAcceptable', `only the following media types are accepted: ${available}`)
    : failure(
        406,
        'NotAcceptable',
        `406: Not Acceptable\n\nAvailable representations: ${available}${offer.watches === true ? streams : ''}`,
        {},
      );
}

function concreteType(type: string, offer: Offer): Representation['mediaType'] | undefined {
  if (type === '*/*' || type === 'application/*' || type === 'application/json') return 'application/json';
  if (type === 'application/yaml' && offer.yaml) return 'application/yaml';
  if (type === 'application/vnd.kubernetes.protobuf' && offer.protobuf) return 'application/vnd.kubernetes.protobuf';
  return undefined;
}

/** Undefined: a transformation we do not know, so the member is skipped. */
function transformOf(params: ReadonlyMap<string, string>): Transform | undefined {
  const as = params.get('as');
  if (as === undefined) return 'none';
  if (params.get('g') !== 'meta.k8s.io') return undefined;
  const version = params.get('v');
  if (version !== 'v1' && version !== 'v1beta1') return undefined;
  switch (as) {
    case 'Table':
      return 'table';
    case 'PartialObjectMetadata':
      return 'partial';
    case 'PartialObjectMetadataList':
      return 'partialList';
    default:
      return undefined;
  }
}
