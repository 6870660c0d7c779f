import { readFileSync, statSync } from 'node:fs';
import { isMetric } from '../store/shapes.ts';
import type { MetricValue } from '../types/stage.ts';

/** The metrics that a command wrote, or what is wrong with them. */
export const readMetrics = (file: string): Record<string, MetricValue> | string => {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat === undefined) return {};
  // A pipe that nobody writes to would be read for ever.
  if (!stat.isFile()) return 'metrics: what is at STEMMA_METRICS is no file';
  const text = readFileSync(file, 'utf8');
  try {
    return checkMetrics(JSON.parse(text));
  } catch (error) {
    return `metrics: the file at STEMMA_METRICS is no JSON: ${(error as Error).message}`;
  }
};

/** Metrics that a stage told, or what is wrong with them. */
export const checkMetrics = (values: unknown): Record<string, MetricValue> | string => {
  if (typeof values !== 'object' || values === null || Array.isArray(values))
    return 'metrics: the file at STEMMA_METRICS is no JSON object';
  const wrong = Object.entries(values).find(([, value]) => !isMetric(value));
  return wrong
    ? `metrics: "${wrong[0]}" is no number and no {value, low, high}`
    : (values as Record<string, MetricValue>);
};
