import type { Descriptions } from '../descriptions.ts';

export const metaV1Descriptions: Descriptions = {};
