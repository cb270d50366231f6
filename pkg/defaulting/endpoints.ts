/** D14 */
import type { Endpoints } from '../api/types.ts';
import { each, fillZero, inside } from './fill.ts';

export function defaultEndpoints(endpoints: Endpoints): Endpoints {
  return inside(endpoints, 'subsets', (subsets) =>
    each(subsets, (subset) =>
      inside(subset, 'ports', (ports) => each(ports, (port) => fillZero(port, { protocol: 'TCP' }))),
    ),
  );
}
