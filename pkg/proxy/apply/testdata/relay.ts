/** Runs inside the node's namespace: the relay with portal rules for one Service, until its input ends. */
import type { Route } from '../../userspace/index.ts';
import { startUserspaceProxy } from '../../userspace/index.ts';
import { HandSource } from '../../userspace/testdata/network.ts';
import { service, slice } from '../../model/testdata/objects.ts';
import { L, R } from '../../testdata/scenarios/scenario.ts';
import { Portals } from '../portals.ts';
import { systemRunner } from '../runner.ts';

const hostIP = '198.18.0.1';
const ports = [
  { name: 'http', protocol: 'TCP', port: 80, nodePort: 30080 },
  { name: 'dns', protocol: 'UDP', port: 53, nodePort: 30053 },
];
const targets = ports.map(({ name, protocol }) => ({ name, protocol, port: 8080 }));

const portals = new Portals({ family: 'IPv4', run: systemRunner(), hostIP });
const say = (word: string): void => void process.stdout.write(`${word}\n`);
const sync = (routes: Route[]): void => {
  portals.sync(routes).then(
    () => say('ready'),
    (error: Error) => say(error.message),
  );
};

const proxy = startUserspaceProxy({
  source: new HandSource(
    [service({ spec: { type: 'NodePort', ports } })],
    [slice({ ports: targets, endpoints: [L, R] })],
  ),
  nodeName: 'n1',
  families: ['IPv4'],
  places: ['host'],
  hostIPs: { IPv4: hostIP },
  nodeAddresses: ['192.0.2.10', hostIP],
  onRoutes: sync,
});

process.stdin.resume().once('end', () => {
  void (async () => {
    await proxy.stop();
    await portals.cleanup();
    process.exit(0);
  })();
});
