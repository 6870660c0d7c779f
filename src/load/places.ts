import type { Diagnostic, Place } from '../types/diagnostic.ts';
import type { Finding, JsonDocument, JsonPath, Override, Spot } from './finding.ts';

export const placeFindings = (findings: readonly Finding[]): readonly Diagnostic[] => findings.map(({code, message, hint}) => ({ code, message, severity: 'error', ...(hint === undefined ? {} : { hint }) }));
