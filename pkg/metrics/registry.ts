import { Counter, Gauge, Histogram } from './instruments.ts';

export type Cell = Counter | Gauge | Histogram;

/** A value for each label name of the family. */
export type LabelValues = Readonly<Record<string, string>>;

export interface FamilyOptions {
  readonly name: string;
  readonly help: string;
  /** Label names, in the order of exposition. None by default. */
  readonly labels?: readonly string[];
}

/** All series of one metric name. */
export class Family<C extends Cell = Cell> {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly #make: () => C;
  readonly #cells = new Map<string, { readonly values: readonly string[]; readonly cell: C }>();

  constructor(type: Family['type'], options: FamilyOptions, make: () => C) {
    this.type = type;
    this.name = options.name;
    this.help = options.help;
    this.labels = options.labels ?? [];
    this.#make = make;
  }

  /** The series with these label values, made on first use. A label without a value is an empty string. */
  with(values: LabelValues = {}): C {
    const ordered = this.labels.map((label) => values[label] ?? '');
    const key = ordered.join('\u0000');
    const known = this.#cells.get(key);
    if (known !== undefined) return known.cell;
    const cell = this.#make();
    this.#cells.set(key, { values: ordered, cell });
    return cell;
  }

  /** Drops a series, for label values that will not come back. */
  remove(values: LabelValues): void {
    this.#cells.delete(this.labels.map((label) => values[label] ?? '').join('\u0000'));
  }

  *series(): Generator<{ readonly labels: Record<string, string>; readonly cell: C }> {
    for (const { values, cell } of this.#cells.values()) {
      yield { labels: Object.fromEntries(this.labels.map((label, index) => [label, values[index] ?? ''])), cell };
    }
  }
}

/** OB6: values without bound would make a series per Service or Pod. */
const unboundedLabels = new Set(['namespace', 'service', 'pod', 'ip', 'address', 'uid']);

/** The metrics of one process, or of one test. Asking twice for a name gives the same family. */
export class MetricRegistry {
  readonly #families = new Map<string, Family>();

  counter(options: FamilyOptions): Family<Counter> {
    return this.#family('counter', options, () => new Counter());
  }

  gauge(options: FamilyOptions): Family<Gauge> {
    return this.#family('gauge', options, () => new Gauge());
  }

  histogram(options: FamilyOptions & { readonly buckets: readonly number[] }): Family<Histogram> {
    return this.#family('histogram', options, () => new Histogram(options.buckets));
  }

  families(): Family[] {
    return [...this.#families.values()];
  }

  #family<C extends Cell>(type: Family['type'], options: FamilyOptions, make: () => C): Family<C> {
    const known = this.#families.get(options.name);
    if (known !== undefined) {
      if (known.type !== type) throw new Error(`metric ${options.name} is a ${known.type}, asked for as ${type}`);
      return known as Family<C>;
    }
    const unbounded = options.labels?.find((label) => unboundedLabels.has(label));
    if (unbounded !== undefined) throw new Error(`metric ${options.name}: label ${unbounded} has no bound (OB6)`);
    const family = new Family<C>(type, options, make);
    this.#families.set(options.name, family);
    return family;
  }
}
