import { ConfigError, didYouMean } from './config-error.ts';

/** What a feature is before anybody says otherwise. */
export interface FeatureSpec {
  readonly default: boolean;
  readonly stage: 'ALPHA' | 'BETA' | 'GA';
  /** Cannot be changed any more. */
  readonly locked?: boolean;
}

export type FeatureGates<Name extends string = string> = Readonly<Record<Name, boolean>>;

/** `--feature-gates=A=true,B=false`; `AllAlpha` and `AllBeta` set what is not named itself. */
export function parseFeatureGates<Name extends string>(
  known: Readonly<Record<Name, FeatureSpec>>,
  text: string,
): FeatureGates<Name> {
  const wanted = parsePairs(text);
  const names = Object.keys(known) as Name[];
  for (const [name, value] of wanted) {
    if (name === 'AllAlpha' || name === 'AllBeta') continue;
    if (!Object.hasOwn(known, name)) {
      throw new ConfigError(`unrecognized feature gate: ${name}${didYouMean(name, names)}`);
    }
    const { default: fixed, locked } = known[name as Name];
    if (locked === true && value !== fixed) {
      throw new ConfigError(`cannot set feature gate ${name} to ${value}, feature is locked to ${fixed}`);
    }
  }
  const valueOf = (name: Name): boolean => {
    const { stage, default: otherwise, locked } = known[name];
    if (locked === true) return otherwise;
    const ofStage = stage === 'ALPHA' ? wanted.get('AllAlpha') : stage === 'BETA' ? wanted.get('AllBeta') : undefined;
    return wanted.get(name) ?? ofStage ?? otherwise;
  };
  return Object.fromEntries(names.map((name) => [name, valueOf(name)])) as FeatureGates<Name>;
}

function parsePairs(text: string): Map<string, boolean> {
  const pairs = new Map<string, boolean>();
  for (const part of text.split(',').map((piece) => piece.trim())) {
    if (part === '') continue;
    const equals = part.indexOf('=');
    if (equals < 0) throw new ConfigError(`missing bool value for ${part}: expected ${part}=true or ${part}=false`);
    const name = part.slice(0, equals).trim();
    const value = part.slice(equals + 1).trim();
    const isTrue = ['1', 't', 'T', 'true', 'TRUE', 'True'].includes(value);
    if (!isTrue && !['0', 'f', 'F', 'false', 'FALSE', 'False'].includes(value)) {
      throw new ConfigError(`invalid value of ${name}=${value}: expected true or false`);
    }
    pairs.set(name, isTrue);
  }
  return pairs;
}
