/** Request bodies: from bytes in one of three media types to an object that fits the schema (M4, M7, F1–F6, P21). */
import {
  DecodeError,
  decodeJson,
  decodeJsonText,
  decodeProtobuf,
  schemaOf,
  type StructType,
} from '../../api/schema/index.ts';
import { badRequest, failure, StatusError } from '../../api/status.ts';
import type { KubeObject } from '../../api/types.ts';
import { goJson } from '../../validation/formats/quote.ts';
import type { ApiRequest } from './exchange.ts';
import type { Warnings } from './warnings.ts';
import { parseJson, parseYaml, type Parsed } from './yaml.ts';

/** P10 */
export const maxBodyBytes = 3 * 1024 * 1024;

export type FieldValidation = 'Ignore' | 'Warn' | 'Strict';

export type BodyType = 'json' | 'yaml' | 'protobuf';

const bodyTypes = new Map<string, BodyType>([
  ['application/json', 'json'],
  ['application/yaml', 'yaml'],
  ['application/vnd.kubernetes.protobuf', 'protobuf'],
]);

const unsupported = (): StatusError =>
  failure(
    415,
    'UnsupportedMediaType',
    'the body of the request was in an unknown format - accepted media types include: ' +
      'application/json, application/yaml, application/vnd.kubernetes.protobuf',
  );

/** `application/json; charset=utf-8` → `application/json`. */
export function mediaTypeOf(request: ApiRequest): string {
  return (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}

export function bodyTypeOf(request: ApiRequest): BodyType {
  const mediaType = mediaTypeOf(request);
  const type = mediaType === '' ? 'json' : bodyTypes.get(mediaType);
  if (type === undefined) throw unsupported();
  return type;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw badRequest('the body of the request is not valid UTF-8');
  }
}

/** The JSON of a patch, whose faults are the client's in plain words. */
export function parsePatch(text: string, kind: 'json' | 'merge' | 'strategic'): Parsed {
  try {
    const parsed = parseJson(text);
    if (parsed.text !== undefined) checkNumbers(text);
    return parsed;
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw badRequest(kind === 'strategic' ? error.message : `error decoding patch: ${error.message}`);
  }
}

const numbersWithExponent = /(?<=[[:,\s])-?\d+(?:\.\d+)?[eE][+-]?\d+/g;

/** What is beyond a float64 cannot be put into any field. */
function checkNumbers(text: string): void {
  const [huge] = text.match(numbersWithExponent)?.filter((token) => !Number.isFinite(Number(token))) ?? [];
  if (huge !== undefined) throw new DecodeError(`json: cannot unmarshal number ${huge} into Go value of type float64`);
}

/** What a body is expected to be. */
export interface Expected {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly schema: StructType;
}

const apiVersion = ({ group, version }: { group: string; version: string }): string =>
  group === '' ? version : `${group}/${version}`;

/** Reads and decodes the body of a POST or PUT. */
export async function readObject(
  request: ApiRequest,
  expected: Expected,
  validation: FieldValidation,
  warnings: Warnings,
): Promise<KubeObject> {
  const type = bodyTypeOf(request);
  const bytes = await request.readBody(maxBodyBytes);
  if (type === 'protobuf') return readProtobuf(bytes, expected);
  const text = decodeUtf8(bytes);
  return decodeValue(await parseBody(text, type, expected), expected, validation, warnings);
}

function readProtobuf(bytes: Uint8Array, expected: Expected): KubeObject {
  try {
    const { apiVersion: version, kind, object } = decodeProtobuf(bytes);
    checkIdentity(version, kind, expected);
    return identified(object, expected);
  } catch (error) {
    if (error instanceof DecodeError) throw badRequest(cannotHandle(expected, error.message));
    throw error;
  }
}

/** What cannot be read at all has no kind yet, and the answer shows how it begins. */
async function parseBody(text: string, type: Exclude<BodyType, 'protobuf'>, expected: Expected): Promise<Parsed> {
  try {
    const parsed = type === 'json' ? parseJson(text) : await parseYaml(text);
    // To Go, null is an object without fields.
    if (parsed.value === null) return { value: {}, duplicates: [] };
    if (typeof parsed.value === 'object' && !Array.isArray(parsed.value)) return parsed;
    throw new DecodeError(`json: cannot unmarshal ${goTypeName(parsed.value)} into Go value of type ${typeMetaOfGo}`);
  } catch (error) {
    const badYaml = error instanceof StatusError && type === 'yaml';
    if (!(error instanceof DecodeError) && !badYaml) throw error;
    const why = badYaml
      ? error.message.replace(/^error converting YAML to JSON: /, '')
      : `couldn't get version/kind; json parse error: ${error.message}`;
    throw badRequest(
      `the object provided is unrecognized (must be of type ${expected.kind}): ${why} (${beginningOf(text)})`,
    );
  }
}

const typeMetaOfGo =
  'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';

const shownBytes = 30;

/** Text where it looks like an object, else the bytes in hexadecimal. */
function beginningOf(text: string): string {
  if (text === '') return '<empty>';
  const bytes = Buffer.from(text);
  const shown = bytes.subarray(0, shownBytes).toString(text.startsWith('{') ? 'utf8' : 'hex');
  return bytes.length > shownBytes ? `${shown} ...` : shown;
}

/** Decodes parsed JSON; throws the 400 of F3 and F6, collects the warnings of F5. */
export function decodeValue(
  parsed: Parsed,
  expected: Expected,
  validation: FieldValidation,
  warnings: Warnings,
): KubeObject {
  if (expected.schema.unstructured !== undefined) checkCustomIdentity(parsed, expected, validation, warnings);
  else {
    const { kind, apiVersion: version } = identityOf(parsed.value, expected);
    checkIdentity(version, kind, expected);
  }
  try {
    const { schema } = expected;
    const { object, problems } =
      parsed.text === undefined ? decodeJson(schema, parsed.value) : decodeJsonText(schema, parsed.text);
    if (problems.length > 0 && validation === 'Strict') {
      throw badRequest(cannotHandle(expected, `strict decoding error: ${problems.join(', ')}`));
    }
    if (validation === 'Warn') warnings.addAll(problems);
    return keepReset(identified(object, expected), parsed.value);
  } catch (error) {
    if (error instanceof DecodeError) throw badRequest(cannotHandle(expected, error.message));
    throw error;
  }
}

/** M37: an empty list of managers asks for a reset; decoding leaves it out like any other empty list. */
function keepReset(object: KubeObject, given: unknown): KubeObject {
  const { managedFields } = (given as { metadata?: { managedFields?: unknown } | null }).metadata ?? {};
  if (Array.isArray(managedFields) && managedFields.length === 0) object.metadata.managedFields = [];
  return object;
}

function cannotHandle({ kind, version }: Expected, why: string): string {
  return `${kind} in version "${version}" cannot be handled as a ${kind}: ${why}`;
}

function identityOf(value: unknown, expected: Expected): { kind: string; apiVersion: string } {
  const { kind, apiVersion: version } = value as { kind?: unknown; apiVersion?: unknown };
  return {
    kind: typeof kind === 'string' && kind !== '' ? kind : expected.kind,
    apiVersion: typeof version === 'string' && version !== '' ? version : apiVersion(expected),
  };
}

function goTypeName(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

/** P21: apiVersion and kind may be left out, but not be those of something else. */
function checkIdentity(givenVersion: string, givenKind: string, expected: Expected): void {
  const wanted = apiVersion(expected);
  if (givenKind === expected.kind && givenVersion === wanted) return;
  const [group, version] = givenVersion.includes('/') ? givenVersion.split('/', 2) : ['', givenVersion];
  const known = schemaOf(group ?? '', version ?? '', givenKind) !== undefined;
  if (known && givenKind === expected.kind && group === expected.group) {
    throw badRequest(
      `the API version in the data (${givenVersion}) does not match the expected API version (${wanted})`,
    );
  }
  const why = known
    ? `converting (${version}.${givenKind}) to (${goPackageOf(expected.group)}.${expected.kind}): unknown conversion`
    : `no kind "${givenKind}" is registered for version "${givenVersion}" in scheme "pkg/runtime/scheme.go:111"`;
  throw badRequest(`${givenKind} in version "${version}" cannot be handled as a ${expected.kind}: ${why}`);
}

/** Custom objects have to say what they are; that a kind is the wrong one is a matter of the object's own rules. */
function checkCustomIdentity(
  parsed: Parsed,
  expected: Expected,
  validation: FieldValidation,
  warnings: Warnings,
): void {
  const { kind, apiVersion: given } = parsed.value as { kind?: unknown; apiVersion?: unknown };
  if (typeof kind !== 'string' || kind === '') {
    const text = goJson(parsed.value);
    throw badRequest(
      `the object provided is unrecognized (must be of type ${expected.kind}): ` +
        `Object 'Kind' is missing in '${text}' (${beginningOf(text)})`,
    );
  }
  const version = typeof given === 'string' ? given : '';
  const wanted = apiVersion(expected);
  if (version === wanted) return;
  // Nothing is known of a version that is not there, so every field is unknown.
  if (kind === expected.kind && version.startsWith(`${expected.group}/`) && validation === 'Warn') {
    const fields = Object.keys(parsed.value as object).filter((key) => !metaFields.has(key));
    warnings.addAll(fields.sort().map((key) => `unknown field "${key}"`));
  }
  throw badRequest(`the API version in the data (${version}) does not match the expected API version (${wanted})`);
}

const metaFields: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata']);

const goPackageOf = (group: string): string => (group === '' ? 'core' : (group.split('.')[0] ?? ''));

/** kind and apiVersion set and first, as everything downstream expects. */
function identified(object: Record<string, unknown>, expected: Expected): KubeObject {
  const { kind: given, apiVersion: _version, metadata, ...rest } = object;
  const own = (metadata ?? {}) as KubeObject['metadata'];
  const isCustom = expected.schema.unstructured !== undefined && typeof given === 'string' && given !== '';
  return { kind: isCustom ? given : expected.kind, apiVersion: apiVersion(expected), metadata: own, ...rest };
}
