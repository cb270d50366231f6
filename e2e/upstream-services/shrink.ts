/** Makes a scenario that shows a difference small: fewer requests before it, fewer fields in the last one. */
import type { Edit, Request, Scenario } from './scenario.ts';

/** Whether the last request of the scenario is still answered differently. */
export type StillDiffers = (scenario: Scenario) => Promise<boolean>;

const attempts = 60;

/** Undefined when the difference does not come back. */
export async function shrink(scenario: Scenario, index: number, differs: StillDiffers): Promise<Scenario | undefined> {
  let left = attempts;
  const holds = async (requests: readonly Request[]): Promise<boolean> => {
    left -= 1;
    return left >= 0 && differs({ ...scenario, requests });
  };
  let requests = scenario.requests.slice(0, index + 1);
  if (!(await holds(requests))) return undefined;
  const last = requests.slice(-1);
  if (await holds(last)) requests = last;
  for (let at = requests.length - 2; at >= 0; at -= 1) {
    const fewer = requests.filter((_, position) => position !== at);
    if (await holds(fewer)) requests = fewer;
  }
  for (let at = requests.length - 1; at >= 0; at -= 1) {
    for (;;) {
      const smaller = await firstThatHolds(requests, at, holds);
      if (smaller === undefined) break;
      requests = smaller;
    }
  }
  return { ...scenario, requests };
}

async function firstThatHolds(
  requests: readonly Request[],
  at: number,
  holds: (requests: readonly Request[]) => Promise<boolean>,
): Promise<Request[] | undefined> {
  for (const smaller of smallerRequests(requests[at] as Request)) {
    const candidate = requests.map((request, position) => (position === at ? smaller : request));
    if (await holds(candidate)) return candidate;
  }
  return undefined;
}

function* smallerRequests(request: Request): Generator<Request> {
  if (request.from !== undefined) {
    const { live, edits } = request.from;
    if (edits.length < 2) return;
    for (const [index] of edits.entries()) {
      yield { ...request, from: { live, edits: edits.filter((_: Edit, position) => position !== index) } };
    }
  }
  if (typeof request.body === 'object' && request.body !== null) {
    for (const body of smallerValues(request.body)) yield { ...request, body };
  }
}

/** Each with one field or item less. */
function* smallerValues(value: unknown, depth = 0): Generator {
  if (typeof value !== 'object' || value === null || depth > 2) return;
  if (Array.isArray(value)) {
    for (const index of value.keys()) yield value.filter((_, position) => position !== index);
    return;
  }
  const entries = Object.entries(value);
  for (const [key] of entries) {
    if (key === 'name' || key === 'kind' || key === 'apiVersion') continue;
    yield Object.fromEntries(entries.filter(([name]) => name !== key));
  }
  for (const [key, inner] of entries) {
    for (const smaller of smallerValues(inner, depth + 1)) {
      yield Object.fromEntries(entries.map(([name, kept]) => [name, name === key ? smaller : kept]));
    }
  }
}
