import type { JsonObject } from '../types/json.ts';
import type { MetricValue, Progress } from '../types/stage.ts';

/** What a stage process tells the runner while it works. */
export type StageMessage =
  | { readonly type: 'progress'; readonly progress: Progress }
  | { readonly type: 'summary'; readonly line: string }
  | { readonly type: 'metrics'; readonly values: Readonly<Record<string, MetricValue>> }
  | { readonly type: 'telemetry'; readonly values: JsonObject }
  | { readonly type: 'notice'; readonly message: string }
  | { readonly type: 'ended' }
  | { readonly type: 'failed'; readonly message: string };
