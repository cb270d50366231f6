/**
 * Where the Services of a local cluster are reached from this machine: told once each in the terminal, and kept in a file
 * for `fairlead get` and `fairlead curl`.
 */
import { readFileSync, rmSync } from 'node:fs';
import { writePrivateFile } from '../apiserver/index.ts';
import { systemClock, type Clock, type Timer } from '../clock/index.ts';
import type { Route } from '../proxy/userspace/index.ts';

/** A Service port with an open door. */
export interface KnownRoute {
  readonly namespace: string;
  readonly name: string;
  readonly portName: string;
  readonly protocol: string;
  readonly kind: Route['destination']['kind'];
  /** Of the Service; empty for node ports. */
  readonly ip: string;
  readonly port: number;
  /** On this machine. */
  readonly listen: { readonly host: string; readonly port: number };
}

/** Thousands of Services may come in a second. */
const gatherMs = 50;

export class RouteBook {
  readonly #path: string;
  readonly #clock: Clock;
  readonly #say: (line: string) => void;
  readonly #told = new Set<string>();
  /** Lines wait until the cluster has introduced itself. */
  #silent = true;
  #routes: readonly KnownRoute[] = [];
  #waiting: readonly Route[] | undefined;
  #pause: Timer | undefined;
  #updated = Promise.withResolvers<void>();

  constructor(path: string, say: (line: string) => void, clock: Clock = systemClock) {
    this.#clock = clock;
    this.#path = path;
    this.#say = say;
  }

  get routes(): readonly KnownRoute[] {
    return this.#routes;
  }

  /** The first of a burst counts at once, what follows it together: all of them are sorted and written each time. */
  update(routes: readonly Route[]): void {
    if (this.#pause === undefined) this.#take(routes);
    else this.#waiting = routes;
  }

  #take(routes: readonly Route[]): void {
    this.#waiting = undefined;
    this.#pause = this.#clock.after(gatherMs, () => {
      this.#pause = undefined;
      if (this.#waiting !== undefined) this.#take(this.#waiting);
    });
    this.#routes = routes.flatMap(known).toSorted(byName);
    writePrivateFile(this.#path, `${JSON.stringify(this.#routes)}\n`);
    this.#updated.resolve();
    this.#updated = Promise.withResolvers<void>();
    this.#tell();
  }

  /** The first door of a Service; resolves when it is open. */
  async find(namespace: string, name: string): Promise<KnownRoute> {
    for (;;) {
      const route = this.#routes.find((one) => one.namespace === namespace && one.name === name);
      if (route !== undefined) return route;
      await this.#updated.promise;
    }
  }

  /** From now on news is told at once. */
  open(): void {
    this.#silent = false;
    this.#tell();
  }

  [Symbol.dispose](): void {
    this.#pause?.cancel();
    rmSync(this.#path, { force: true });
  }

  #tell(): void {
    if (this.#silent) return;
    const lines = this.#routes.map(routeLine);
    for (const line of lines) if (!this.#told.has(line)) this.#say(line);
    this.#told.clear();
    for (const line of lines) this.#told.add(line);
  }
}

/** `default/web  10.96.0.10:80 → 127.96.0.10:80` */
export function routeLine({ namespace, name, protocol, ip, port, listen }: KnownRoute): string {
  const door = `${ip === '' ? 'node' : ip}:${port} → ${listen.host}:${listen.port}`;
  return `${namespace}/${name}  ${door}${protocol === 'TCP' ? '' : ` (${protocol})`}`;
}

/** Of the cluster that runs on this data directory; undefined: none runs. */
export function readRoutes(path: string): readonly KnownRoute[] | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as KnownRoute[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function known({ namespace, name, portName, protocol, destination, listen }: Route): KnownRoute[] {
  if (listen === undefined) return [];
  const { kind, ip, port } = destination;
  return [{ namespace, name, portName, protocol, kind, ip: kind === 'node-port' ? '' : ip, port, listen }];
}

const sortKey = ({ namespace, name, kind, port }: KnownRoute): string => `${namespace}/${name} ${kind} ${port}`;
const byName = (a: KnownRoute, b: KnownRoute): number => (sortKey(a) < sortKey(b) ? -1 : 1);
