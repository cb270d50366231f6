/**
 * POST of JSON to a webhook over HTTPS, with everything that a webhook may do wrong bounded: time, size, certificates.
 * Connections are kept for as long as a webhook is used.
 */
import { Agent, request } from 'node:https';
import type { IncomingMessage } from 'node:http';
import type { WebhookClientConfig } from '../../api/admission.ts';
import { DecodeError } from '../../api/schema/index.ts';
import { isStatusError } from '../../api/status.ts';
import { parseJson, parseYaml } from '../http/yaml.ts';
import { goText } from './go-errors.ts';

export interface Call {
  readonly client: WebhookClientConfig;
  /** `kube-apiserver-admission`, or for conversions another. */
  readonly userAgent: string;
  readonly body: unknown;
  /** Absent: no limit but that of the request it belongs to. */
  readonly timeoutSeconds: number | undefined;
  /** Ends when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  /** Where a Service is; throws what a user should read. */
  readonly resolve: (service: NonNullable<WebhookClientConfig['service']>) => Address;
}

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** The webhook gave no usable answer. */
export class CallError extends Error {}

/** More than any object can be. */
const maxAnswerBytes = 16 * 1024 * 1024;

/** The parsed answer. Throws CallError in Go's words. */
export async function callWebhook(call: Call): Promise<unknown> {
  const { client, timeoutSeconds } = call;
  checkBundle(client);
  const { url, shown } = urlOf(client, timeoutSeconds);
  const limit = timeoutSeconds === undefined ? [] : [AbortSignal.timeout(timeoutSeconds * 1000)];
  const signal = AbortSignal.any([call.signal, ...limit]);
  let answer: Answer;
  try {
    answer = await post(call, url, signal);
  } catch (error) {
    const why = signal.aborted ? goText(signal.reason) : goText(error);
    throw new CallError(`Post ${JSON.stringify(shown)}: ${why}`, { cause: error });
  }
  const { status, type, text } = answer;
  if (status < 200 || status > 206) throw new CallError(statusText(status, type, text));
  if (text === '') throw new CallError(`0-length response with status code: ${status} and content type: ${type}`);
  return parseAnswer(text);
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

/** JSON; YAML is understood as well. */
async function parseAnswer(text: string): Promise<unknown> {
  try {
    return parseJson(text).value;
  } catch {
    try {
      return (await parseYaml(text)).value;
    } catch (error) {
      if (!(error instanceof DecodeError) && !isStatusError(error)) throw error;
      throw new CallError(`couldn't get version/kind; json parse error: ${error.message}`, { cause: error });
    }
  }
}

function checkBundle({ caBundle = '' }: WebhookClientConfig): void {
  if (caBundle === '' || Buffer.from(caBundle, 'base64').toString().includes('-----BEGIN CERTIFICATE-----')) return;
  throw new ClientError('unable to load root certificates: unable to parse bytes as PEM block');
}

/** There is no way to make a call at all. */
export class ClientError extends CallError {}

function urlOf(client: WebhookClientConfig, timeoutSeconds: number | undefined): { url: URL; shown: string } {
  const { service } = client;
  const url = new URL(client.url ?? serviceUrl(service));
  if (timeoutSeconds !== undefined) url.searchParams.set('timeout', `${timeoutSeconds}s`);
  // The port of a Service is always shown, also the usual one.
  const host = service === undefined ? url.host : `${url.hostname}:${service.port ?? 443}`;
  return { url, shown: `https://${host}${url.pathname}${url.search}` };
}

const serviceUrl = (service: WebhookClientConfig['service']): string =>
  `https://${service?.name}.${service?.namespace}.svc:${service?.port ?? 443}${service?.path ?? ''}`;

const agents = new Map<string, Agent>();
const maxAgents = 100;

function agentFor(caBundle: string): Agent {
  let agent = agents.get(caBundle);
  if (agent === undefined) {
    if (agents.size >= maxAgents) agents.clear();
    const ca = caBundle === '' ? {} : { ca: Buffer.from(caBundle, 'base64').toString() };
    agent = new Agent({ keepAlive: true, timeout: 60_000, ...ca });
    agents.set(caBundle, agent);
  }
  return agent;
}

async function post(call: Call, url: URL, signal: AbortSignal): Promise<Answer> {
  const { client, body, userAgent } = call;
  const text = Buffer.from(JSON.stringify(body));
  const port = url.port === '' ? 443 : Number(url.port);
  const { service } = client;
  const place = service === undefined ? { host: url.hostname.replace(/^\[|\]$/g, ''), port } : call.resolve(service);
  signal.throwIfAborted();
  return await new Promise((resolve, reject) => {
    const sent = request(
      {
        ...place,
        // An address has no name to show, and node refuses one.
        ...(service === undefined ? {} : { servername: url.hostname }),
        agent: agentFor(client.caBundle ?? ''),
        method: 'POST',
        path: url.pathname + url.search,
        headers: {
          host: service !== undefined || url.port !== '' ? `${url.hostname}:${port}` : url.hostname,
          accept: 'application/json, */*',
          'content-type': 'application/json',
          'content-length': text.length,
          'user-agent': userAgent,
        },
        signal,
      },
      (response) => {
        const type = response.headers['content-type'] ?? '';
        readAll(response).then((read) => resolve({ status: response.statusCode ?? 0, type, text: read }), reject);
      },
    );
    sent.once('error', reject);
    sent.end(text);
  });
}

async function readAll(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxAnswerBytes) {
      response.destroy();
      throw new Error(`the answer is longer than ${maxAnswerBytes} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** As client-go words an answer that is no success. */
function statusText(status: number, type: string, given: string): string {
  const body = type.startsWith('text/') || type === '' ? given : '';
  const message = messageIn(given);
  if (message !== undefined) return message;
  const shown = JSON.stringify(body.trim().slice(0, 2048));
  switch (status) {
    case 400:
      return 'the server rejected our request for an unknown reason';
    case 401:
      return 'the server has asked for the client to provide credentials';
    case 403:
      return body.trim() === '' ? 'unknown' : body.trim();
    case 404:
      return 'the server could not find the requested resource';
    case 405:
      return 'the server does not allow this method on the requested resource';
    case 429:
      return 'the server has received too many requests and has asked us to try again later';
    case 503:
      return 'the server is currently unable to handle the request';
    case 504:
      return 'the server was unable to return a response in the time allotted, but may still be processing the request';
    default:
      if (status < 500)
        return `the server responded with the status code ${status} but did not return more information`;
      return `an error on the server (${body.trim() === '' ? '"unknown"' : shown}) has prevented the request from succeeding`;
  }
}

function messageIn(body: string): string | undefined {
  try {
    const { kind, message } = JSON.parse(body) as { kind?: unknown; message?: unknown };
    return kind === 'Status' && typeof message === 'string' ? message : undefined;
  } catch {
    return undefined;
  }
}
