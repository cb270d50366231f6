/** T1: objects as rows. The columns of a kind are data in this folder; what has none shows name and age. */
import { failure, badRequest } from '../../api/status.ts';
import type { KubeObject } from '../../api/types.ts';
import type { Representation } from '../http/negotiate.ts';
import type { TableColumns } from '../registry/resource.ts';
import { toRequestVersion, type Scope } from '../resources/scope.ts';
import { defaultColumns } from './default-columns.ts';
import { metadataOf } from './metadata-view.ts';

export interface TableOptions {
  readonly includeObject: 'Metadata' | 'Object' | 'None';
  readonly version: string;
  readonly columns: boolean;
  readonly now: number;
  /** From what is stored to what the request asked for. */
  readonly toRequest: (object: KubeObject) => KubeObject;
}

export function tableOptions(scope: Scope, { transformVersion }: Representation): TableOptions {
  const { request, core } = scope;
  const include = request.query.get('includeObject') ?? '';
  if (include !== '' && include !== 'Metadata' && include !== 'Object' && include !== 'None') {
    throw badRequest(
      `Unable to convert to Table as requested: includeObject: Invalid value: "${include}": ` +
        "must be 'Metadata', 'Object', 'None', or empty",
    );
  }
  return {
    includeObject: include === '' ? 'Metadata' : include,
    version: transformVersion,
    columns: true,
    now: core.clock.now(),
    toRequest: (object) => toRequestVersion(scope, object),
  };
}

/** Objects as they are stored: columns are about what a kind is, not about a version of it. */
export function renderTable(
  table: TableColumns = defaultColumns,
  objects: Iterable<KubeObject>,
  options: TableOptions,
  metadata: object,
): object {
  if (options.version !== 'v1' && options.version !== 'v1beta1')
    throw failure(406, 'NotAcceptable', 'unknown Table version');
  return {
    kind: 'Table',
    apiVersion: `meta.k8s.io/${options.version}`,
    metadata,
    columnDefinitions: options.columns ? table.columns : null,
    rows: Array.from(objects, (object) => {
      const conditions = table.conditions?.(object);
      return {
        cells: table.cells(object, options.now),
        ...(conditions === undefined ? {} : { conditions }),
        object: rowObject(object, options),
      };
    }),
  };
}

function rowObject(object: KubeObject, { includeObject, version, toRequest }: TableOptions): unknown {
  switch (includeObject) {
    case 'None':
      return null;
    case 'Object':
      return toRequest(object);
    case 'Metadata':
      return metadataOf(object, version);
  }
}
