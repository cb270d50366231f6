/**
 * `kubectl exec` into a container that has no program: a few commands that show what the cluster tells its Pods, answered
 * from the cluster itself. Everything else is refused by name.
 */
import type { Pod } from '../../api/types.ts';
import type { Call, CommandIo, Surroundings } from './call.ts';
import { containerVariables, hostsFile, hostnameOf, resolvConf } from './files.ts';
import { askUrl } from './http.ts';
import { lookUp } from './names.ts';
import { splitWords } from './words.ts';

const notFound = 127;

const commands: ReadonlyMap<string, (call: Call) => number | Promise<number>> = new Map<
  string,
  (call: Call) => number | Promise<number>
>([
  ['env', printEnvironment],
  ['printenv', printEnvironment],
  ['hostname', ({ pod, args, io }) => printed(io, args.includes('-i') ? (pod.status?.podIP ?? '') : hostnameOf(pod))],
  ['cat', concatenate],
  [
    'echo',
    ({ args, io }) => (args[0] === '-n' ? (io.stdout(args.slice(1).join(' ')), 0) : printed(io, args.join(' '))),
  ],
  ['nslookup', lookUp],
  ['wget', askUrl('wget')],
  ['curl', askUrl('curl')],
  ['true', () => 0],
  ['false', () => 1],
  ['sh', runScript],
  ['bash', runScript],
]);

/** Resolves with the exit code. */
export async function runCommand(
  world: Surroundings,
  pod: Pod,
  container: string,
  command: readonly string[],
  io: CommandIo,
): Promise<number> {
  const [path = '', ...args] = command;
  const name = path.replace(/^\/(?:usr\/)?s?bin\//, '');
  const known = commands.get(name);
  if (known === undefined) return refuse(io, name);
  return known({ world, pod, container, args, io });
}

function refuse(io: CommandIo, name: string): number {
  io.stderr(
    `${name}: not found. This container is simulated and runs no program; it knows ${[...commands.keys()].join(', ')}.\n`,
  );
  return notFound;
}

function printed(io: CommandIo, line: string): number {
  io.stdout(`${line}\n`);
  return 0;
}

function printEnvironment({ world, pod, container, args, io }: Call): number {
  const variables = containerVariables(world.services(), pod, container);
  if (args.length === 0) {
    io.stdout(variables.map(({ name, value }) => `${name}=${value}\n`).join(''));
    return 0;
  }
  const found = args.map((wanted) => variables.find(({ name }) => name === wanted));
  io.stdout(found.map((one) => (one === undefined ? '' : `${one.value}\n`)).join(''));
  return found.includes(undefined) ? 1 : 0;
}

async function concatenate({ world, pod, args, io }: Call): Promise<number> {
  const files = new Map([
    ['/etc/resolv.conf', () => resolvConf(world, pod)],
    ['/etc/hosts', () => hostsFile(pod, world.clusterDomain)],
    ['/etc/hostname', () => `${hostnameOf(pod)}\n`],
    ['/var/run/secrets/kubernetes.io/serviceaccount/namespace', () => pod.metadata.namespace ?? ''],
  ]);
  if (args.length === 0) {
    io.stdout(await io.stdin());
    return 0;
  }
  let code = 0;
  for (const path of args) {
    const file = files.get(path);
    if (file !== undefined) io.stdout(file());
    else {
      io.stderr(`cat: ${path}: No such file; a simulated container has ${[...files.keys()].join(', ')}\n`);
      code = 1;
    }
  }
  return code;
}

/** `sh -c 'one of these'`; a shell without a script has nobody to talk to. */
async function runScript({ world, pod, container, args, io }: Call): Promise<number> {
  const [flag, script = ''] = args;
  if (flag !== '-c') {
    io.stderr('sh: a simulated container has no interactive shell; use sh -c COMMAND with one command\n');
    return notFound;
  }
  const variables = new Map(
    containerVariables(world.services(), pod, container).map(({ name, value }) => [name, value]),
  );
  let code = 0;
  for (const line of script.split(/\s*(?:;|\n)\s*/).filter((one) => one !== '')) {
    const words = splitWords(line, (name) => variables.get(name) ?? '');
    if (words === undefined) {
      io.stderr(
        `sh: ${line}: only plain commands are understood here, without pipes, redirections and substitutions\n`,
      );
      return 2;
    }
    if (words.length === 0) continue;
    if (words[0] === 'exit') return Number(words[1] ?? code) & 0xff;
    code = await runCommand(world, pod, container, words, io);
  }
  return code;
}
