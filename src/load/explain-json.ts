import type { Finding } from './finding.ts';
export const explainJson = (file: string, text: string): readonly Finding[] => [{ code: 'json-syntax', message: `${file} is not JSON`, spot: { kind: 'text', file, text, offset: 0, length: 1 } }];
