export { eventName, referenceTo, wholeSeconds } from './event.ts';
export type { EventSource, EventType } from './event.ts';
export { EventRecorder } from './recorder.ts';
export type { RecorderOptions } from './recorder.ts';
