import { external } from './external.ts';
import { policies } from './policies.ts';
import { readiness } from './readiness.ts';
import type { Scenario } from './scenario.ts';
import { topology } from './topology.ts';
import { visibility } from './visibility.ts';

export const scenarios: readonly Scenario[] = [...visibility, ...readiness, ...policies, ...external, ...topology];
