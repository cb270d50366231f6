/** The Deployment and the Service that the scripts apply and change. */
import type { Tool } from '../tool.ts';

/** The Deployment alone, as YAML. */
export const webDeployment = (replicas: number): string => `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: x, ports: [{containerPort: 80}]}]}
`;

/** Both. */
export const web = (replicas: number, targetPort = 8000): string => `${webDeployment(replicas)}---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: ${targetPort}}, {name: admin, port: 8080}]}
`;

/** One field of an object. */
export const jsonpath = (kubectl: Tool, object: string, path: string): Promise<string> =>
  kubectl.ok(`get ${object} -o`, `jsonpath={${path}}`);
