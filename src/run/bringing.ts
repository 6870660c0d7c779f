import { digestOf, hexOf } from '../fingerprint/canonical.ts';
import type { Workspace } from '../plan/workspace.ts';
import type { Dep } from '../types/pipeline.ts';
import type { Progress } from '../types/stage.ts';

export type UrlDep = Dep & { readonly kind: 'url' };

export interface Bringing {
  readonly workspace: Workspace;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
  readonly onNotice: (message: string) => void;
}

/** By the url as it is written: a digest may be corrected while a download goes on. */
export const partName = (url: string): string => hexOf(digestOf(url));
