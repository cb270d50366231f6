import type { Descriptions } from '../descriptions.ts';

export const discoveryV1Descriptions: Descriptions = {};
