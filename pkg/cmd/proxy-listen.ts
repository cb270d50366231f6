/** Where `fairlead proxy` answers: an address with or without a port, as kube-proxy takes it (section 11). */
import { isIP } from 'node:net';
import { ConfigError } from './config-error.ts';

export interface ListenAt {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
}

const defaults = {
  healthz: { host: '0.0.0.0', port: 10_256 },
  metrics: { host: '127.0.0.1', port: 10_249 },
} as const;

/** `text` is an address, `address:port`, or nothing, which means: do not listen. A port typed by itself wins. */
export function parseListen(
  what: keyof typeof defaults,
  text: string | undefined,
  typedPort: number | undefined,
): ListenAt | undefined {
  const standard = defaults[what];
  if (text === undefined) return { ...standard, port: typedPort ?? standard.port };
  if (text.trim() === '') return undefined;
  const { host, port = standard.port } = split(what, text.trim());
  return { host, port: typedPort ?? port };
}

function split(what: string, text: string): { host: string; port?: number } {
  if (isIP(text) !== 0) return { host: text };
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:]*))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const host = bracketed ?? plain ?? '';
  const port = digits === undefined ? undefined : Number(digits);
  if (isIP(host) === 0 || (port ?? 0) > 65_535)
    throw new ConfigError(`${what} address: expected a form like 0.0.0.0:10256 or [::]:10256, got ${text}.`);
  return { host, ...(port === undefined ? {} : { port }) };
}
