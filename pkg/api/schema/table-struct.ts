/** Structs and types of the tables. A struct reads its lines when its fields are first looked at, so cycles cost nothing. */
import { descriptionsOf } from './descriptions.ts';
import { parseFields } from './parse-table.ts';
import type { FieldRow, Paragraph, Table } from './parse-table.ts';
import { scalarNamed } from './scalars.ts';
import { tableOf } from './tables.ts';
import type { Field, ListType, StructType, Type } from './types.ts';

const structs = new Map<string, TableStruct>();
const namedTypes = new Map<string, Type>();

/** The struct `Name` of the table `alias`, always the same object. */
export function structIn(alias: string, name: string): StructType | undefined {
  const key = `${alias}.${name}`;
  const known = structs.get(key);
  if (known !== undefined) return known;
  const table = tableOf(alias);
  const paragraph = table.structs.get(name);
  if (paragraph === undefined) return undefined;
  const struct = new TableStruct(table, name, paragraph, paragraph.atomic);
  structs.set(key, struct);
  return struct;
}

interface Parts {
  readonly fields: readonly Field[];
  readonly byJson: ReadonlyMap<string, Field>;
  readonly byProto: ReadonlyMap<number, Field>;
  readonly inlines: ReadonlyMap<number, StructType>;
}

class TableStruct implements StructType {
  readonly kind = 'struct';
  readonly name: string;
  readonly atomic: boolean;
  readonly #table: Table;
  readonly #title: string;
  readonly #paragraph: Paragraph;
  #parts: Parts | undefined;

  constructor(table: Table, title: string, paragraph: Paragraph, atomic: boolean) {
    this.name = `${table.models}.${title}`;
    this.atomic = atomic;
    this.#table = table;
    this.#title = title;
    this.#paragraph = paragraph;
  }

  get description(): string {
    return descriptionsOf(this.#table.alias, this.#title).get('') ?? '';
  }

  get fields(): readonly Field[] {
    return this.#read().fields;
  }

  get byJson(): ReadonlyMap<string, Field> {
    return this.#read().byJson;
  }

  get byProto(): ReadonlyMap<number, Field> {
    return this.#read().byProto;
  }

  get inlines(): ReadonlyMap<number, StructType> {
    return this.#read().inlines;
  }

  /** The same struct under the other merge rule: one field may overrule the type (claimRef). */
  withAtomic(atomic: boolean): StructType {
    return atomic === this.atomic ? this : new TableStruct(this.#table, this.#title, this.#paragraph, atomic);
  }

  #read(): Parts {
    this.#parts ??= readParts(this.#table, this.#title, this.#paragraph);
    return this.#parts;
  }
}

function readParts(table: Table, title: string, paragraph: Paragraph): Parts {
  const descriptions = descriptionsOf(table.alias, title);
  const fields: Field[] = [];
  const byProto = new Map<number, Field>();
  const inlines = new Map<number, StructType>();
  for (const row of parseFields(paragraph.text)) {
    if (row.flags.has('inline')) {
      const embedded = typeOf(table, row.type);
      if (embedded.kind !== 'struct') throw new Error(`${title}.${row.name} embeds no struct`);
      if (row.proto !== 0) inlines.set(row.proto, embedded);
      fields.push(...embedded.fields.map((field) => embed(field, row)));
      continue;
    }
    const field = fieldOf(table, row, descriptions.get(row.name) ?? '');
    fields.push(field);
    if (row.proto !== 0) byProto.set(row.proto, field);
  }
  return { fields, byJson: new Map(fields.map((field) => [field.json, field])), byProto, inlines };
}

/** kind and apiVersion are embedded without a protobuf number: they travel in the envelope. */
function embed(field: Field, row: FieldRow): Field {
  return { ...field, proto: row.proto === 0 ? 0 : field.proto, embeds: [row.name, ...(field.embeds ?? [])] };
}

function fieldOf(table: Table, row: FieldRow, description: string): Field {
  const pointer = row.type.startsWith('*');
  const type = applyFlags(typeOf(table, pointer ? row.type.slice(1) : row.type), row.flags);
  const initial = row.flags.get('default');
  const values = enumOf(table, pointer ? row.type.slice(1) : row.type);
  return {
    json: row.name,
    proto: row.proto,
    type,
    pointer,
    omitEmpty: row.flags.has('omit'),
    required: row.flags.has('required'),
    description,
    ...(row.flags.has('retainKeys') ? { retainKeys: true } : {}),
    ...(row.flags.has('replace') ? { replace: true } : {}),
    ...(initial === undefined ? {} : { default: JSON.parse(initial) as unknown }),
    ...(values === undefined ? {} : { enum: values }),
    ...(row.flags.has('immutable') ? { immutable: true } : {}),
  };
}

/** What is said about one field belongs to its own copy of the type. */
function applyFlags(type: Type, flags: ReadonlyMap<string, string>): Type {
  if (type.kind === 'list') return { ...type, ...listRules(flags) };
  if (type.kind === 'map') return flags.has('atomic') ? { ...type, atomic: true } : type;
  if (type instanceof TableStruct) {
    if (flags.has('atomic')) return type.withAtomic(true);
    if (flags.has('granular')) return type.withAtomic(false);
  }
  return type;
}

function listRules(flags: ReadonlyMap<string, string>): Pick<ListType, 'list' | 'keys' | 'mergeKey'> {
  const [list = 'atomic', keys] = (flags.get('list') ?? 'atomic').split(':');
  const mergeKey = flags.get('merge');
  return {
    list: list === 'map' || list === 'set' ? list : 'atomic',
    keys: keys?.split(',') ?? [],
    ...(mergeKey === undefined ? {} : { mergeKey }),
  };
}

/** Reads `[]X`, `map[K]X`, `bytes`, `string`, `core.v1.X`, `X`. */
function typeOf(table: Table, text: string): Type {
  if (text.startsWith('*')) return typeOf(table, text.slice(1));
  if (text.startsWith('[]')) return { kind: 'list', item: typeOf(table, text.slice(2)), list: 'atomic', keys: [] };
  if (text.startsWith('map[')) {
    return { kind: 'map', value: typeOf(table, text.slice(text.indexOf(']') + 1)) };
  }
  const scalar = scalarNamed(text, (name) => structNeeded('apiextensions.v1', name));
  if (scalar !== undefined) return scalar;
  const [alias, name] = located(table, text);
  return structIn(alias, name) ?? namedType(alias, name);
}

function namedType(alias: string, name: string): Type {
  const key = `${alias}.${name}`;
  const known = namedTypes.get(key);
  if (known !== undefined) return known;
  const table = tableOf(alias);
  const row = table.named.get(name);
  if (row === undefined) throw new Error(`The table ${alias} has no type ${name}`);
  const plain = typeOf(table, row.type);
  let type = plain;
  // An alias (`type A = B`) is another spelling: Go prints the name on the right.
  if (!row.flags.has('alias') && plain.kind !== 'struct') type = { ...plain, goName: `${table.version}.${name}` };
  if (row.flags.has('message') && type.kind === 'list') type = { ...type, wrapped: true };
  namedTypes.set(key, type);
  return type;
}

function enumOf(table: Table, text: string): readonly string[] | undefined {
  if (text.includes('[')) return undefined;
  const [alias, name] = located(table, text);
  const row = (alias === table.alias ? table : tableOf(alias)).named.get(name);
  if (row === undefined) return undefined;
  return row.flags.has('alias') ? enumOf(tableOf(alias), row.type) : row.flags.get('enum')?.split('|');
}

function located(table: Table, text: string): [alias: string, name: string] {
  const dot = text.lastIndexOf('.');
  return dot === -1 ? [table.alias, text] : [text.slice(0, dot), text.slice(dot + 1)];
}

function structNeeded(alias: string, name: string): StructType {
  const struct = structIn(alias, name);
  if (struct === undefined) throw new Error(`The table ${alias} has no struct ${name}`);
  return struct;
}
