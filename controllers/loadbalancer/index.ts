export type { LoadBalancerOptions } from './controller.ts';
export { loadBalancerPools, startLoadBalancerController } from './controller.ts';
