/** OB1: how the answers of /livez, /readyz and /healthz read. */
import type { ProbeAnswer, ProbeRoutes } from '../dns/server/index.ts';

/** What is looked at, by name: undefined when it is well, else what is wrong. */
export type Checks = Readonly<Record<string, () => string | undefined>>;

/** `/name` for all checks and `/name/check` for each. */
export function probeRoutes(name: string, checks: Checks): ProbeRoutes {
  const single = Object.entries(checks).map(
    ([check, look]) => [`/${name}/${check}`, () => verdictOfOne(look())] as const,
  );
  return {
    [`/${name}`]: ({ url = '' }) => verdict(name, checks, new URL(url, 'http://probe').searchParams),
    ...Object.fromEntries(single),
  };
}

function verdict(name: string, checks: Checks, query: URLSearchParams): ProbeAnswer {
  const excluded = new Set(query.getAll('exclude'));
  const lines: string[] = [];
  let failed = false;
  for (const [check, look] of Object.entries(checks)) {
    if (excluded.delete(check)) {
      lines.push(`[+]${check} excluded: ok`);
    } else if (look() === undefined) {
      lines.push(`[+]${check} ok`);
    } else {
      failed = true;
      lines.push(`[-]${check} failed: reason withheld`);
    }
  }
  if (excluded.size > 0) {
    const names = [...excluded].map((one) => JSON.stringify(one)).join(', ');
    lines.push(`warn: some health checks cannot be excluded: no matches for ${names}`);
  }
  if (!failed && !query.has('verbose')) return { status: 200, body: 'ok' };
  lines.push(`${name} check ${failed ? 'failed' : 'passed'}`);
  return { status: failed ? 500 : 200, body: `${lines.join('\n')}\n` };
}

function verdictOfOne(problem: string | undefined): ProbeAnswer {
  return problem === undefined
    ? { status: 200, body: 'ok' }
    : { status: 500, body: `internal server error: ${problem}\n` };
}
