/** GET …/log: what a container has printed. */
import type { FieldError } from '../../api/field-error.ts';
import { badRequest, invalid } from '../../api/status.ts';
import type { ApiResponse, Sink } from '../http/exchange.ts';
import { booleanParam, integerParam } from '../http/query.ts';
import { text } from '../http/respond.ts';
import type { Scope } from '../resources/scope.ts';
import type { LogOptions } from './runtime.ts';
import { containerOf, podOf, runtimeOf } from './target.ts';

export async function readLog(scope: Scope): Promise<ApiResponse> {
  const { request, info, core } = scope;
  const options = logOptions(scope);
  const pod = await podOf(scope);
  const container = containerOf(pod, request.query.get('container') ?? '');
  // Upstream: a Pod without a node has printed nothing.
  if ((pod.spec?.nodeName ?? '') === '') return { status: 204, headers: {}, body: '' };
  const path = `containerLogs/${info.namespace}/${info.name}/${container}${queryOf(request.query)}`;
  const runtime = runtimeOf(scope, pod, path);
  const leaving = new AbortController();
  const signal = AbortSignal.any([leaving.signal, core.stopping]);
  const lines = limited(runtime.logs(pod, container, options, signal), options.limitBytes);
  // The first line is waited for only where that cannot take long, so that a refusal still has a status.
  if (!options.follow) return text(200, await joined(lines));
  const iterator = lines[Symbol.asyncIterator]();
  const first = iterator.next();
  const refused = await Promise.race([first.then(() => undefined), aMoment()]);
  if (refused !== undefined) first.catch(() => undefined);
  return {
    ...text(200, ''),
    body: (sink) => {
      sink.onClose(() => leaving.abort());
      void pour(first, iterator, sink);
    },
  };
}

/** Long enough for a refusal, which comes without waiting. */
const aMoment = (): Promise<'later'> => new Promise((resolve) => setImmediate(() => resolve('later')));

async function joined(lines: AsyncIterable<string>): Promise<string> {
  let all = '';
  for await (const line of lines) all += line;
  return all;
}

async function pour(
  first: Promise<IteratorResult<string>>,
  iterator: AsyncIterator<string>,
  sink: Sink,
): Promise<void> {
  let drained: () => void = () => undefined;
  sink.onDrain(() => drained());
  sink.onClose(() => drained());
  try {
    for (let step = await first; step.done !== true; step = await iterator.next()) {
      if (sink.write(step.value)) continue;
      await new Promise<void>((resolve) => {
        drained = resolve;
      });
    }
  } catch {
    // The container is gone; the answer has begun already and can only end.
  }
  sink.end();
}

async function* limited(lines: AsyncIterable<string>, limitBytes: number | undefined): AsyncIterable<string> {
  let left = limitBytes ?? Infinity;
  for await (const line of lines) {
    const size = Buffer.byteLength(line);
    if (size >= left) {
      yield Buffer.from(line).subarray(0, left).toString();
      return;
    }
    left -= size;
    yield line;
  }
}

function logOptions({ request: { query }, info, core }: Scope): LogOptions {
  const tailLines = integerParam(query, 'tailLines');
  const limitBytes = integerParam(query, 'limitBytes');
  const sinceSeconds = integerParam(query, 'sinceSeconds');
  const sinceTime = query.get('sinceTime') ?? '';
  const errors: FieldError[] = [];
  const notBelow = (least: number, field: string, value: number | undefined, why: string): void => {
    if (value === undefined || value >= least) return;
    errors.push({ type: 'FieldValueInvalid', field, message: `Invalid value: ${value}: ${why}` });
  };
  notBelow(0, 'tailLines', tailLines, 'must be greater than or equal to 0');
  notBelow(1, 'limitBytes', limitBytes, 'must be greater than 0');
  if (sinceSeconds !== undefined && sinceTime !== '') {
    const message = 'Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified';
    errors.push({ type: 'FieldValueForbidden', field: '', message });
  } else notBelow(1, 'sinceSeconds', sinceSeconds, 'must be greater than 0');
  const stream = query.get('stream') ?? 'All';
  if (!['All', 'Stdout', 'Stderr'].includes(stream)) {
    const message = `Unsupported value: ${JSON.stringify(stream)}: supported values: "All", "Stderr", "Stdout"`;
    errors.push({ type: 'FieldValueNotSupported', field: 'stream', message });
  }
  if (stream !== 'All' && tailLines !== undefined) {
    const message = 'Forbidden: `tailLines` and specific `stream` are mutually exclusive for now';
    errors.push({ type: 'FieldValueForbidden', field: '', message });
  }
  if (errors.length > 0) throw invalid('PodLogOptions', '', info.name, errors);
  return {
    follow: booleanParam(query, 'follow'),
    previous: booleanParam(query, 'previous'),
    timestamps: booleanParam(query, 'timestamps'),
    since: sinceSeconds === undefined ? timeOf(sinceTime) : core.clock.now() - sinceSeconds * 1000,
    tailLines,
    limitBytes,
  };
}

function timeOf(text: string): number | undefined {
  if (text === '') return undefined;
  const at = Date.parse(text);
  if (Number.isNaN(at)) throw badRequest(`parsing time ${JSON.stringify(text)}: cannot parse`);
  return at;
}

function queryOf(query: URLSearchParams): string {
  const kept = new URLSearchParams([...query].filter(([name]) => name !== 'container'));
  const words = kept.toString();
  return words === '' ? '' : `?${words}`;
}
