/** Kubernetes objects from YAML or JSON files, defaulted as the API server would. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { clusterScopedKinds } from '../api/resources.ts';
import type { KubeObject } from '../api/types.ts';
import { defaulters } from '../defaulting/index.ts';
import { ConfigError } from './config-error.ts';

const extensions = ['.yaml', '.yml', '.json'];

/** In the order of the files; Lists are taken apart. Objects without a namespace go to `namespace`. */
export function loadManifests(paths: readonly string[], namespace: string): KubeObject[] {
  return paths.flatMap(filesAt).flatMap((path) => parseManifests(readText(path), nameOf(path), namespace));
}

/** All objects of one text. `origin` names it in errors. */
export function parseManifests(text: string, origin: string, namespace: string): KubeObject[] {
  return parseAllDocuments(text).flatMap((document) => {
    const [problem] = document.errors;
    if (problem !== undefined) throw new ConfigError(`${origin}: ${problem.message}`);
    const value: unknown = document.toJS();
    return value === null || value === undefined ? [] : objectsIn(value, origin, namespace);
  });
}

function objectsIn(value: unknown, origin: string, namespace: string): KubeObject[] {
  if (!isObject(value) || typeof value['kind'] !== 'string' || typeof value['apiVersion'] !== 'string') {
    throw new ConfigError(`${origin}: expected Kubernetes objects, each with apiVersion and kind.`);
  }
  const { kind, apiVersion, items } = value;
  if (kind.endsWith('List') && Array.isArray(items)) {
    return items.flatMap((item: unknown) => objectsIn(withType(item, kind, apiVersion), origin, namespace));
  }
  const metadata = isObject(value['metadata']) ? value['metadata'] : {};
  if (typeof metadata['name'] !== 'string') throw new ConfigError(`${origin}: a ${kind} has no metadata.name.`);
  const home = clusterScopedKinds.has(kind) ? {} : { namespace };
  const object = { ...value, metadata: { ...home, ...metadata } };
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  return [defaulted(object, `${group}/${kind}`, origin)];
}

/** A wrong type deep inside trips the defaulting, which trusts its input. */
function defaulted(object: KubeObject, key: string, origin: string): KubeObject {
  try {
    return defaulters.get(key)?.(object) ?? object;
  } catch (error) {
    const { kind, metadata } = object;
    throw new ConfigError(`${origin}: ${kind} ${metadata.name} is not well formed: ${(error as Error).message}`);
  }
}

/** Items of a typed list may leave out what the list says. */
function withType(item: unknown, listKind: string, apiVersion: string): unknown {
  if (!isObject(item) || listKind === 'List') return item;
  return { apiVersion, kind: listKind.slice(0, -'List'.length), ...item };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A folder stands for the manifests in it, not those below. */
function filesAt(path: string): string[] {
  if (path === '-' || !statSync(path, { throwIfNoEntry: false })?.isDirectory()) return [path];
  const names = readdirSync(path).filter((name) => extensions.some((extension) => name.endsWith(extension)));
  return names.toSorted().map((name) => join(path, name));
}

const nameOf = (path: string): string => (path === '-' ? 'standard input' : path);

function readText(path: string): string {
  try {
    return readFileSync(path === '-' ? 0 : path, 'utf8');
  } catch (error) {
    throw new ConfigError(`${nameOf(path)} cannot be read: ${(error as Error).message}`);
  }
}
