import { join } from 'node:path';
import { root } from '../server.ts';

/** What upstream left behind after each round of the first stories, for machines without it. */
export const goldenPath = join(root, 'controllers/testdata/upstream-stories.json.gz');
