import type { Descriptions } from '../descriptions.ts';

export const coreV1Descriptions: Descriptions = {};
