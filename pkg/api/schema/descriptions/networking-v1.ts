import type { Descriptions } from '../descriptions.ts';

export const networkingV1Descriptions: Descriptions = {};
