import type { Finding } from './finding.ts';
export const explainJson = ({file, text}: {file: string; text: string; isUtf8: boolean}): readonly Finding[] => [{ code: 'json-syntax', message: `${file} is not JSON`, spot: { kind: 'text', file, text, offset: 0, length: 1 } }];
