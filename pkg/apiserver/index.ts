export { startApiServer } from './server.ts';
export type { ApiServer, ApiServerOptions } from './server.ts';
export type { AccessRecord } from './handler.ts';
export { adminKubeconfig, writePrivateFile } from './authn/kubeconfig.ts';
export { checkIdentity, IdentityError, loadIdentity, type KeyPair } from './authn/certificates.ts';
export { parseTokenFile } from './authn/authenticator.ts';
export { inProcessTransport } from './http/in-process.ts';
export { kubernetesVersion } from './version.ts';
export type { CommandIo, LogOptions, PodRuntime } from './pods/runtime.ts';
