export { startPage, type Page, type PageOptions } from './serve-page.ts';
export { pageView, type Door, type PageInputs, type PageView, type PodView, type ServiceView } from './view.ts';
