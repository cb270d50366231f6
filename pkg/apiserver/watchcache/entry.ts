/**
 * One version of one object, as JSON text. The text is what travels; the object is parsed from it when somebody asks,
 * so that a hundred thousand stored objects cost their text and little more (K32).
 */
import type { KubeObject } from '../../api/types.ts';
import type { Labels } from '../../api/labels/selector.ts';

export class Entry {
  /** `default/web`, or `node-a` for cluster-scoped kinds. */
  readonly key: string;
  readonly revision: number;
  /** The object in its storage version, resourceVersion included. */
  readonly json: string;
  #labels: Labels | null = null;

  constructor(key: string, revision: number, json: string) {
    this.key = key;
    this.revision = revision;
    this.json = json;
  }

  /** A fresh copy each time: callers may change it. */
  parse(): KubeObject {
    return JSON.parse(this.json) as KubeObject;
  }

  get labels(): Labels {
    if (this.#labels === null) this.#labels = this.parse().metadata.labels;
    return this.#labels;
  }

  /** About what it takes in memory: two bytes a character as soon as one of them is beyond Latin-1, else one. */
  get bytes(): number {
    const { length } = this.json;
    return (Buffer.byteLength(this.json) === length ? length : 2 * length) + entryBytes;
  }

  /** L27: the content that went away, under the revision that took it. */
  at(revision: number): Entry {
    return new Entry(this.key, revision, stampRevision(this.json, revision));
  }
}

/** The entry itself, its key and its place in a map; measured. */
const entryBytes = 350;

const uidMark = '"uid":"';

/**
 * Puts a resourceVersion into stored JSON, or replaces the one that is there, right behind the uid, where Go's encoder
 * has it. Before the uid stand only name, generateName and namespace, whose characters are restricted, so the first
 * mark is the right one.
 */
export function stampRevision(json: string, revision: number): string {
  const uid = json.indexOf(uidMark, json.indexOf('"metadata":{'));
  if (uid < 0) return stampParsed(json, revision);
  const end = json.indexOf('"', uid + uidMark.length) + 1;
  const field = `,"resourceVersion":"`;
  let rest = end;
  if (json.startsWith(field, end)) rest = json.indexOf('"', end + field.length) + 1;
  return `${json.slice(0, end)},"resourceVersion":"${revision}"${json.slice(rest)}`;
}

/** Data written by others may lack a uid. */
function stampParsed(json: string, revision: number): string {
  const object = JSON.parse(json) as KubeObject;
  object.metadata.resourceVersion = String(revision);
  return JSON.stringify(object);
}
