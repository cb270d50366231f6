/** How full a ServiceCIDR is, in `kubectl get servicecidrs -o wide`: columns that upstream does not have. */
import type { ServiceCIDR } from '../../api/types.ts';
import { isReady } from '../../allocator/index.ts';
import { parseCidr, rangeSize, usableRange } from '../../ip/index.ts';
import type { Column, Resource, TableColumns } from '../registry/resource.ts';
import type { Claims } from './claims.ts';

const wide = (name: string, description: string): Column => ({
  name,
  type: 'string',
  format: '',
  description,
  priority: 1,
});

export function withUsage(resource: Resource, claims: Claims): Resource {
  return {
    ...resource,
    versions: resource.versions.map((version) =>
      version.table === undefined ? version : { ...version, table: extended(version.table, claims) },
    ),
  };
}

function extended(table: TableColumns, claims: Claims): TableColumns {
  return {
    ...table,
    columns: [
      ...table.columns,
      wide('Used', 'Addresses given out, for each range.'),
      wide('Free', 'Addresses left, for each range.'),
      wide('Ready', 'Whether addresses are given out.'),
    ],
    cells: (object, now) => {
      const range = object as ServiceCIDR;
      const usage = (range.spec?.cidrs ?? []).map((text) => usageOf(text, claims));
      return [
        ...table.cells(object, now),
        usage.map(({ used }) => used).join(','),
        usage.map(({ free }) => free).join(','),
        isReady(range) ? 'True' : 'False',
      ];
    },
  };
}

function usageOf(text: string, claims: Claims): { used: bigint; free: bigint } {
  const cidr = parseCidr(text);
  const usable = cidr === undefined ? undefined : usableRange(cidr);
  const used = cidr === undefined ? 0n : BigInt(claims.countIn(cidr));
  return { used, free: usable === undefined ? 0n : rangeSize(usable) - used };
}
