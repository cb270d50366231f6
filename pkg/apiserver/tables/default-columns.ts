import type { Column, TableColumns } from '../registry/resource.ts';

export const column = (name: string, description: string, priority = 0, format = ''): Column => ({
  name,
  type: 'string',
  format,
  description,
  priority,
});

export const nameColumn: Column = column('Name', 'Name of the object, unique within its namespace.', 0, 'name');
export const ageColumn: Column = column('Age', 'Time since the object was created.');

/** For kinds that have no table of their own. */
export const defaultColumns: TableColumns = {
  columns: [nameColumn, { ...column('Created At', 'When the object was created.'), type: 'date' }],
  cells: ({ metadata }) => [metadata.name, metadata.creationTimestamp],
};
