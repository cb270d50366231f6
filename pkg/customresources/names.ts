/** Which of the wanted names a definition gets: those that no other definition of its group holds already (CRD3). */
import {
  conditionOf,
  withCondition,
  type CustomResourceDefinition,
  type DefinitionCondition,
  type DefinitionNames,
} from './definition.ts';

export interface Naming {
  readonly acceptedNames: DefinitionNames;
  readonly conditions: DefinitionCondition[];
}

/** `others`: the definitions of the same group. Undefined: the status says all there is to say already. */
export function settleNames(
  definition: CustomResourceDefinition,
  others: readonly CustomResourceDefinition[],
  now: string,
): Naming | undefined {
  const { names } = definition.spec;
  const accepted = definition.status?.acceptedNames ?? { plural: '', kind: '' };
  if (sameNames(names, accepted)) return undefined;
  const { next, condition } = negotiate(names, accepted, usedBy([definition, ...others]));
  const known = conditionOf(definition, 'NamesAccepted');
  const unchanged =
    known?.status === condition.status && known.reason === condition.reason && known.message === condition.message;
  if (unchanged && sameNames(next, accepted)) return undefined;
  const conditions = withCondition(definition.status?.conditions ?? [], condition, now);
  return { acceptedNames: next, conditions: withCondition(conditions, establishing(definition, condition), now) };
}

interface Used {
  readonly resources: ReadonlySet<string>;
  readonly kinds: ReadonlySet<string>;
}

function usedBy(definitions: readonly CustomResourceDefinition[]): Used {
  const held = definitions.flatMap(({ status }) => status?.acceptedNames ?? []);
  return {
    resources: new Set(held.flatMap(({ plural, singular = '', shortNames = [] }) => [plural, singular, ...shortNames])),
    kinds: new Set(held.flatMap(({ kind, listKind = '' }) => [kind, listKind])),
  };
}

const inUse = (name: string): string => `"${name}" is already in use`;

function negotiate(
  wanted: DefinitionNames,
  accepted: DefinitionNames,
  { resources, kinds }: Used,
): { next: DefinitionNames; condition: DefinitionCondition } {
  let condition: DefinitionCondition | undefined;
  const refuse = (reason: string, message: string): void => {
    condition = { type: 'NamesAccepted', status: 'False', reason, message };
  };
  const settle = (want: string, has: string, used: ReadonlySet<string>, reason: string): string => {
    if (want === has || !used.has(want)) return want;
    refuse(reason, inUse(want));
    return has;
  };
  const plural = settle(wanted.plural, accepted.plural, resources, 'PluralConflict');
  const singular = settle(wanted.singular ?? '', accepted.singular ?? '', resources, 'SingularConflict');
  const taken = (wanted.shortNames ?? []).filter(
    (name) => !(accepted.shortNames ?? []).includes(name) && resources.has(name),
  );
  if (taken.length > 0) {
    const texts = taken.map(inUse);
    refuse('ShortNamesConflict', texts.length === 1 ? (texts[0] ?? '') : `[${texts.join(', ')}]`);
  }
  const shortNames = taken.length > 0 ? accepted.shortNames : wanted.shortNames;
  const kind = settle(wanted.kind, accepted.kind, kinds, 'KindConflict');
  const listKind = settle(wanted.listKind ?? '', accepted.listKind ?? '', kinds, 'ListKindConflict');
  return {
    next: {
      plural,
      ...(singular === '' ? {} : { singular }),
      ...(shortNames === undefined ? {} : { shortNames }),
      kind,
      ...(listKind === '' ? {} : { listKind }),
      ...(wanted.categories === undefined ? {} : { categories: wanted.categories }),
    },
    condition: condition ?? {
      type: 'NamesAccepted',
      status: 'True',
      reason: 'NoConflicts',
      message: 'no conflicts found',
    },
  };
}

function establishing(definition: CustomResourceDefinition, names: DefinitionCondition): DefinitionCondition {
  const old = conditionOf(definition, 'Established');
  if (old?.status === 'True') return old;
  if (names.status === 'True') {
    return {
      type: 'Established',
      status: 'False',
      reason: 'Installing',
      message: 'the initial names have been accepted',
    };
  }
  return old ?? { type: 'Established', status: 'False', reason: 'NotAccepted', message: 'not all names are accepted' };
}

function sameNames(a: DefinitionNames, b: DefinitionNames): boolean {
  const text = ({
    plural,
    singular = '',
    shortNames = [],
    kind,
    listKind = '',
    categories = [],
  }: DefinitionNames): string => JSON.stringify([plural, singular, shortNames, kind, listKind, categories]);
  return text(a) === text(b);
}

/** Set in one go when names are accepted: nothing here takes the time that upstream waits between the two. */
export const established: DefinitionCondition = {
  type: 'Established',
  status: 'True',
  reason: 'InitialNamesAccepted',
  message: 'the initial names have been accepted',
};
