/** The log of a Kubernetes component, sorted by what its lines are about. */

/** `E endpoints_controller.go "Failed to update endpoints"`: severity, file and message, without what varies. */
export interface LogClass {
  readonly name: string;
  readonly count: number;
  /** One of its lines, whole. */
  readonly example: string;
}

const line = /^([IWEF])\d{4} [\d:.]+ +\d+ ([\w.]+):\d+\] (.*)$/;

/** The classes of warnings, errors and fatal lines, in order of the alphabet. */
export function troubles(log: string): LogClass[] {
  const classes = new Map<string, { count: number; example: string }>();
  for (const text of log.split('\n')) {
    const [, severity = 'I', file = '', rest = ''] = line.exec(text) ?? [];
    if (severity === 'I') continue;
    const name = `${severity} ${file} ${summary(rest)}`;
    const known = classes.get(name);
    if (known === undefined) classes.set(name, { count: 1, example: text });
    else known.count += 1;
  }
  return Array.from(classes, ([name, { count, example }]) => ({ name, count, example })).sort((a, b) =>
    a.name < b.name ? -1 : 1,
  );
}

/** The quoted message of a structured line, with its error; names, versions and numbers go. */
function summary(text: string): string {
  const [, message, fields = ''] = /^("(?:[^"\\]|\\.)*")(.*)$/.exec(text) ?? [undefined, text];
  const [, error = ''] = / err="((?:[^"\\]|\\.)*)"/.exec(fields) ?? [];
  const plain = error === '' ? message : `${message} err=${error}`;
  return (plain ?? '')
    .replaceAll(/\\?"[^"\\]*\\?"/g, (quoted) => (quoted === message ? quoted : '"…"'))
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'UID')
    .replaceAll(/\d+/g, 'N')
    .trim();
}
