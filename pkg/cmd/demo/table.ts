/** A Table of the API server, printed as kubectl prints it. */
export interface Table {
  readonly columnDefinitions: readonly { readonly name: string; readonly priority: number }[];
  readonly rows?: readonly { readonly cells: readonly (string | number | boolean | null)[] }[];
}

const gap = 3;

/** `wide` adds the columns that are of lesser interest. */
export function printTable({ columnDefinitions, rows = [] }: Table, wide: boolean): string {
  const columns = columnDefinitions.flatMap(({ name, priority }, at) => (priority === 0 || wide ? [{ name, at }] : []));
  const lines = [
    columns.map(({ name }) => name.toUpperCase()),
    ...rows.map(({ cells }) => columns.map(({ at }) => String(cells[at] ?? '<none>'))),
  ];
  const widths = columns.map((_, at) => Math.max(...lines.map((cells) => cells[at]?.length ?? 0)));
  return lines
    .map((cells) =>
      cells
        .map((cell, at) => cell.padEnd((widths[at] ?? 0) + gap))
        .join('')
        .trimEnd(),
    )
    .join('\n');
}
