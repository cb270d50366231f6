/**
 * Reads one text table. A table opens with `package`, `alias`, `version` and `kinds`; each struct is a paragraph whose
 * first line is its name (and `atomic`), each field a line: JSON name, protobuf number, Go type, flags.
 *
 *   omit           zero values are left out of JSON
 *   required       OpenAPI lists the field as required
 *   inline         a Go embed: its fields belong to this struct in JSON, to a message of their own in protobuf
 *   list=map:a,b   server-side apply: keyed list; list=set, list=atomic alike
 *   atomic         the map or struct is replaced as a whole; granular takes that back for one field
 *   merge=key      strategic merge by key; merge alone: a list of primitives merged as a set
 *   retainKeys     strategic merge: keys that are not sent go
 *   replace        strategic merge: the value is replaced
 *   default=json   constant default
 *
 * The last paragraph, `named types`, gives Go names to scalars, lists and maps; `enum=a|b` lists the values, `message`
 * says that protobuf wraps the list, `alias` that Go prints the name on the right.
 */
export interface TableHead {
  /** Prefix of OpenAPI component names: `io.k8s.api.core.v1`. */
  readonly models: string;
  /** How other tables name this one: `core.v1`. */
  readonly alias: string;
  readonly group: string;
  readonly version: string;
  readonly kinds: ReadonlySet<string>;
}

export interface Table extends TableHead {
  readonly structs: ReadonlyMap<string, Paragraph>;
  readonly named: ReadonlyMap<string, NamedRow>;
}

/** The lines of one struct, unparsed. */
export interface Paragraph {
  readonly atomic: boolean;
  readonly text: string;
}

export interface FieldRow {
  readonly name: string;
  readonly proto: number;
  readonly type: string;
  readonly flags: ReadonlyMap<string, string>;
}

export interface NamedRow {
  readonly type: string;
  readonly flags: ReadonlyMap<string, string>;
}

/** The first paragraph alone; cheap enough to be read of every table. */
export function parseHead(text: string): TableHead {
  const lines = text.slice(0, text.indexOf('\n\n')).trim().split('\n');
  const value = (name: string): string =>
    lines.find((line) => line.startsWith(`${name} `))?.slice(name.length + 1) ?? '';
  const groupVersion = value('version').split('/');
  return {
    models: value('package'),
    alias: value('alias'),
    group: groupVersion.length === 2 ? (groupVersion[0] ?? '') : '',
    version: groupVersion.at(-1) ?? '',
    kinds: new Set(value('kinds').split(' ')),
  };
}

/** Finds the paragraphs; their lines stay unparsed until somebody asks for the struct. */
export function parseTable(text: string): Table {
  const structs = new Map<string, Paragraph>();
  let named: ReadonlyMap<string, NamedRow> = new Map();
  for (const paragraph of text.split('\n\n').slice(1)) {
    const end = paragraph.indexOf('\n');
    const title = end === -1 ? paragraph : paragraph.slice(0, end);
    const body = end === -1 ? '' : paragraph.slice(end + 1);
    if (title === 'named types') named = parseNamed(body);
    else structs.set(title.split(' ', 1)[0] ?? '', { atomic: title.endsWith(' atomic'), text: body });
  }
  return { ...parseHead(text), structs, named };
}

export function parseFields(body: string): FieldRow[] {
  return rowsOf(body).map(([name = '', proto = '-', type = '', ...flags]) => ({
    name,
    proto: proto === '-' ? 0 : Number(proto),
    type,
    flags: flagsOf(flags),
  }));
}

function parseNamed(body: string): Map<string, NamedRow> {
  return new Map(rowsOf(body).map(([name = '', , type = '', ...flags]) => [name, { type, flags: flagsOf(flags) }]));
}

function rowsOf(body: string): string[][] {
  return body
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.trim().split(/ +/));
}

function flagsOf(words: readonly string[]): Map<string, string> {
  return new Map(
    words.map((word) => {
      const at = word.indexOf('=');
      return at === -1 ? [word, ''] : [word.slice(0, at), word.slice(at + 1)];
    }),
  );
}
