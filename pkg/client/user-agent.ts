import { arch, platform } from 'node:process';

/** Go's names, as every other client of the API server writes them. */
const architectures: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' };

/** CL6: `<suite>/<version> (<os>/<arch>) <component>`. */
export function userAgent(component: string, version = 'dev'): string {
  return `fairlead/${version} (${platform}/${architectures[arch] ?? arch}) ${component}`;
}
