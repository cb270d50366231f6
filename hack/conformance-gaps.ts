/** What the API server does not do yet, and what a user notices. Kept by hand; printed in docs/conformance.md. */
export const gaps: readonly { readonly rule: string; readonly effect: string }[] = [
  { rule: 'P3', effect: '`/api/v1/watch/…` paths answer 404; no client in use sends them' },
  { rule: 'M9', effect: 'CBOR is not offered; client-go falls back by itself' },
  { rule: 'M10 encoding', effect: 'answers are JSON only; client-go spends more CPU on decoding them' },
  { rule: 'S11', effect: 'Secrets are not encrypted at rest' },
  { rule: 'SV24', effect: 'the Host header is not checked' },
  { rule: 'SV28', effect: 'there is an access log, but no audit policy' },
  { rule: 'D30–D32', effect: 'no admission webhooks' },
  { rule: 'R rules', effect: 'leaked addresses are not searched for in the background' },
];
