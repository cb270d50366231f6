/** Differences from the real server that we stand by, each with its reason. Everything else is a fault. */
import type { Answer } from '../upstream-api/send.ts';
import type { Request } from './scenario.ts';

export interface Exchange {
  readonly request: Request;
  readonly real: Answer;
  readonly ours: Answer;
}

export interface Known {
  readonly why: string;
  /** A thousand scenarios may pass without it. */
  readonly rare?: true;
  readonly is: (exchange: Exchange) => boolean;
}

const textOf = ({ body }: Answer): string => JSON.stringify(body);
const withoutPolicy = (answer: Answer): string =>
  textOf(answer)
    .replaceAll(/,?\\*"(?:f:)?internalTrafficPolicy\\*":(?:\\*"\w+\\*"|\{\})/g, '')
    .replaceAll('{,', '{');
const isDryRun = ({ path, body }: Request): boolean => `${path}${JSON.stringify(body ?? '')}`.includes('dryRun');

export const register: readonly Known[] = [
  {
    why: 'Q29: upstream panics and breaks off the connection; here the request is answered',
    is: ({ real, ours }) => real.code === 0 && ours.code >= 400,
  },
  {
    why: 'Q4: a pair of protocol and node port that is there twice on update is the client’s fault: 422, not a bare 500',
    is: ({ real, ours }) => real.code === 500 && textOf(real).includes('duplicate nodePort') && ours.code === 422,
  },
  {
    why: 'Q5: a health-check node port that cannot be had is the client’s fault: 422 with the field, not 500',
    is: ({ real, ours }) => real.code === 500 && textOf(real).includes('HealthCheck NodePort') && ours.code === 422,
  },
  {
    why: 'Q11: a Service without any name is told so, not about an IPAddress',
    is: ({ real, ours }) =>
      real.code === 422 &&
      ours.code === 422 &&
      textOf(real).includes('parentRef') &&
      textOf(ours).includes('metadata.name'),
  },
  {
    why: 'Q13: a dry run looks at ranges and at what is taken, as the real write would',
    is: ({ request, real, ours }) =>
      isDryRun(request) &&
      (/failed to allocate IP|provided port/.test(textOf(ours)) || /not in the valid range/.test(textOf(real))),
  },
  {
    why: 'upstream looks at an applied object in the random order of Go maps, and no further in one with an undeclared field',
    is: ({ real, ours }) =>
      real.code === 500 &&
      ours.code === 500 &&
      [real, ours].every((answer) => textOf(answer).includes('field not declared in schema')),
  },
  {
    why: 'YAML that cannot be read is refused in the words of the library that reads it',
    rare: true,
    is: ({ real, ours }) =>
      real.code === 400 && ours.code === 400 && /yaml: /.test(textOf(real)) && /yaml: /.test(textOf(ours)),
  },
  {
    why: 'D24: upstream keeps and owns the hidden internalTrafficPolicy of an ExternalName and shows it after status writes',
    is: ({ real, ours }) => real.code === ours.code && withoutPolicy(real) === withoutPolicy(ours),
  },
  {
    why: 'V60: a ClusterIP Service that is made headless under a dual policy is given a second address upstream before it is refused',
    is: ({ real, ours }) =>
      real.code === 422 &&
      ours.code === 422 &&
      /may not change once set/.test(textOf(ours)) &&
      /\["None","/.test(textOf(real).replaceAll('\\', '')),
  },
];

export const knownReason = (exchange: Exchange): string | undefined => register.find(({ is }) => is(exchange))?.why;
