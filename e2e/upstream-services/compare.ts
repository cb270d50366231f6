/** Plays scenarios on two servers at once and gathers where they differ. */
import type { Answer, Ask } from '../upstream-api/send.ts';
import { differences } from '../upstream-api/normalise.ts';
import { play } from './play.ts';
import { knownReason } from './register.ts';
import { lanes, type Scenario } from './scenario.ts';
import { shrink } from './shrink.ts';

export interface Found {
  readonly title: string;
  readonly differences: readonly string[];
  /** The smallest that shows it. */
  readonly scenario: Scenario;
}

export interface Comparison {
  readonly found: Found[];
  /** Registered reasons and how often they were met. */
  readonly known: Map<string, number>;
  /** Differences that did not come back when their scenario was played again. */
  readonly passing: string[];
  requests: number;
}

export interface Pair {
  readonly real: Ask;
  readonly ours: Ask;
}

/** More are not worth their time: usually they are the same few faults. */
const enough = Number(process.env['FAIRLEAD_ENOUGH'] ?? 12);

export async function compareScenarios(pair: Pair, scenarios: readonly Scenario[]): Promise<Comparison> {
  const result: Comparison = { found: [], known: new Map(), passing: [], requests: 0 };
  const suspects: Suspect[] = [];
  const queues = Array.from({ length: lanes }, (_, lane) => scenarios.filter(({ seed }) => seed % lanes === lane));
  await Promise.all(
    queues.map(async (queue) => {
      for (const scenario of queue) {
        const at = await firstDifference(pair, scenario, result);
        if (at !== undefined) suspects.push({ scenario, ...at });
      }
    }),
  );
  await explain(pair, suspects, result);
  return result;
}

interface Suspect {
  readonly scenario: Scenario;
  readonly index: number;
  readonly differences: readonly string[];
}

async function explain(pair: Pair, suspects: readonly Suspect[], { found, passing }: Comparison): Promise<void> {
  const seen = new Set<string>();
  for (const { scenario, index, differences: first } of suspects) {
    if (found.length >= enough) {
      passing.push(`${scenario.seed}.${index} (not tried)`);
      continue;
    }
    const lastDiffers = async (smaller: Scenario): Promise<string[] | undefined> => {
      const at = await firstDifference(pair, smaller);
      return at?.index === smaller.requests.length - 1 ? at.differences : undefined;
    };
    const small = await shrink(scenario, index, async (smaller) => (await lastDiffers(smaller)) !== undefined);
    const shown = small === undefined ? undefined : await lastDiffers(small);
    if (small === undefined || shown === undefined) {
      passing.push(`${scenario.seed}.${index}: ${first.join('; ').slice(0, 300)}`);
      continue;
    }
    const signature = shown.map((line) => line.replace(/^[^:]*:/, '')).join('\n');
    if (seen.has(signature)) continue;
    seen.add(signature);
    found.push({ title: `seed ${scenario.seed} step ${index}`, differences: shown, scenario: small });
  }
}

let played = 0;

/** The first answer that differs without a registered reason. What follows a difference may be its consequence. */
async function firstDifference(
  pair: Pair,
  scenario: Scenario,
  result?: Comparison,
): Promise<{ index: number; differences: string[] } | undefined> {
  played += 1;
  const namespace = `s${scenario.seed}-${played}`;
  const [real, ours] = await Promise.all([play(pair.real, scenario, namespace), play(pair.ours, scenario, namespace)]);
  for (const [index, request] of scenario.requests.entries()) {
    const exchange = { request, real: real[index] as Answer, ours: ours[index] as Answer };
    const found = differences(exchange.real, exchange.ours);
    if (result !== undefined) result.requests += 1;
    if (found.length === 0) continue;
    const why = knownReason(exchange);
    if (why === undefined) return { index, differences: found };
    result?.known.set(why, (result.known.get(why) ?? 0) + 1);
    // The two servers may now hold different objects.
    if (exchange.real.code < 300 !== exchange.ours.code < 300 && !request.path.includes('dryRun')) return undefined;
  }
  return undefined;
}
