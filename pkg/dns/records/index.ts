export type { Change } from './change.ts';
export { changeAway, changeTo } from './change.ts';
export type { DnsObjects } from './dns-records.ts';
export { dnsRecords } from './dns-records.ts';
export type { LabelTest, PodMode, ZoneConfig, ZoneOptions } from './options.ts';
export type { RecordText } from './record-text.ts';
export { parseType, recordTexts, typeText } from './record-text.ts';
export type { Lookup } from './zone-index.ts';
export { ZoneIndex } from './zone-index.ts';
