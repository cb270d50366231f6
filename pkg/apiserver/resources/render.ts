/**
 * Entries as answers: plain JSON is spliced from stored text without parsing; tables and metadata-only forms parse the
 * objects they show (L1, M3, T1, T6).
 */
import { failure } from '../../api/status.ts';
import type { ApiResponse, Sink } from '../http/exchange.ts';
import { isStream } from '../http/exchange.ts';
import type { Representation } from '../http/negotiate.ts';
import { jsonText } from '../http/respond.ts';
import { metadataOf } from '../tables/metadata-view.ts';
import { renderTable, tableOptions } from '../tables/table.ts';
import type { Entry } from '../watchcache/entry.ts';
import { apiVersionOf, wireJson, type Scope } from './scope.ts';

/** One object; `status` is 200, or 201 for what was created. */
export function renderObject(
  scope: Scope,
  entry: Entry,
  representation: Representation,
  status: number,
): ApiResponse | Promise<ApiResponse> {
  switch (representation.transform) {
    case 'none':
      return inMediaType(jsonText(status, wireJson(scope, entry)), representation);
    case 'table': {
      const object = entry.parse();
      const table = renderTable(scope.version.table, [object], tableOptions(scope, representation), {
        resourceVersion: object.metadata.resourceVersion ?? '',
      });
      return jsonText(status, JSON.stringify(table));
    }
    case 'partial':
      return jsonText(status, JSON.stringify(metadataOf(entry.parse(), representation.transformVersion)));
    case 'partialList':
      throw failure(
        406,
        'NotAcceptable',
        `you requested PartialObjectMetadataList, but the requested object is not a list (*core.${scope.resource.kind})`,
      );
  }
}

/** An object that is not stored as an entry: a scale, a review, the outcome of a dry run. */
export function renderValue(
  value: unknown,
  representation: Representation,
  status: number,
): ApiResponse | Promise<ApiResponse> {
  return inMediaType(jsonText(status, JSON.stringify(value)), representation);
}

async function toYaml(response: ApiResponse): Promise<ApiResponse> {
  const { stringify } = await import('yaml');
  if (isStream(response.body)) return response;
  const body = stringify(JSON.parse(String(response.body)));
  return { ...response, headers: { ...response.headers, 'content-type': 'application/yaml' }, body };
}

const inMediaType = (response: ApiResponse, { mediaType }: Representation): ApiResponse | Promise<ApiResponse> =>
  mediaType === 'application/yaml' ? toYaml(response) : response;

export interface ListAnswer {
  readonly representation: Representation;
  readonly entries: Iterable<Entry>;
  readonly revision: number;
  readonly continueToken?: string;
  readonly remaining?: number;
}

export function renderList(scope: Scope, answer: ListAnswer): ApiResponse | Promise<ApiResponse> {
  const { representation } = answer;
  const metadata = {
    resourceVersion: String(answer.revision),
    ...(answer.continueToken === undefined ? {} : { continue: answer.continueToken }),
    // Lists of custom objects say that nothing follows.
    ...(scope.resource.custom === true && answer.continueToken === undefined && representation.transform === 'none'
      ? { continue: '' }
      : {}),
    ...(answer.remaining === undefined ? {} : { remainingItemCount: answer.remaining }),
  };
  switch (representation.transform) {
    case 'none':
      return renderPlainList(scope, answer, metadata);
    case 'table': {
      const objects = Iterator.from(answer.entries).map((entry) => entry.parse());
      const table = renderTable(scope.version.table, objects, tableOptions(scope, representation), metadata);
      return jsonText(200, JSON.stringify(table));
    }
    case 'partialList': {
      const items = Array.from(answer.entries, (entry) => metadataOf(entry.parse(), representation.transformVersion));
      const apiVersion = `meta.k8s.io/${representation.transformVersion}`;
      return jsonText(
        200,
        JSON.stringify({
          kind: 'PartialObjectMetadataList',
          apiVersion,
          metadata,
          items: items.length === 0 ? null : items,
        }),
      );
    }
    case 'partial':
      throw failure(
        406,
        'NotAcceptable',
        `you requested PartialObjectMetadata, but the requested object is a list (*core.${scope.resource.listKind})`,
      );
  }
}

/** Collected in pieces of about this size, so that no list becomes one giant string (S30). */
const chunkLength = 64 * 1024;

function renderPlainList(scope: Scope, answer: ListAnswer, metadata: object): ApiResponse | Promise<ApiResponse> {
  const pieces = listPieces(scope, answer.entries, metadata);
  const first = pieces.next();
  const second = pieces.next();
  if (second.done === true || answer.representation.mediaType === 'application/yaml') {
    let whole = (first.value ?? '') + (second.value ?? '');
    for (const piece of pieces) whole += piece;
    return inMediaType(jsonText(200, whole), answer.representation);
  }
  const start = [first.value ?? '', second.value];
  return { ...jsonText(200, ''), body: (sink) => pump(chain(start, pieces), sink) };
}

function* chain<T>(...parts: readonly Iterable<T>[]): Generator<T> {
  for (const part of parts) yield* part;
}

function* listPieces(scope: Scope, entries: Iterable<Entry>, metadata: object): Generator<string, undefined> {
  const { resource } = scope;
  const apiVersion = apiVersionOf(scope);
  const head = `{"kind":"${resource.listKind}","apiVersion":"${apiVersion}","metadata":${JSON.stringify(metadata)},"items":[`;
  const identity = `{"kind":"${resource.kind}","apiVersion":"${apiVersion}",`;
  let piece = head;
  let separator = '';
  for (const entry of entries) {
    const json = wireJson(scope, entry);
    piece += separator + (resource.custom === true ? json : withoutIdentity(json, identity));
    separator = ',';
    if (piece.length >= chunkLength) {
      yield piece;
      piece = '';
    }
  }
  yield `${piece}]}`;
}

/** L1: items of typed lists do not repeat kind and apiVersion. */
function withoutIdentity(json: string, identity: string): string {
  return json.startsWith(identity) ? `{${json.slice(identity.length)}` : json;
}

/** Writes until the receiver lags, then waits for it: memory stays bounded however long the list. */
function pump(pieces: Iterator<string>, sink: Sink): void {
  const receiver = { gone: false };
  sink.onClose(() => {
    receiver.gone = true;
  });
  const more = (): void => {
    while (!receiver.gone) {
      const next = pieces.next();
      if (next.done === true) {
        sink.end();
        return;
      }
      if (!sink.write(next.value)) return;
    }
  };
  sink.onDrain(more);
  more();
}
