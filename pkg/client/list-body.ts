import { joinText, parseJson, untilAborted } from './body.ts';
import { ItemsSplitter } from './items-splitter.ts';
import { TransportError } from './transport-error.ts';

/** A list as it came, its metadata apart from its items. */
export interface ListBody<T> {
  readonly items: T[];
  readonly kind?: string;
  readonly metadata: { readonly resourceVersion?: string; readonly continue?: string };
}

export interface ListBodyOptions<T> {
  readonly signal: AbortSignal;
  /** Runs on each item as soon as it is decoded, so that whole objects of a long list are never all alive. */
  readonly transform?: (item: T) => T;
  /** Bodies up to this are parsed in one go. 8 MiB by default (IN43). */
  readonly wholeBytes?: number;
}

/** Bytes worked on before other work gets a turn; about 5 ms of parsing. */
const stretchBytes = 256 * 1024;

interface ListEnvelope<T> {
  kind?: string;
  metadata?: ListBody<T>['metadata'];
  items?: T[] | null;
}

/** Decodes a list: in one go while it is small, element by element beyond that (D8, IN43). */
export async function readListBody<T>(
  body: AsyncIterable<Uint8Array>,
  options: ListBodyOptions<T>,
): Promise<ListBody<T>> {
  const wholeBytes = options.wholeBytes ?? 8 * 1024 * 1024;
  let held: Uint8Array[] = [];
  let size = 0;
  let split: SplitList<T> | undefined;
  for await (const chunk of untilAborted(body, options.signal)) {
    held.push(chunk);
    size += chunk.byteLength;
    if (split === undefined && size <= wholeBytes) continue;
    split ??= new SplitList(options.transform);
    for (const part of held) await split.push(part);
    held = [];
  }
  return split === undefined ? wholeList(joinText(held, size), options.transform) : split.finish();
}

function wholeList<T>(text: string, transform?: (item: T) => T): ListBody<T> {
  const list = parseJson(text) as ListEnvelope<T>;
  const items = list.items ?? [];
  return envelope(list, transform === undefined ? items : items.map(transform));
}

function envelope<T>(list: ListEnvelope<T>, items: T[]): ListBody<T> {
  if (typeof list !== 'object' || list === null) throw new TransportError('protocol', 'expected a list object');
  return { items, metadata: list.metadata ?? {}, ...(list.kind === undefined ? {} : { kind: list.kind }) };
}

class SplitList<T> {
  readonly #splitter = new ItemsSplitter();
  readonly #items: T[] = [];
  readonly #transform: ((item: T) => T) | undefined;
  #sinceBreak = 0;

  constructor(transform?: (item: T) => T) {
    this.#transform = transform;
  }

  async push(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.byteLength; at += stretchBytes) {
      const stretch = bytes.subarray(at, at + stretchBytes);
      for (const element of this.#splitter.push(stretch)) this.#add(element.toString('utf8'));
      this.#sinceBreak += stretch.byteLength;
      if (this.#sinceBreak < stretchBytes) continue;
      this.#sinceBreak = 0;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  #add(text: string): void {
    const item = parseJson(text) as T;
    this.#items.push(this.#transform === undefined ? item : this.#transform(item));
  }

  finish(): ListBody<T> {
    return envelope(parseJson(this.#splitter.finish()) as ListEnvelope<T>, this.#items);
  }
}
