import type { Descriptions } from '../descriptions.ts';

export const appsV1Descriptions: Descriptions = {};
