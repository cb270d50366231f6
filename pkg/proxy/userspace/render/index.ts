export { portalChains, portalJumps, renderPortal } from './portals.ts';
export type { Portal, PortalJump, PortalRule } from './portals.ts';
